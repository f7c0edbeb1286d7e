// The table of bench/run: medians of the undisturbed runs (of all, marked *, when there are none), and our ratio to Django.
// CPU per operation (server and database) comes from all runs: a neighbour on the machine hardly changes it.
// usage: node table.mjs results.txt
import fs from 'node:fs';

// Goals from the peers' README.md: times Django's rate in the same run.
const goals = {
  list_page1: { agroconnect: 50, nocache: 8 },
  list_random: { nocache: 14 },
  search: { agroconnect: 10 },
  detail: { agroconnect: 20 },
  login: { agroconnect: 1 },
};
const runs = {};
let last;
for (const line of fs.readFileSync(process.argv[2], 'utf8').split('\n')) {
  const result = line.match(/^\[(\S+) \d+\] (disturbed: )?RESULT (\S+)\s+([\d.]+) req\/s\s+p50\s+([\d.]+) ms\s+p99\s+([\d.]+) ms\s+bad (\d+)\s+socket_errors (\d+)/);
  if (result) {
    const [, label, disturbed, scenario, rate, p50, p99, bad, socket] = result;
    last = { disturbed: !!disturbed, rate: +rate, p50: +p50, p99: +p99, bad: +bad + +socket };
    ((runs[scenario] ??= {})[label] ??= []).push(last);
  }
  if (/CPU cores:/.test(line) && last) {
    const cores = name => +(line.match(new RegExp(` ${name}=([\\d.]+)`))?.[1] ?? NaN);
    Object.assign(last, { server: (cores('server') / last.rate) * 1000, postgres: (cores('postgres') / last.rate) * 1000 });
  }
}
const median = values => {
  const sorted = [...values].sort((a, b) => a - b), half = sorted.length >> 1;
  return sorted.length % 2 ? sorted[half] : (sorted[half - 1] + sorted[half]) / 2;
};
const short = n => Number.isNaN(n) ? '' : n >= 100 ? Math.round(n).toLocaleString('en') : n.toPrecision(n < 1 ? 2 : 3);

console.log('| scenario | server | per s | × Django | goal | p50 ms | p99 ms | CPU ms per answer: server + database | errors | runs |');
console.log('|---|---|--:|--:|--:|--:|--:|--:|--:|--:|');
for (const [scenario, servers] of Object.entries(runs)) {
  const of = (label, key) => {
    const undisturbed = servers[label].filter(run => !run.disturbed);
    return median((undisturbed.length ? undisturbed : servers[label]).map(run => run[key]));
  };
  for (const [label, all] of Object.entries(servers)) {
    const clean = all.filter(run => !run.disturbed).length;
    const ratio = servers.django ? of(label, 'rate') / of('django', 'rate') : NaN;
    const goal = goals[scenario]?.[label];
    console.log(`| ${[
      scenario, label, short(of(label, 'rate')), short(ratio), goal ? `${goal}${Number.isNaN(ratio) ? '' : ratio >= goal ? ' ✓' : ' ✗'}` : '',
      short(of(label, 'p50')), short(of(label, 'p99')),
      `${short(median(all.map(run => run.server)))} + ${short(median(all.map(run => run.postgres)))}`,
      all.reduce((sum, run) => sum + run.bad, 0), `${clean}/${all.length}${clean ? '' : ' *'}`,
    ].join(' | ')} |`);
  }
}
