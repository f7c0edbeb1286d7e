// The reports of a folder as a table, the median of the runs of each page: node lighthouse-table.mjs FOLDER
import { readdir, readFile } from 'node:fs/promises';
import { join } from 'node:path';

const folder = process.argv[2];
const runs = new Map();
for (const file of (await readdir(folder)).filter(name => name.endsWith('.json')).sort()) {
  const page = file.replace(/-\d+\.json$/, '');
  runs.set(page, [...(runs.get(page) ?? []), JSON.parse(await readFile(join(folder, file), 'utf8'))]);
}

const median = numbers => numbers.sort((a, b) => a - b)[Math.floor(numbers.length / 2)];
const categories = ['performance', 'accessibility', 'best-practices', 'seo'];
const metrics = {
  FCP: 'first-contentful-paint',
  LCP: 'largest-contentful-paint',
  TBT: 'total-blocking-time',
  CLS: 'cumulative-layout-shift',
  'speed index': 'speed-index',
};
const seconds = value => `${(value / 1000).toFixed(1)} s`;
const shown = {
  FCP: seconds,
  LCP: seconds,
  TBT: value => `${Math.round(value)} ms`,
  CLS: value => value.toFixed(3),
  'speed index': seconds,
};

console.log(
  `| page | ${[...categories.map(name => name.replace('-', ' ')), ...Object.keys(metrics), 'runs'].join(' | ')} |`,
);
console.log(`|---|${'--:|'.repeat(categories.length + Object.keys(metrics).length + 1)}`);
for (const [page, reports] of runs) {
  const scores = categories.map(name => Math.round(median(reports.map(report => report.categories[name].score)) * 100));
  const values = Object.entries(metrics).map(([name, id]) =>
    shown[name](median(reports.map(report => report.audits[id].numericValue))),
  );
  console.log(`| ${[page, ...scores, ...values, reports.length].join(' | ')} |`);
}

const [first] = [...runs.values()].flat();
console.log(`\nLighthouse ${first.lighthouseVersion}, ${first.environment.hostUserAgent.match(/Chrome\/\d+/)?.[0]}`);

// What costs points, once each.
const failed = new Map();
for (const [page, reports] of runs) {
  for (const name of categories.slice(1)) {
    for (const { id, weight } of reports[0].categories[name].auditRefs) {
      const audit = reports[0].audits[id];
      if (weight > 0 && audit.score !== null && audit.score < 1) {
        failed.set(`${name}: ${audit.title}`, [...(failed.get(`${name}: ${audit.title}`) ?? []), page]);
      }
    }
  }
}

for (const [what, where] of failed) {
  console.log(`${what} (${where.join(', ')})`);
}
