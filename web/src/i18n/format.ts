import { useTranslation } from 'react-i18next';

/** Money, numbers, dates and places in the reader's language. */
export function useFormat() {
  const { t, i18n } = useTranslation();
  const tag = i18n.language;
  return {
    /** @param amount A decimal string of the API. */
    money: (amount: string | number, currency: string) =>
      numbers(tag, { style: 'currency', currency, currencyDisplay: 'narrowSymbol' }).format(Number(amount)),
    number: (value: number, options?: Intl.NumberFormatOptions) => numbers(tag, options).format(value),
    /** "2.5 kg", "3 bunches". */
    amount: (quantity: number, unit: string) =>
      `${numbers(tag, { maximumFractionDigits: 3 }).format(quantity)} ${t(`unit.${unit}` as 'unit.kg', { count: quantity })}`,
    /** "kg", "bunch": what a price is for. */
    unit: (unit: string) => t(`unit.${unit}` as 'unit.kg', { count: 1 }),
    date: (iso: string) => new Intl.DateTimeFormat(tag, { dateStyle: 'medium' }).format(new Date(iso)),
    dateTime: (iso: string) =>
      new Intl.DateTimeFormat(tag, { dateStyle: 'medium', timeStyle: 'short' }).format(new Date(iso)),
    time: (iso: string) => new Intl.DateTimeFormat(tag, { timeStyle: 'short' }).format(new Date(iso)),
    /** "today", "2 days ago", "3 weeks ago". */
    ago: (iso: string) => ago(tag, new Date(iso)),
    kilometres: (km: number) =>
      numbers(tag, { style: 'unit', unit: 'kilometer', maximumFractionDigits: km < 10 ? 1 : 0 }).format(km),
    list: (items: string[]) => new Intl.ListFormat(tag, { type: 'conjunction' }).format(items),
  };
}

const made = new Map<string, Intl.NumberFormat>();

/** Kept: making one takes longer than all that a page formats with it. */
function numbers(tag: string, options?: Intl.NumberFormatOptions) {
  const key = tag + JSON.stringify(options);
  const format = made.get(key) ?? new Intl.NumberFormat(tag, options);
  made.set(key, format);
  return format;
}

function ago(tag: string, then: Date) {
  const relative = new Intl.RelativeTimeFormat(tag, { numeric: 'auto', style: 'long' });
  const minutes = (then.getTime() - Date.now()) / 60_000;
  const days = minutes / 1440;
  return Math.abs(minutes) < 60
    ? relative.format(Math.round(minutes), 'minute')
    : Math.abs(days) < 1
      ? relative.format(Math.round(minutes / 60), 'hour')
      : Math.abs(days) < 14
        ? relative.format(Math.round(days), 'day')
        : Math.abs(days) < 60
          ? relative.format(Math.round(days / 7), 'week')
          : relative.format(Math.round(days / 30), 'month');
}
