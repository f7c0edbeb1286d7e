import { useQuery } from '@tanstack/react-query';
import { useTranslation } from 'react-i18next';
import { useParams } from 'react-router';
import { orderQuery } from '../../api/orders';
import type { Order } from '../../api/types';
import { Page } from '../../app/Page';
import { Loaded } from '../../design/feedback';
import { useFormat } from '../../i18n/format';
import { FarmsPart } from './FarmsPart';
import { OrderActions } from './OrderActions';
import { OrderStatus } from './OrderStatus';
import styles from './Orders.module.css';

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
  return (
    <div className={styles.checkout}>
      <div className="stack">
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
