import type { ReactNode } from 'react';
import { useTranslation } from 'react-i18next';
import type { Order } from '../../api/types';
import { useFormat } from '../../i18n/format';
import styles from './OrderFacts.module.css';

/** An order beside what is known of it; below each other on a phone. */
export const OrderLayout = ({ order, children }: { order: Order; children: ReactNode }) => (
  <div className={styles.layout}>
    <div className="stack">{children}</div>
    <div className="stack">
      <OrderFacts order={order} />
      <OrderHistory order={order} />
    </div>
  </div>
);

/** Where an order goes, how it is paid, what its buyer wrote. */
function OrderFacts({ order }: { order: Order }) {
  const { t } = useTranslation('work');
  const { delivery } = order;
  return (
    <dl className={`panel ${styles.facts}`}>
      <dt>{t('order.way')}</dt>
      <dd>{t(delivery.method === 'pickup' ? 'order.pickup' : 'order.delivery')}</dd>
      {delivery.name && (
        <>
          <dt>{t('order.to')}</dt>
          <dd dir="auto">{delivery.name}</dd>
        </>
      )}
      {delivery.phone && (
        <>
          <dt>{t('order.phone')}</dt>
          <dd>
            <a href={`tel:${delivery.phone}`} dir="ltr">
              {delivery.phone}
            </a>
          </dd>
        </>
      )}
      {delivery.address && (
        <>
          <dt>{t('order.address')}</dt>
          <dd dir="auto" className={styles.lines}>
            {delivery.address}
          </dd>
        </>
      )}
      {delivery.notes && (
        <>
          <dt>{t('order.deliveryNotes')}</dt>
          <dd dir="auto" className={styles.lines}>
            {delivery.notes}
          </dd>
        </>
      )}
      {order.note && (
        <>
          <dt>{t('order.note')}</dt>
          <dd dir="auto" className={styles.lines}>
            {order.note}
          </dd>
        </>
      )}
      <dt>{t('order.payment')}</dt>
      <dd>{t(order.payment.method === 'cash' ? 'order.cash' : 'order.card')}</dd>
    </dl>
  );
}

/** What has happened to an order, the newest first. */
function OrderHistory({ order }: { order: Order }) {
  const { t } = useTranslation(['work', 'common']);
  const format = useFormat();
  const farms = new Map(order.fulfilments.map(({ id, seller }) => [id, seller.name]));
  // The order goes where its farm's part goes: said once is enough.
  const entries = order.history.filter(
    entry =>
      entry.fulfilment !== null ||
      !order.history.some(({ fulfilment, at, status }) => fulfilment && at === entry.at && status === entry.status),
  );
  return (
    <section className="stack" style={{ gap: 'var(--s2)' }}>
      <h2>{t('order.history')}</h2>
      <ol className={styles.history}>
        {entries.reverse().map((entry, index) => (
          <li key={index}>
            <span className="soft small">{format.dateTime(entry.at)}</span>
            <span>
              {t(`common:status.${entry.status}` as 'common:status.pending')}
              {entry.fulfilment && order.fulfilments.length > 1 && ` · ${farms.get(entry.fulfilment) ?? ''}`}
              {entry.note && (
                <span className="soft" dir="auto">
                  {' '}
                  – {entry.note}
                </span>
              )}
            </span>
          </li>
        ))}
      </ol>
    </section>
  );
}
