const key = 'agroconnect.theme';

export type Theme = 'system' | 'light' | 'dark';

export const theme = (): Theme => (localStorage.getItem(key) as Theme | null) ?? 'system';

/** `system` follows the device (`first-paint.js` applies it to the next visit). */
export function chooseTheme(chosen: Theme) {
  if (chosen === 'system') {
    localStorage.removeItem(key);
    delete document.documentElement.dataset.theme;
  } else {
    localStorage.setItem(key, chosen);
    document.documentElement.dataset.theme = chosen;
  }
}
