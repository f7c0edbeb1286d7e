// The load, the faults and the reckoning of bench/faults, which starts what this needs.
import { execFile } from 'node:child_process';
import { createServer, connect } from 'node:net';
import { readFileSync, readdirSync, writeFileSync, unlinkSync } from 'node:fs';
import { deflateSync, crc32 } from 'node:zlib';
import { availableParallelism } from 'node:os';
import { promisify } from 'node:util';

const run = promisify(execFile);
const base = Number(process.env.LOCAL_PORT);
const site = `https://127.0.0.1:${base}`;
const nodeUrl = n => `http://127.0.0.1:${base + 10 + n}`;
const local = (...words) => run(new URL('../deploy/local', import.meta.url).pathname, words.map(String), { env: process.env });
const database = ['-h', '127.0.0.1', '-p', String(base + 20), '-U', 'postgres', '-d', 'agroconnect', '-qAtX', '-F', '\t', '-v', 'ON_ERROR_STOP=1'];
const sql = async (text, port = base + 20) =>
  (await run('psql', database.with(3, String(port)).concat('-c', text), { maxBuffer: 1 << 30 })).stdout.split('\n').filter(Boolean).map(line => line.split('\t'));
const sleep = ms => new Promise(done => setTimeout(done, ms));
const rest = ms => sleep(ms / pace);
const now = () => performance.now();
const say = text => process.stderr.write(`== ${text}\n`);

const option = name => process.argv.includes(name) ? Number(process.argv[process.argv.indexOf(name) + 1]) : undefined;
const short = process.argv.includes('--short');
const soak = option('--soak');
const minutes = option('--minutes') ?? 10;
/** How often people do things. */
const pace = soak ? 1 / 3 : 1;
const started = now();
const seconds = at => ((at - started) / 1000).toFixed(1);
const password = 'Harvest-2026!';
let stopping = false;

// ---- What happened: one line per try of each kind, good or not.

const kinds = ['browse', 'checkout', 'chat', 'log in', 'upload'];
const tries = []; // { kind, at, ms, error }
const note = (kind, begun, error) => tries.push({ kind, at: now(), ms: now() - begun, error });
const wrong = []; // what must never happen
const never = text => { wrong.push(`${seconds(now())} s: ${text}`); say(`WRONG: ${text}`); };

class Refused extends Error {
  constructor(status, body) { super(`${status} ${JSON.stringify(body)?.slice(0, 200)}`); Object.assign(this, { status, body }); }
}

/** An answer of 2xx, or an error; `kind` counts the try. A connection that breaks is an error with the status 0. */
async function ask(kind, method, path, { token, body, form, headers = {}, at = site, fine = [] } = {}) {
  const begun = now();
  let error;
  try {
    const answer = await fetch(at + path, {
      method, signal: AbortSignal.timeout(30_000),
      headers: { ...(token ? { authorization: `Bearer ${token}` } : {}), ...(body ? { 'content-type': 'application/json' } : {}), ...headers },
      body: form ?? (body ? JSON.stringify(body) : undefined),
    });
    const text = await answer.text();
    const json = answer.headers.get('content-type')?.includes('json') ? JSON.parse(text) : text;
    if (answer.ok || fine.includes(answer.status)) {
      return { status: answer.status, body: json };
    }
    error = answer.status;
    if (error === 500) never(`${method} ${path}: 500, which is for bugs: ${text.slice(0, 200)}`);
    throw new Refused(answer.status, json);
  } catch (failed) {
    error ??= failed.name === 'TimeoutError' ? 'no answer in 30 s' : 'broken';
    throw failed instanceof Refused ? failed : new Refused(0, failed.cause?.code ?? failed.message);
  } finally {
    if (kind) note(kind, begun, error);
  }
}
const isForNow = failed => failed.status === 0 || failed.status >= 500 || failed.status === 429;

// ---- The market.

async function signUp(email) {
  await ask(null, 'POST', '/api/auth/users/', { body: { email, password, first_name: 'A', last_name: 'B' } });
  return logIn(email);
}
async function logIn(email, kind = null) {
  const { body } = await ask(kind, 'POST', '/api/auth/jwt/create/', { body: { email, password } });
  const { user_id: id } = JSON.parse(Buffer.from(body.access.split('.')[1], 'base64url'));
  return { email, id: Number(id), token: body.access };
}

async function prepare() {
  const staff = await logIn('admin@example.com');
  const { body: category } = await ask(null, 'POST', '/api/categories/', { token: staff.token, body: { name: 'Vegetables' } });
  const products = [];
  for (let n = 0; n < 8; n++) {
    products.push((await ask(null, 'POST', '/api/products/', {
      // The last is scarce: all want it, and it ends.
      token: staff.token, body: { name: `Vegetable ${n}`, price: '3.50', stock: n === 7 ? 40 : 100_000, category: category.id },
    })).body);
  }
  const people = [];
  for (let n = 0; n < 16; n++) people.push(await signUp(`person${n}@example.com`));
  const talks = [];
  for (let n = 8; n < 16; n += 2) {
    talks.push((await ask(null, 'POST', '/api/chat/conversations/', { token: people[n].token, body: { user: people[n + 1].id } })).body.id);
  }
  return { staff, products, people, talks };
}

// ---- Who comes. Each goes on until it is told to stop, and then finishes what it has begun.

async function browse(products) {
  const pages = ['/api/products/', '/api/products/?search=vegetable', '/api/categories/', '/api/products/?ordering=price', ...products.map(product => `/api/products/${product.id}/`)];
  while (!stopping) {
    await ask('browse', 'GET', pages[Math.floor(Math.random() * pages.length)]).catch(failed => isForNow(failed) || never(`browsing: ${failed.message}`));
    await rest(100);
  }
}

async function buy(person, products, orders) {
  for (let turn = 0; !stopping; turn++) {
    const [one, other] = [...products].sort(() => Math.random() - 0.5);
    try {
      await ask('checkout', 'DELETE', '/api/orders/cart/', { token: person.token });
      for (const product of [one, other]) {
        await ask('checkout', 'POST', '/api/orders/cart/items/', { token: person.token, body: { product: product.id, quantity: 1 }, fine: [400, 409] });
      }
    } catch (failed) {
      if (!isForNow(failed)) never(`filling a cart: ${failed.message}`);
      await sleep(200);
      continue;
    }

    // Asked again with the same key until there is an answer: an answer that was lost must not make a second order.
    for (const key = `${person.id}-${turn}`; ;) {
      try {
        const { status, body } = await ask('checkout', 'POST', '/api/orders/', { token: person.token, body: { payment_method: 'cash' }, headers: { 'idempotency-key': key }, fine: [400, 409] });
        if (status < 300) {
          if (orders.has(body.id)) never(`the order ${body.id} answered two keys`);
          orders.set(body.id, { buyer: person.id, key });
        } else if (!/stock|cart/.test(JSON.stringify(body))) {
          never(`a checkout was refused: ${status} ${JSON.stringify(body)}`);
        }
        break;
      } catch (failed) {
        if (!isForNow(failed)) { never(`checkout: ${failed.message}`); break; }
        await sleep(200);
      }
    }
    await rest(150);
  }
}

async function comeAndGo(people) {
  while (!stopping) {
    try {
      const { token } = await logIn(people[Math.floor(Math.random() * people.length)].email, 'log in');
      await ask('log in', 'GET', '/api/auth/users/me/', { token });
    } catch (failed) {
      if (!isForNow(failed)) never(`logging in: ${failed.message}`);
    }
    await rest(400);
  }
}

async function upload(person, uploads) {
  const png = picture();
  while (!stopping) {
    const form = new FormData();
    form.append('image', new Blob([png], { type: 'image/png' }), 'field.png');
    await ask('upload', 'POST', '/api/chat/images/', { token: person.token, form })
      .then(({ body }) => uploads.push(body), failed => isForNow(failed) || never(`uploading: ${failed.message}`));
    await rest(700);
  }
}

/** A member of a conversation, who says one thing after the other, each until it is acknowledged, by whatever socket. */
class Chatter {
  acknowledged = new Map(); // client_id → seq
  seen = new Map(); // seq → client_id
  #next = 0;
  #waiting; // { id, begun, done }

  constructor(person, talk) { Object.assign(this, { person, talk }); }

  async talkUntil(isOver) {
    while (!await this.#onOneSocket(isOver)) await sleep(100 + Math.random() * 200);
  }

  /** @returns {Promise<boolean>} whether all is said and seen; false when the socket went. */
  #onOneSocket(isOver) {
    return new Promise(resolve => {
      const begun = now();
      const socket = new WebSocket(`${site.replace('https', 'wss')}/ws/chat/?token=${this.person.token}`);
      let opened = false, over = false, last = now();
      const end = result => {
        if (over) return;
        over = true;
        clearInterval(timer);
        if (!result) note('chat', begun, opened ? 'socket lost' : 'no socket');
        try { socket.close(); } catch { /* it is gone */ }
        resolve(result);
      };
      const send = frame => socket.readyState === WebSocket.OPEN && socket.send(JSON.stringify(frame));
      const sayNext = () => {
        if (isOver()) { end(true); return; }
        this.#waiting ??= { id: `${this.#next}`, begun: now() };
        this.#waiting.sent = now();
        send({ type: 'message.send', conversation: this.talk, client_id: this.#waiting.id, text: `${this.person.id} says ${this.#waiting.id}` });
      };
      const sync = () => send({ type: 'sync', conversation: this.talk, after: this.#contiguous() });
      // A peer that went without a word is noticed by asking.
      const timer = setInterval(() => {
        if (now() - (this.#waiting?.sent ?? now()) > 30_000) {
          never(`${this.person.id} has waited for 30 s to hear of ${this.#waiting.id}`);
          this.#waiting.sent = undefined;
          end(false);
        } else if (now() - last > 20_000) end(false);
        else send({ type: 'ping' });
      }, 2_000);
      socket.onerror = () => {};
      socket.onclose = () => end(false);
      socket.onmessage = ({ data }) => {
        last = now();
        const frame = JSON.parse(data);
        switch (frame.type) {
          case 'ready': opened = true; sync(); break;
          case 'message.batch':
            for (const message of frame.messages) this.#see(message);
            if (frame.has_more) sync(); else sayNext();
            break;
          case 'message.new': this.#see(frame.message); break;
          case 'message.ack':
            this.#see(frame.message);
            if (frame.client_id === this.#waiting?.id) {
              note('chat', this.#waiting.begun);
              this.acknowledged.set(frame.client_id, frame.message.seq);
              this.#waiting = undefined;
              this.#next++;
              setTimeout(sayNext, (100 + Math.random() * 200) / pace);
            }
            break;
          case 'error':
            note('chat', this.#waiting?.begun ?? now(), frame.code);
            if (frame.code !== 'unavailable') never(`chat: ${data}`);
            setTimeout(sayNext, 300);
            break;
        }
      };
    });
  }

  #contiguous() {
    let last = 0;
    while (this.seen.has(last + 1)) last++;
    return last;
  }

  #see({ seq, client_id, sender }) {
    const what = `${sender?.id ?? sender}:${client_id}`;
    if (this.seen.has(seq) && this.seen.get(seq) !== what) never(`the message ${seq} of ${this.talk} is ${this.seen.get(seq)} and ${what}`);
    this.seen.set(seq, what);
  }
}

/** A small PNG of noise: decoded and encoded like any other. */
function picture(size = 64) {
  const rows = Buffer.alloc(size * (size * 3 + 1));
  for (let n = 0; n < rows.length; n++) rows[n] = n % (size * 3 + 1) === 0 ? 0 : (n * 2654435761) >>> 24;
  const chunk = (type, data) => {
    const body = Buffer.concat([Buffer.from(type), data]);
    const head = Buffer.alloc(4), tail = Buffer.alloc(4);
    head.writeUInt32BE(data.length);
    tail.writeUInt32BE(crc32(body));
    return Buffer.concat([head, body, tail]);
  };
  const header = Buffer.alloc(13);
  header.writeUInt32BE(size, 0); header.writeUInt32BE(size, 4); header.set([8, 2, 0, 0, 0], 8);
  return Buffer.concat([Buffer.from('\x89PNG\r\n\x1a\n', 'latin1'), chunk('IHDR', header), chunk('IDAT', deflateSync(rows)), chunk('IEND', Buffer.alloc(0))]);
}

// ---- The wire between node 2 and Redis. Cut, it swallows: neither side is told, as when a switch fails.

const wire = { isCut: false, pairs: new Set() };
function startWire() {
  return new Promise(done => createServer(near => {
    const far = connect(base + 22, '127.0.0.1');
    const pair = [near, far];
    wire.pairs.add(pair);
    for (const [from, to] of [[near, far], [far, near]]) {
      from.on('data', data => to.write(data));
      from.on('error', () => {});
      from.on('close', () => { to.destroy(); wire.pairs.delete(pair); });
    }
    if (wire.isCut) pair.forEach(socket => socket.pause());
  }).listen(Number(process.env.FAULTS_PROXY), '127.0.0.1', done));
}
function cut(isCut) {
  wire.isCut = isCut;
  for (const pair of wire.pairs) pair.forEach(socket => isCut ? socket.pause() : socket.resume());
}

// ---- The faults: what is done, what it may break, and for how long after it is mended.

const isReady = async n => { try { return await (await fetch(`${nodeUrl(n)}/health/ready`, { signal: AbortSignal.timeout(6_000) })).json(); } catch { return {}; } };
async function until(what, holds, limit = 120_000) {
  for (const begun = now(); now() - begun < limit; await sleep(100)) if (await holds()) return;
  never(`${what} was waited for in vain`);
}
const hears = async n => (await isReady(n)).checks?.redis === 'healthy';
const hold = short ? 4_000 : 15_000;
const killNode = n => ({
  name: `node ${n} is killed (SIGKILL), and started again`, may: { browse: 'few', checkout: 'some', chat: 'some', 'log in': 'some', upload: 'some' },
  begin: () => local('node', n, 'kill'), length: hold, mend: () => local('node', n, 'start'), isWell: async () => (await isReady(n)).status === 'healthy',
});
const faults = [
  killNode(1),
  { name: 'Redis is killed, and started again', may: {}, begin: () => local('redis', 'kill'), length: hold, mend: () => local('redis', 'start'),
    isWell: async () => (await Promise.all([1, 2, 3].map(hears))).every(Boolean) },
  killNode(2),
  { name: 'PostgreSQL is killed, and started again', may: Object.fromEntries(kinds.map(kind => [kind, 'some'])), begin: () => local('postgres', 'kill'), length: hold / 2, mend: () => local('postgres', 'start'),
    isWell: async () => (await Promise.all([1, 2, 3].map(async n => (await isReady(n)).status === 'healthy'))).every(Boolean) },
  { name: `the network between node 2 and Redis is cut for ${short ? 10 : 30} s`, may: {}, begin: () => cut(true), length: short ? 10_000 : 30_000, mend: () => cut(false), isWell: () => hears(2) },
  killNode(3),
  ...(process.env.FAULTS_PICTURES ? [{
    name: 'the disk of the pictures is full', may: { upload: 'some' }, length: hold,
    begin: () => { try { writeFileSync(`${process.env.FAULTS_PICTURES}/fill`, Buffer.alloc(64 << 20)); } catch (full) { if (full.code !== 'ENOSPC') throw full; } },
    isFelt: since => tries.some(one => one.kind === 'upload' && one.error !== undefined && one.at > since),
    mend: () => unlinkSync(`${process.env.FAULTS_PICTURES}/fill`), isWell: () => true,
  }] : []),
];
/** How long after a fault is mended, or after a node was killed, clients may still notice. */
const after = short ? 2_500 : 6_000;

async function fail(fault) {
  const before = now();
  say(`${seconds(before)} s: ${fault.name}`);
  await fault.begin();
  await sleep(fault.length);
  if (fault.isFelt) await until(`anybody to notice: ${fault.name}`, () => fault.isFelt(before));
  const mending = now();
  await fault.mend();
  await until(`recovery from: ${fault.name}`, fault.isWell);
  const well = now();
  await sleep(short ? 3_000 : 8_000);
  return { fault, before, mending, well };
}

// ---- What each node holds, looked at each half minute of a soak.

const held = []; // { nodes: [{ memory (MiB), objects (MiB that the last collection left), handles, threads }] }
async function look() {
  held.push({
    nodes: await Promise.all([1, 2, 3].map(async n => {
      const left = [...(await (await fetch(`${nodeUrl(n)}/metrics`)).text()).matchAll(/^dotnet_gc_last_collection_heap_size_bytes\{.*\} (\d+)/gm)];
      const pid = readFileSync(`${process.env.LOCAL_STATE}/node${n}.pid`, 'utf8').trim();
      const status = readFileSync(`/proc/${pid}/status`, 'utf8');
      const of = name => Number(new RegExp(`^${name}:\\s+(\\d+)`, 'm').exec(status)[1]);
      return {
        memory: of('VmRSS') / 1024, objects: left.reduce((sum, [, bytes]) => sum + Number(bytes), 0) / (1 << 20),
        handles: readdirSync(`/proc/${pid}/fd`).length, threads: of('Threads'),
      };
    })),
  });
}
const median = list => list.toSorted((a, b) => a - b)[Math.floor(list.length / 2)];
/** A soak's lines of the report: the last third beside the one before; the first is for compiling and for filling caches and pools. */
function flatness() {
  const third = Math.floor(held.length / 3);
  const lines = ['', '| node | | after 5 min | middle third, median | last third, median | highest |', '|--:|---|--:|--:|--:|--:|'];
  for (const n of [0, 1, 2]) {
    for (const [what, most, unit = ''] of [['memory', 1.1, ', MiB resident'], ['objects', 1.1, ', MiB after a collection'], ['handles', 1.05], ['threads', 1.2]]) {
      const all = held.map(({ nodes }) => nodes[n][what]);
      const [middle, last] = [median(all.slice(third, 2 * third)), median(all.slice(2 * third))];
      if (last > middle * most) never(`node ${n + 1}: ${what} grew from ${middle.toFixed(0)} to ${last.toFixed(0)}`);
      lines.push(`| ${n + 1} | ${what}${unit} | ${[all[Math.min(10, all.length - 1)], middle, last, Math.max(...all)].map(value => value.toFixed(0)).join(' | ')} |`);
    }
  }
  return lines;
}

// ---- The reckoning.

async function reckon({ products, talks }, orders, chatters, uploads) {
  const ids = list => list.length ? list.join(',') : '0';
  const stored = new Map((await sql('SELECT o.id, o.buyer_id, k.key FROM orders o LEFT JOIN idempotency_keys k ON k.order_id = o.id')).map(([id, buyer, key]) => [Number(id), { buyer: Number(buyer), key }]));
  for (const [id, { buyer, key }] of orders) {
    if (stored.get(id)?.buyer !== buyer || stored.get(id)?.key !== key) never(`the order ${id} was acknowledged and is ${stored.has(id) ? 'another' : 'lost'}`);
  }
  // Every checkout was asked until it was answered: what is stored and was never acknowledged was made twice.
  for (const id of stored.keys()) if (!orders.has(id)) never(`the order ${id} is stored and answered nobody`);
  for (const [id, items, entries, total, sum] of await sql(`
      SELECT o.id, count(DISTINCT i.id), (SELECT count(*) FROM stock_entries s WHERE s.order_id = o.id), o.total, (SELECT sum(line_total) FROM fulfilments f JOIN order_items i ON i.fulfilment_id = f.id WHERE f.order_id = o.id)
      FROM orders o JOIN fulfilments f ON f.order_id = o.id JOIN order_items i ON i.fulfilment_id = f.id GROUP BY o.id`)) {
    if (items !== entries || total !== sum || Number(items) < 1) never(`the order ${id} is half: ${items} lines, ${entries} entries of stock, ${total} for ${sum}`);
  }
  for (const [id, stock, ledger, sold] of await sql(`
      SELECT p.id, p.stock, (SELECT sum(change) FROM stock_entries s WHERE s.product_id = p.id), coalesce((SELECT sum(quantity) FROM order_items i WHERE i.product_id = p.id), 0)
      FROM products p WHERE p.id IN (${ids(products.map(product => product.id))})`)) {
    const first = BigInt(Math.round(products.find(product => product.id === Number(id)).stock * 1000));
    if (stock !== ledger || BigInt(stock) !== first - BigInt(sold) || BigInt(stock) < 0n) never(`the product ${id} has ${stock}, its ledger ${ledger}, and ${sold} of ${first} were sold`);
  }
  // One to the buyer, one to the farm: sent, or still on their way.
  const [[unmailed]] = await sql(`
      SELECT count(*) FROM orders o LEFT JOIN (SELECT substring(subject FROM '-([0-9]{6,})')::bigint AS id, count(*) AS mails FROM outbox_mail GROUP BY 1) m USING (id)
      WHERE coalesce(m.mails, 0) <> 2`);
  let messages = 0;
  for (const talk of talks) {
    const rows = await sql(`SELECT seq, sender_id, client_id FROM messages WHERE conversation_id = ${talk} ORDER BY seq`);
    messages += rows.length;
    rows.forEach(([seq], at) => Number(seq) === at + 1 || never(`the conversation ${talk} has a gap before ${seq}`));
    for (const chatter of chatters.filter(chatter => chatter.talk === talk)) {
      const own = rows.filter(([, sender]) => Number(sender) === chatter.person.id);
      if (new Set(own.map(row => row[2])).size !== own.length) never(`a message of ${chatter.person.id} is there twice`);
      const seqs = new Map(own.map(([seq, , id]) => [id, Number(seq)]));
      for (const [id, seq] of chatter.acknowledged) if (seqs.get(id) !== seq) never(`the message ${id} of ${chatter.person.id} was acknowledged as ${seq} and is ${seqs.get(id)}`);
      own.forEach(([, , id], at) => id === `${at}` || never(`the messages of ${chatter.person.id} are out of order at ${id}`));
      rows.forEach(([seq, sender, id]) => chatter.seen.get(Number(seq)) === `${sender}:${id}` || never(`${chatter.person.id} has not seen the message ${seq} of ${talk}`));
    }
  }
  for (const { image_url: url } of uploads) {
    const { pathname, search } = new URL(url);
    await ask(null, 'GET', pathname + search, { at: nodeUrl(1 + Math.floor(Math.random() * 3)) }).catch(failed => never(`a picture that was acknowledged is gone: ${failed.message}`));
  }
  await until('the replica', async () => (await sql('SELECT (SELECT count(*) FROM orders), (SELECT count(*) FROM messages)', base + 21))[0].join() === `${stored.size},${messages}`, 30_000);
  return { orders: stored.size, messages, unmailed: Number(unmailed) };
}

function report(done, world, sums, chatters, uploads) {
  const quantile = (list, q) => list.length ? list.toSorted((a, b) => a - b)[Math.min(list.length - 1, Math.floor(list.length * q))] : NaN;
  const errorsIn = (from, to, kind) => tries.filter(one => one.error !== undefined && one.kind === kind && one.at >= from && one.at < to);
  const expected = new Set();
  const lines = [`# ${soak ? 'Soak' : 'Faults'}: 3 nodes, ${((now() - started) / 60_000).toFixed(1)} min of mixed load`, '', `${availableParallelism()} cores for all of it; every figure is what clients saw, behind nginx.`, ''];
  lines.push('| kind | tries | errors | p50 | p99 | longest |', '|---|--:|--:|--:|--:|--:|');
  for (const kind of kinds) {
    const all = tries.filter(one => one.kind === kind), good = all.filter(one => one.error === undefined).map(one => one.ms);
    lines.push(`| ${kind} | ${all.length} | ${all.length - good.length} | ${quantile(good, 0.5).toFixed(0)} ms | ${quantile(good, 0.99).toFixed(0)} ms | ${quantile(good, 1).toFixed(0)} ms |`);
  }
  if (soak) lines.push(...flatness());
  else lines.push('', `| at | fault | ${kinds.join(' | ')} | first to last error | well again after | p99 meanwhile |`, `|--:|---|${kinds.map(() => '--:|').join('')}--:|--:|--:|`);
  for (const { fault, before, mending, well } of done) {
    const to = well + after;
    const cells = kinds.map(kind => {
      const errors = errorsIn(before, to, kind);
      const may = fault.may[kind];
      // A killed node takes only what it was just doing; whoever reads is sent to another.
      if (may === 'some' || (may === 'few' && errors.length <= 3)) errors.forEach(error => expected.add(error));
      const names = [...new Set(errors.map(error => error.error))].map(name => `${errors.filter(error => error.error === name).length} × ${name}`);
      return names.join(', ') || '0';
    });
    const errors = kinds.flatMap(kind => errorsIn(before, to, kind)).map(error => error.at);
    const times = tries.filter(one => one.error === undefined && one.kind !== 'chat' && one.at >= before && one.at < to).map(one => one.ms);
    lines.push(`| ${seconds(before)} s | ${fault.name} | ${cells.join(' | ')} | ${errors.length ? `${((Math.max(...errors) - Math.min(...errors)) / 1000).toFixed(1)} s` : '–'} | ${((well - mending) / 1000).toFixed(1)} s | ${quantile(times, 0.99).toFixed(0)} ms |`);
  }
  for (const one of tries.filter(one => one.error !== undefined && !expected.has(one))) never(`an error where none is expected, at ${seconds(one.at)} s: ${one.kind}: ${one.error}`);
  const acknowledged = chatters.reduce((sum, chatter) => sum + chatter.acknowledged.size, 0);
  lines.push('', `${world.orders.size} orders acknowledged, ${sums.orders} stored; ${acknowledged} messages acknowledged, ${sums.messages} stored; ${uploads.length} pictures acknowledged and there.`,
    `${sums.unmailed} orders without their mails. The replica has all of it.`);
  if (!soak) lines.push('"Well again after": from the start of what was missing until readiness says so everywhere.');
  if (!soak && !process.env.FAULTS_PICTURES) lines.push('', 'Not tried: the full disk, for nothing may be mounted here.');
  lines.push('', wrong.length ? `**${wrong.length} things went wrong:**\n\n${wrong.slice(0, 50).map(text => `- ${text}`).join('\n')}` : 'Nothing was lost, nothing is there twice, stock and ledger agree, and there were errors only where they are expected.');
  console.log(lines.join('\n'));
}

// ---- One after the other.

await startWire();
await until('node 2 hears Redis', () => hears(2));
say('making a market');
const market = await prepare();
const [orders, uploads] = [new Map(), []];
const chatters = market.people.slice(8).map((person, n) => new Chatter(person, market.talks[Math.floor(n / 2)]));
const load = [
  ...[1, 2, 3].map(() => browse(market.products)),
  ...market.people.slice(0, 7).map(person => buy(person, market.products, orders)),
  comeAndGo(market.people), upload(market.people[7], uploads),
  ...chatters.map(chatter => chatter.talkUntil(() => stopping)),
];
await sleep(short ? 5_000 : 15_000);
if (tries.some(one => one.error !== undefined)) never('there were errors before anything failed');
const done = [];
for (; soak && now() - started < soak * 60_000; await sleep(30_000)) await look();
for (let turn = 0; !soak && (turn === 0 || (!short && now() - started < minutes * 60_000 - 30_000)); turn++) {
  for (const fault of faults) {
    if (turn > 0 && now() - started > minutes * 60_000 - 30_000) break;
    done.push(await fail(fault));
  }
}
stopping = true;
await Promise.all(load);
// Nobody says any more; who comes back once more has all.
await Promise.all(chatters.map(chatter => chatter.talkUntil(() => true)));
say('reckoning');
const sums = await reckon(market, orders, chatters, uploads);
if (sums.unmailed > 0) never(`${sums.unmailed} orders have not their mails`);
report(done, { orders }, sums, chatters, uploads);
process.exit(wrong.length ? 1 : 0);
