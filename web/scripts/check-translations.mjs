// Every language has every text of English, with its placeholders and plural forms, and no other.
import { readdir, readFile } from 'node:fs/promises';
import { join } from 'node:path';

const folder = new URL('../src/i18n', import.meta.url).pathname;
const languages = (await readdir(folder, { withFileTypes: true }))
  .filter(entry => entry.isDirectory())
  .map(entry => entry.name);
const problems = [];

const flatten = (value, path = '') =>
  typeof value === 'string'
    ? [[path, value]]
    : Object.entries(value).flatMap(([key, inner]) => flatten(inner, path ? `${path}.${key}` : key));
const placeholders = text =>
  [...text.matchAll(/\{\{(\w+)\}\}|<(\w+)>/g)]
    .map(match => match[1] ?? match[2])
    .sort()
    .join();

for (const file of await readdir(join(folder, 'en'))) {
  const read = async language =>
    new Map(flatten(JSON.parse(await readFile(join(folder, language, file), 'utf8').catch(() => '{}'))));
  const english = await read('en');
  for (const language of languages.filter(name => name !== 'en')) {
    const texts = await read(language);
    for (const [key, text] of english) {
      const translated = texts.get(key);
      if (!translated?.trim()) {
        problems.push(`${language}/${file}: ${key} is missing`);
      } else if (placeholders(translated) !== placeholders(text) && !key.endsWith('_one')) {
        problems.push(`${language}/${file}: ${key} has other placeholders than English`);
      }
    }

    for (const key of texts.keys()) {
      if (!english.has(key)) {
        problems.push(`${language}/${file}: ${key} is not in English`);
      }
    }
  }
}

if (problems.length > 0) {
  console.error(problems.join('\n'));
  process.exit(1);
}

console.log(`Translations are complete: ${languages.join(', ')}.`);
