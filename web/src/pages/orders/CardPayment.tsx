import type { PaymentIntent, Stripe, StripeElements } from '@stripe/stripe-js';
import { useQuery, useQueryClient } from '@tanstack/react-query';
import { useEffect, useEffectEvent, useId, useRef, useState } from 'react';
import { useTranslation } from 'react-i18next';
import { ApiError } from '../../api/errors';
import { awaitsCard, openPayment, orderQuery } from '../../api/orders';
import { useSite } from '../../api/site';
import type { Order } from '../../api/types';
import { Button } from '../../design/Button';
import { Notice, SkeletonList } from '../../design/feedback';
import { Form } from '../../design/Form';
import { SubmitButton } from '../../design/SubmitButton';
import { useFormat } from '../../i18n/format';
import type { Language } from '../../i18n/languages';
import styles from './Orders.module.css';
import { appearance, isConfirmed, openStripe, watchColours } from './stripe';

/** Seconds after which the server is asked to look itself, where no event told how a payment went. */
const looks = [2, 5, 10, 20, 40];

/** Where the buyer pays for an order by card, until it is paid. */
export default function CardPayment({ order }: { order: Order }) {
  const { t } = useTranslation();
  const format = useFormat();
  const title = useId();
  const key = useSite()?.stripe_publishable_key;
  const secret = order.payment.client_secret;
  if (!awaitsCard(order)) {
    return order.payment.status === 'authorised' && <Thanks />;
  }

  return (
    key && (
      <section className="panel stack" aria-labelledby={title}>
        <h2 id={title}>{t('pay.title')}</h2>
        <p className="soft">{t('pay.hold')}</p>
        {order.items.some(item => item.usual_weight !== null) && order.weight_tolerance > 0 && (
          <p className="soft">
            {t('pay.weighed', { percent: format.number(order.weight_tolerance / 100, { style: 'percent' }) })}
          </p>
        )}
        {secret ? <Paying order={order} publishableKey={key} secret={secret} /> : <Opening order={order} />}
      </section>
    )
  );
}

function Thanks() {
  const { t } = useTranslation();
  const text = useRef<HTMLDivElement>(null);
  // The button that had the focus is gone.
  useEffect(() => text.current?.focus({ preventScroll: true }), []);
  return (
    <div ref={text} role="status" tabIndex={-1}>
      <Notice icon="check">{t('pay.done')}</Notice>
    </div>
  );
}

/** Stripe was away when the order was placed: asks again. */
function Opening({ order }: { order: Order }) {
  const client = useQueryClient();
  const opened = useQuery({
    queryKey: ['payment', order.id],
    queryFn: async () => {
      client.setQueryData(orderQuery(order.id).queryKey, await openPayment(order.id));
      return null;
    },
    gcTime: 0,
    retry: false,
    meta: { keepOffline: false },
  });
  return opened.isPending ? (
    <SkeletonList rows={2} />
  ) : (
    <Away busy={opened.isFetching} retry={() => void opened.refetch()} />
  );
}

/** Nobody can pay just now: a way to try again. */
function Away({ busy, retry }: { busy?: boolean; retry: () => void }) {
  const { t } = useTranslation();
  return (
    <>
      <div role="alert">
        <Notice kind="warning" icon="alert">
          {t('pay.away')}
        </Notice>
      </div>
      <Button kind="secondary" busy={busy} onClick={retry}>
        {t('state.retry')}
      </Button>
    </>
  );
}

function Paying({ order, publishableKey, secret }: { order: Order; publishableKey: string; secret: string }) {
  const language = useTranslation().i18n.language as Language;
  const opened = useQuery({
    queryKey: ['stripe', secret, language],
    queryFn: () => openStripe(publishableKey, secret, language),
    staleTime: Infinity,
    gcTime: 0,
    retry: false,
    structuralSharing: false,
    meta: { keepOffline: false },
  });
  const again = () => void opened.refetch();
  return opened.isSuccess ? (
    <Card key={opened.dataUpdatedAt} order={order} secret={secret} {...opened.data} again={again} />
  ) : opened.isPending ? (
    <SkeletonList rows={2} />
  ) : (
    <Away busy={opened.isFetching} retry={again} />
  );
}

type CardProps = { order: Order; secret: string; stripe: Stripe; intent: PaymentIntent; again: () => void };

function Card({ intent, ...props }: CardProps) {
  const [confirmed, setConfirmed] = useState(isConfirmed(intent));
  return confirmed ? (
    <Following order={props.order} again={props.again} />
  ) : (
    <CardForm {...props} problem={intent.last_payment_error?.message} onConfirmed={() => setConfirmed(true)} />
  );
}

/** @param problem Why the last try failed, in Stripe's words. */
function CardForm({
  order,
  secret,
  stripe,
  problem,
  again,
  onConfirmed,
}: Omit<CardProps, 'intent'> & { problem?: string; onConfirmed: () => void }) {
  const { t } = useTranslation();
  const format = useFormat();
  const frame = useRef<HTMLDivElement>(null);
  const elements = useRef<StripeElements>(null);
  const [state, setState] = useState<'loading' | 'ready' | 'broken'>('loading');
  const [tried, setTried] = useState(false);
  useEffect(() => {
    const group = stripe.elements({ clientSecret: secret, appearance: appearance() });
    // Their windows are cut off from this page by its policy (Cross-Origin-Opener-Policy).
    const fields = group.create('payment', { wallets: { applePay: 'never', googlePay: 'never', link: 'never' } });
    fields.on('ready', () => setState('ready'));
    fields.on('loaderror', () => setState('broken'));
    fields.mount(frame.current!);
    elements.current = group;
    const stop = watchColours(() => group.update({ appearance: appearance() }));
    return () => {
      stop();
      fields.destroy();
    };
  }, [stripe, secret]);

  async function pay() {
    setTried(true);
    const { paymentIntent, error } = await stripe.confirmPayment({
      elements: elements.current!,
      confirmParams: { return_url: `${window.location.origin}/orders/${order.id}` },
      redirect: 'if_required',
    });
    const intent = paymentIntent ?? error.payment_intent;
    if (intent && isConfirmed(intent)) {
      onConfirmed();
    } else {
      // What Stripe says of other things is for programmers.
      const isForBuyers = error?.type === 'card_error' || error?.type === 'validation_error';
      throw new ApiError(402, { detail: (isForBuyers && error.message) || t('pay.away') });
    }
  }

  return state === 'broken' ? (
    <Away retry={again} />
  ) : (
    <Form onSubmit={pay}>
      {problem && !tried && (
        <div role="alert">
          <Notice kind="error" icon="alert">
            {problem}
          </Notice>
        </div>
      )}
      {state === 'loading' && <SkeletonList rows={2} />}
      <div ref={frame} className={styles.cardFields} />
      {state === 'ready' && (
        <SubmitButton>
          {t('pay.action', { total: format.money(order.payment.amount_due, order.currency) })}
        </SubmitButton>
      )}
    </Form>
  );
}

/** The buyer has done their part; an event says how it went, or the server when it looks. */
function Following({ order, again }: { order: Order; again: () => void }) {
  const { t } = useTranslation();
  const client = useQueryClient();
  const [slow, setSlow] = useState(false);
  const [before] = useState(order.payment.status);
  const look = useEffectEvent(async () => {
    client.setQueryData(orderQuery(order.id).queryKey, await openPayment(order.id));
  });
  const ended = useEffectEvent(again);
  useEffect(() => {
    const timers = looks.map(seconds => setTimeout(() => void look().catch(() => undefined), seconds * 1000));
    timers.push(setTimeout(() => setSlow(true), (looks.at(-1)! + 5) * 1000));
    return () => timers.forEach(clearTimeout);
  }, []);
  useEffect(() => {
    // From unpaid to failed: the bank has said no after all.
    if (order.payment.status !== before) {
      ended();
    }
  }, [order.payment.status, before]);
  return (
    <>
      <div role="status" className="stack">
        {slow ? (
          <Notice kind="warning" icon="clock">
            {t('pay.slow')}
          </Notice>
        ) : (
          <>
            <p>{t('pay.waiting')}</p>
            <SkeletonList rows={1} />
          </>
        )}
      </div>
      {slow && (
        <Button kind="secondary" onClick={again}>
          {t('pay.look')}
        </Button>
      )}
    </>
  );
}
