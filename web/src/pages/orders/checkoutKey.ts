const name = 'agroconnect.checkout';

/**
 * The `Idempotency-Key` of a checkout: the same for the same body until it has succeeded, so that sending again, after a lost answer
 * or a reload too, never orders twice.
 */
export function checkoutKey(body: unknown): string {
  const text = JSON.stringify(body);
  const kept = JSON.parse(sessionStorage.getItem(name) ?? 'null') as { key: string; text: string } | null;
  if (kept?.text === text) {
    return kept.key;
  }

  const key = crypto.randomUUID();
  sessionStorage.setItem(name, JSON.stringify({ key, text }));
  return key;
}

export const checkoutDone = () => sessionStorage.removeItem(name);
