// Writes openapi.json as a running server serves it, without the address of that server: `npm run openapi [-- http://localhost:5080]`.
import { writeFile } from 'node:fs/promises';

const server = process.argv[2] ?? process.env.AGROCONNECT_SERVER ?? 'http://localhost:5080';
const answer = await fetch(`${server}/openapi/v1.json`);
if (!answer.ok) {
  throw new Error(`${server} answered ${answer.status}.`);
}

const { servers: _, ...document } = await answer.json();
await writeFile(new URL('../openapi.json', import.meta.url), JSON.stringify(document, null, 2) + '\n');
