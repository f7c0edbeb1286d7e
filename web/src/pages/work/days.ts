/** A day of the reader's calendar as `2026-11-27`, `back` days ago. */
export function day(back = 0) {
  const date = new Date();
  date.setDate(date.getDate() - back);
  return `${date.getFullYear()}-${two(date.getMonth() + 1)}-${two(date.getDate())}`;
}

/** When a day begins here, as the API takes it. */
export const startOf = (date: string) => (date ? new Date(`${date}T00:00`).toISOString() : undefined);

/** When a day is over here. */
export function endOf(date: string) {
  if (!date) {
    return undefined;
  }

  const next = new Date(`${date}T00:00`);
  next.setDate(next.getDate() + 1);
  return next.toISOString();
}

export const dayOf = (iso: string) => {
  const date = new Date(iso);
  return `${date.getFullYear()}-${two(date.getMonth() + 1)}-${two(date.getDate())}`;
};

export const zone = Intl.DateTimeFormat().resolvedOptions().timeZone;

const two = (number: number) => String(number).padStart(2, '0');
