// What dashboards ask of Prometheus, as a file of rules, so that promtool can read it.
// usage: node queries.mjs DASHBOARD.json...
import { readFileSync } from 'node:fs';

const panels = process.argv.slice(2).flatMap(file => JSON.parse(readFileSync(file, 'utf8')).panels);
const queries = panels.flatMap(panel => (panel.targets ?? []).map(target => target.expr.replaceAll('$__rate_interval', '5m').replaceAll('$instance', '.*')));
console.log('groups:\n- name: dashboards\n  rules:');
queries.forEach((query, number) => console.log(`  - record: dashboards:query:${number}\n    expr: ${JSON.stringify(query)}`));
