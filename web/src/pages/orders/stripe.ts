import type { Appearance, PaymentIntent, Stripe, StripeElementLocale } from '@stripe/stripe-js';
// Loads nothing by itself; by Stripe's terms its script comes from Stripe.
import { loadStripe } from '@stripe/stripe-js/pure';
import type { Language } from '../../i18n/languages';
import { renewPage } from '../../offline/renewPage';

/** Those of our languages that Stripe speaks; for others it goes by the browser. */
const locales: Partial<Record<Language, StripeElementLocale>> = { en: 'en', es: 'es', fr: 'fr' };

/** Stripe, and what it knows of a payment. Throws when it can't be reached. */
export async function openStripe(key: string, clientSecret: string, language: Language) {
  const stripe = await load(key, locales[language] ?? 'auto');
  const { paymentIntent, error } = await stripe.retrievePaymentIntent(clientSecret);
  if (error) {
    throw new Error(error.message);
  }

  return { stripe, intent: paymentIntent };
}

async function load(key: string, locale: StripeElementLocale): Promise<Stripe> {
  let isBarred = false;
  const note = ({ blockedURI }: SecurityPolicyViolationEvent) => {
    isBarred ||= blockedURI.startsWith('https://js.stripe.com');
  };
  document.addEventListener('securitypolicyviolation', note);
  try {
    return (await loadStripe(key, { locale }))!;
  } catch (error) {
    if (isBarred && (await renewPage())) {
      window.location.reload();
    }

    throw error;
  } finally {
    document.removeEventListener('securitypolicyviolation', note);
  }
}

/** Whether the buyer has done their part. */
export const isConfirmed = ({ status }: Pick<PaymentIntent, 'status'>) =>
  ['processing', 'requires_capture', 'succeeded'].includes(status);

/** Our colours, as they are now, for Stripe's fields. */
export function appearance(): Appearance {
  const styles = getComputedStyle(document.documentElement);
  const token = (name: string) => styles.getPropertyValue(`--${name}`).replace(/\s+/g, ' ').trim();
  return {
    theme: styles.colorScheme === 'dark' ? 'night' : 'stripe',
    disableAnimations: matchMedia('(prefers-reduced-motion: reduce)').matches,
    variables: {
      colorPrimary: token('brand'),
      colorBackground: token('surface-raised'),
      colorText: token('ink'),
      colorTextSecondary: token('ink-soft'),
      colorTextPlaceholder: token('ink-soft'),
      colorDanger: token('danger'),
      fontFamily: token('body'),
      borderRadius: '8px',
    },
    rules: {
      '.Input': { border: `1.5px solid ${token('line-strong')}`, boxShadow: 'none' },
      '.Label': { fontWeight: '600' },
    },
  };
}

/** Tells when our colours change: with the device, or by hand. */
export function watchColours(changed: () => void) {
  const device = matchMedia('(prefers-color-scheme: dark)');
  const byHand = new MutationObserver(changed);
  device.addEventListener('change', changed);
  byHand.observe(document.documentElement, { attributeFilter: ['data-theme'] });
  return () => {
    device.removeEventListener('change', changed);
    byHand.disconnect();
  };
}
