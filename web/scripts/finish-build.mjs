// After `vite build`: writes .br and .gz beside what compresses, and stops when the first page needs too much script.
import { readdir, readFile, stat, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { brotliCompress, constants, gzip } from 'node:zlib';

const limit = 150 * 1024;
const folder = process.env.WEB_OUTPUT ?? new URL('../dist', import.meta.url).pathname;
const [brotli, zip] = [promisify(brotliCompress), promisify(gzip)];

const files = (await readdir(folder, { recursive: true })).filter(name =>
  /\.(js|css|html|svg|json|webmanifest|txt)$/.test(name),
);
await Promise.all(
  files.map(async name => {
    const path = join(folder, name);
    const content = await readFile(path);
    if (content.length > 1024) {
      await writeFile(`${path}.br`, await brotli(content, { params: { [constants.BROTLI_PARAM_QUALITY]: 11 } }));
      await writeFile(`${path}.gz`, await zip(content, { level: 9 }));
    }
  }),
);

// The first page: what index.html names, what that imports, the home page and the longest language.
const manifest = JSON.parse(await readFile(join(folder, '.vite/manifest.json'), 'utf8'));
const scripts = new Set();
const follow = key => {
  const chunk = manifest[key];
  if (!scripts.has(chunk.file)) {
    scripts.add(chunk.file);
    (chunk.imports ?? []).forEach(follow);
  }
};
follow('index.html');
follow('src/pages/home/HomePage.tsx');

const sizeOf = async file => (await stat(join(folder, `${file}.br`)).catch(() => stat(join(folder, file)))).size;
const languages = Object.values(manifest).filter(chunk => /^src\/i18n\/..\/common\.json$/.test(chunk.src ?? ''));
const longest = Math.max(0, ...(await Promise.all(languages.map(({ file }) => sizeOf(file)))));
let total = longest + (await sizeOf('first-paint.js'));
for (const file of scripts) {
  total += await sizeOf(file);
}

const kilobytes = bytes => `${(bytes / 1024).toFixed(1)} KB`;
console.log(
  `First page: ${kilobytes(total)} of script (brotli), of ${kilobytes(limit)} at most; ${kilobytes(longest)} of it are the longest language.`,
);
if (total > limit) {
  console.error('Too much script for a cheap phone: load it with a route of its own, or do without.');
  process.exit(1);
}
