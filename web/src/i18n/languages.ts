/** The languages of the client, by BCP 47 tag, each named in itself. */
export const languages = {
  en: { name: 'English', dir: 'ltr' },
  ur: { name: 'اردو', dir: 'rtl' },
  hi: { name: 'हिन्दी', dir: 'ltr' },
  sw: { name: 'Kiswahili', dir: 'ltr' },
  es: { name: 'Español', dir: 'ltr' },
  fr: { name: 'Français', dir: 'ltr' },
} as const;

export type Language = keyof typeof languages;

export const isLanguage = (tag: string): tag is Language => Object.hasOwn(languages, tag);
