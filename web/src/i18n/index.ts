import i18next, { type BackendModule } from 'i18next';
import { initReactI18next } from 'react-i18next';
import { isLanguage, languages, type Language } from './languages';
import type common from './en/common.json';
import type farm from './en/farm.json';
import type staff from './en/staff.json';
import type work from './en/work.json';

declare module 'i18next' {
  interface CustomTypeOptions {
    defaultNS: 'common';
    resources: { common: typeof common; work: typeof work; farm: typeof farm; staff: typeof staff };
  }
}

const key = 'agroconnect.language';
const texts = import.meta.glob<Record<string, unknown>>('./*/*.json', { import: 'default' });

/** A file per language and namespace, fetched when it is first needed. */
const files: BackendModule = {
  type: 'backend',
  init: () => undefined,
  read: async (language, namespace) => {
    const load = texts[`./${language}/${namespace}.json`];
    return load ? await load() : {};
  },
};

/** The language that was chosen here, else the first of the browser's that we know, else English. */
function firstLanguage(): Language {
  const wanted = [localStorage.getItem(key) ?? '', ...navigator.languages.map(tag => tag.split('-')[0]!)];
  return wanted.find(isLanguage) ?? 'en';
}

export const language = () => i18next.language as Language;

export async function chooseLanguage(tag: Language) {
  localStorage.setItem(key, tag);
  await i18next.changeLanguage(tag);
}

i18next.on('languageChanged', tag => {
  document.documentElement.lang = tag;
  document.documentElement.dir = languages[tag as Language].dir;
});

export const ready = i18next
  .use(files)
  .use(initReactI18next)
  .init({
    lng: firstLanguage(),
    // Each language has every text (scripts/check-translations.mjs): a second file would be fetched for nothing.
    fallbackLng: false,
    supportedLngs: Object.keys(languages),
    defaultNS: 'common',
    ns: ['common'],
    interpolation: { escapeValue: false },
    react: { useSuspense: true },
  });
