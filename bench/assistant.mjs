// The look-alike of Gemini and the load in one process, so that both have one clock: what lies between the question and the first delta,
// less what the look-alike took for its own first byte, is ours (and that of this process, which is counted against us).
import { readFileSync } from 'node:fs';
import http from 'node:http';
import { parseArgs } from 'node:util';

const { values } = parseArgs({ options: {
  url: { type: 'string' }, 'model-port': { type: 'string' }, conversations: { type: 'string' }, rounds: { type: 'string' }, email: { type: 'string' }, password: { type: 'string' },
  server: { type: 'string' }, postgres: { type: 'string' }, // process ids, for their processor time
} });
const [count, rounds] = [Number(values.conversations), Number(values.rounds)];
const think = 600, pause = 150; // ms until the first frame, and between frames
const sentences = ['Prepare the land before the rains come. ', 'Plant in rows when the soil is moist. ', 'Keep weeds down for the first weeks. ', 'Feed the crop as your soil test says. ',
  'Scout for pests every week. ', 'Water at flowering if it is dry. ', 'Harvest when the husks are dry. ', 'Dry the grain before you store it. '];
const firstByte = new Map(); // conversation → ms that the look-alike took
let streaming = 0, most = 0;

const frame = (text, reason) => `data: ${JSON.stringify({ candidates: [{ content: { role: 'model', parts: [{ text }] }, ...(reason && { finishReason: reason }) }],
  usageMetadata: { promptTokenCount: 1500, candidatesTokenCount: 90, totalTokenCount: 1590 }, modelVersion: 'gemini-3.8-flash', responseId: 'r' })}\r\n\r\n`;

http.createServer((request, response) => {
  let body = '';
  const begun = performance.now();
  request.setEncoding('utf8').on('data', piece => { body += piece; }).on('end', () => {
    if (request.method === 'GET') { response.end('{}'); return; }
    const { parts } = JSON.parse(body).contents.at(-1);
    const id = parts.at(-1).text, passage = /<passage id="([^"]+)"/.exec(parts[0].text)[1];
    response.writeHead(200, { 'Content-Type': 'text/event-stream' });
    let next = 0;
    setTimeout(function send() {
      // The first frame holds a sentence and the beginning of the next, as Gemini's do.
      response.write(frame((next === 0 ? sentences[0] + 'Then' : sentences[next]) + (next === sentences.length - 1 ? `[${passage}]` : ''), next === sentences.length - 1 ? 'STOP' : undefined));
      if (next++ === 0) { firstByte.set(id, performance.now() - begun); }
      if (next < sentences.length) { setTimeout(send, pause); } else { response.end(); }
    }, think);
  });
}).listen(Number(values['model-port']), '127.0.0.1');

const agent = new http.Agent({ keepAlive: true, maxSockets: count });
const post = (path, body, headers = {}) => new Promise((resolve, reject) => {
  const request = http.request(values.url + path, { method: 'POST', agent, headers: { 'Content-Type': 'application/json', ...headers } }, resolve);
  request.on('error', reject).end(JSON.stringify(body));
});
const text = async response => { let all = ''; for await (const piece of response.setEncoding('utf8')) { all += piece; } return all; };

const { access } = JSON.parse(await text(await post('/api/auth/jwt/create/', { email: values.email, password: values.password })));

// One question, told apart by its blanks alone.
let asking = 0;
const question = () => { const number = (asking++).toString(4).padStart(7, '0'); return 'How do I grow maize on good soil?'.split(' ').map((word, i) => word + ' '.repeat(1 + Number(number[i] ?? 0))).join('').trimEnd(); };

async function converse() { // → ms of ours before the first delta, and of the whole
  const message = question();
  const asked = performance.now();
  const response = await post('/api/chatbot/', { message }, { Accept: 'text/event-stream', Authorization: `Bearer ${access}` });
  if (response.statusCode !== 200) { throw new Error(`${response.statusCode} ${await text(response)}`); }
  let all = '', first;
  for await (const piece of response.setEncoding('utf8')) {
    if (first === undefined && piece.includes('event: delta')) { first = performance.now() - asked; most = Math.max(most, ++streaming); }
    all += piece;
  }
  streaming--;
  const done = JSON.parse(all.split('event: done\ndata: ')[1].split('\n')[0]);
  if (done.degraded || !done.reply.endsWith('store it.') || !done.message_id) { throw new Error(`Not the model's answer: ${JSON.stringify(done)}`); }
  return { added: first - firstByte.get(message), whole: performance.now() - asked };
}

const at = (sorted, share) => sorted[Math.min(sorted.length - 1, Math.floor(sorted.length * share))].toFixed(0);

// Milliseconds of processor time; of PostgreSQL with its children, also those that have ended.
const ticks = (pid, from, to) => readFileSync(`/proc/${pid}/stat`, 'utf8').split(') ')[1].split(' ').slice(from, to).reduce((sum, part) => sum + 10 * part, 0);
const children = pid => readFileSync(`/proc/${pid}/task/${pid}/children`, 'utf8').trim().split(' ').filter(Boolean);
const processorTime = () => ({
  server: ticks(values.server, 11, 13),
  postgres: values.postgres ? children(values.postgres).reduce((sum, child) => { try { return sum + ticks(child, 11, 13); } catch { return sum; } }, ticks(values.postgres, 11, 15)) : 0,
});
let before;
const row = (name, results) => {
  const now = processorTime(), each = of => `${((now[of] - before[of]) / results.length).toFixed(1)} ms`;
  const added = results.map(result => result.added).sort((a, b) => a - b), whole = results.map(result => result.whole).sort((a, b) => a - b);
  console.log(`| ${name} | ${results.length} | ${most} | ${at(added, 0.5)} ms | ${at(added, 0.95)} ms | ${at(added, 0.99)} ms | ${at(whole, 0.5)} ms | ${each('server')} | ${values.postgres ? each('postgres') : ''} |`);
};

console.log('| round | conversations | most at once | added, p50 | p95 | p99 | whole answer, p50 | processor time a question | PostgreSQL\'s |');
console.log('|---|--:|--:|--:|--:|--:|--:|--:|--:|');
for (let round = 1; round <= rounds; round++) {
  // As people come: spread over the time that one conversation takes, each followed by another, so that all of them stream at once.
  [most, before] = [0, processorTime()];
  const length = think + pause * sentences.length;
  const results = (await Promise.all(Array.from({ length: count }, async (_, number) => {
    await new Promise(next => setTimeout(next, number / count * length));
    return [await converse(), await converse(), await converse()];
  }))).flat();
  row(`${round}${round === 1 ? ' (we still compile)' : ''}`, results);
}
[most, before] = [0, processorTime()];
row('all in the same instant', await Promise.all(Array.from({ length: count }, () => converse())));
process.exit(0);
