import { useQuery } from '@tanstack/react-query';
import { lazy, Suspense, useEffect, useState } from 'react';
import { useTranslation } from 'react-i18next';
import { useParams, useSearchParams } from 'react-router';
import { useMe } from '../../api/account';
import { awaitsCard, orderQuery } from '../../api/orders';
import type { Order } from '../../api/types';
import { Page } from '../../app/Page';
import { Loaded, SkeletonList } from '../../design/feedback';
import { useFormat } from '../../i18n/format';
import { FarmsPart } from './FarmsPart';
import { OrderActions } from './OrderActions';
import { OrderStatus } from './OrderStatus';
import styles from './Orders.module.css';

/** Most orders need nothing of Stripe's. */
const CardPayment = lazy(() => import('./CardPayment'));

export function Component() {
  const { t } = useTranslation();
  const order = useQuery(orderQuery(Number(useParams().id)));
  const title = order.data ? t('orders.number', { number: order.data.number }) : t('state.loading');
  return (
    <Page title={title} hideHeading={!order.data} aside={order.data && <OrderStatus status={order.data.status} />}>
      <Loaded query={order}>{found => <Details order={found} />}</Loaded>
    </Page>
  );
}

function Details({ order }: { order: Order }) {
  const { t } = useTranslation();
  const format = useFormat();
  const { delivery } = order;
  const isBuyer = useMe()?.id === order.user;
  const [parameters, setParameters] = useSearchParams();
  const isBack = parameters.has('payment_intent');
  const [showsCard, setShowsCard] = useState(isBack);
  useEffect(() => {
    // What a bank's page adds to the address says nothing that Stripe does not say better.
    if (isBack) {
      setParameters({}, { replace: true });
    }
  }, [isBack, setParameters]);
  if (isBuyer && awaitsCard(order) && !showsCard) {
    setShowsCard(true);
  }

  return (
    <div className={styles.checkout}>
      <div className="stack">
        {isBuyer && showsCard && (
          <Suspense fallback={<SkeletonList rows={1} height="16rem" />}>
            <CardPayment order={order} />
          </Suspense>
        )}
        {order.fulfilments.map(part => (
          <FarmsPart key={part.id} order={order} part={part} />
        ))}
      </div>
      <aside className="stack" aria-label={t('orders.about')}>
        <div className="panel stack" style={{ gap: 'var(--s2)' }}>
          <p className="row spread">
            <b>{t('cart.total')}</b>
            <b className="numbers">{format.money(order.payment.amount_due, order.currency)}</b>
          </p>
          <p className="row spread small">
            <span>{t(`payment.${order.payment.method}` as 'payment.cash')}</span>
            <span>{t(`paid.${order.payment.status}` as 'paid.unpaid')}</span>
          </p>
          <hr style={{ inlineSize: '100%', border: 0, borderBlockStart: '1px solid var(--line)' }} />
          <p className="small">
            <b>{t(`checkout.${delivery.method}` as 'checkout.pickup')}</b>
            <br />
            {[delivery.name, delivery.phone, delivery.address, delivery.notes].filter(Boolean).map(line => (
              <span key={line}>
                {line}
                <br />
              </span>
            ))}
          </p>
          {order.note && <p className="small soft">{order.note}</p>}
          <OrderActions order={order} />
        </div>
        <details className="panel">
          <summary>{t('orders.history')}</summary>
          <ul className={styles.history}>
            {order.history.toReversed().map(entry => (
              <li key={`${entry.at}${entry.status}${entry.fulfilment}`}>
                <b>{t(`status.${entry.status}` as 'status.pending', { defaultValue: entry.status })}</b>{' '}
                {order.fulfilments.find(part => part.id === entry.fulfilment)?.seller.name}
                <br />
                <span className="soft">
                  {format.dateTime(entry.at)} {entry.note}
                </span>
              </li>
            ))}
          </ul>
        </details>
      </aside>
    </div>
  );
}
