import { useState } from 'react';
import { useTranslation } from 'react-i18next';
import { Link } from 'react-router';
import { useMe } from '../../api/account';
import { api, ok } from '../../api/client';
import type { Fulfilment, Order, OrderItem } from '../../api/types';
import { Button } from '../../design/Button';
import { Dialog } from '../../design/Dialog';
import { Notice } from '../../design/feedback';
import { useFormat } from '../../i18n/format';
import { AskTheFarm } from '../catalogue/AskTheFarm';
import { ReviewForm } from '../catalogue/Reviews';
import { OrderStatus } from './OrderStatus';
import styles from './Orders.module.css';
import { Track } from './Track';
import { useOrderChange } from './useOrderChange';

/** What one farm delivers: how far it is, its lines, and what its buyer can do about it. */
export function FarmsPart({ order, part }: { order: Order; part: Fulfilment }) {
  const { t } = useTranslation();
  const format = useFormat();
  const isBuyer = useMe()?.id === order.user;
  const pickup = order.delivery.method === 'pickup';
  const items = order.items.filter(item => item.fulfilment === part.id);
  const received = useOrderChange(
    () =>
      ok(
        api.POST('/api/orders/{id}/fulfilments/{fulfilment}/status/', {
          params: { path: { id: order.id, fulfilment: part.id } },
          body: { status: 'delivered' },
        }),
      ),
    t('orders.receivedDone'),
  );
  const canReceive = isBuyer && (part.status === 'shipped' || (pickup && part.status === 'confirmed'));
  return (
    <section className="panel stack" aria-label={part.seller.name}>
      <div className="row spread">
        <h2>
          <Link to={`/farms/${part.seller.id}`} style={{ color: 'inherit' }}>
            {part.seller.name}
          </Link>
        </h2>
        {part.status === 'cancelled' && <OrderStatus status="cancelled" />}
      </div>
      {part.status !== 'cancelled' && <Track status={part.status} pickup={pickup} />}
      {part.tracking && <p className="small">{t('orders.tracking', { tracking: part.tracking })}</p>}
      <ul className="stack" style={{ gap: 0 }}>
        {items.map(item => (
          <Line key={item.id} order={order} item={item} delivered={part.status === 'delivered'} isBuyer={isBuyer} />
        ))}
      </ul>
      <p className="row spread">
        <span>{t('cart.sum')}</span>
        <b className="numbers">{format.money(part.total, order.currency)}</b>
      </p>
      <div className="row">
        {canReceive && (
          <Button icon="check" busy={received.isPending} onClick={() => received.mutate()}>
            {t('orders.received')}
          </Button>
        )}
        {isBuyer && items[0] && (
          <AskTheFarm product={{ id: items[0].product, seller: { ...part.seller, picture_url: null } }} />
        )}
      </div>
    </section>
  );
}

function Line({
  order,
  item,
  delivered,
  isBuyer,
}: {
  order: Order;
  item: OrderItem;
  delivered: boolean;
  isBuyer: boolean;
}) {
  const { t } = useTranslation();
  const format = useFormat();
  const [reviewing, setReviewing] = useState(false);
  const answer = useOrderChange((accept: boolean) =>
    ok(
      api.POST('/api/orders/{id}/items/{item}/weight/', {
        params: { path: { id: order.id, item: item.id } },
        body: { accept },
      }),
    ),
  );
  const weight = (value: number | null) => (value === null ? '' : format.amount(value, item.price_unit ?? item.unit));
  return (
    <li className={styles.line}>
      {item.image_url ? (
        <img className={styles.thumb} src={item.image_url} alt="" width={48} height={48} loading="lazy" />
      ) : (
        <span className={styles.thumb} />
      )}
      <div>
        <Link to={`/products/${item.product}`}>{item.product_name}</Link>
        <p className="soft small">
          {format.amount(item.quantity, item.unit)} ·{' '}
          <bdi>{format.money(item.price_at_order_time, order.currency)}</bdi> /{' '}
          {format.unit(item.price_unit ?? item.unit)}
          {item.packed_weight !== null
            ? ` · ${t('orders.packed', { weight: weight(item.packed_weight) })}`
            : item.usual_weight !== null && ` · ≈ ${weight(item.usual_weight)}`}
          {item.cancelled_quantity > 0 &&
            ` · ${t('orders.cut', { amount: format.amount(item.cancelled_quantity, item.unit) })}`}
        </p>
      </div>
      <b className="numbers">{format.money(item.line_total, order.currency)}</b>
      {isBuyer && item.proposed_weight !== null && (
        <div className={styles.question}>
          <Notice kind="warning" icon="alert">
            <p>{t('orders.weight', { usual: weight(item.usual_weight), now: weight(item.proposed_weight) })}</p>
            <div className="row">
              <Button small busy={answer.isPending} onClick={() => answer.mutate(true)}>
                {t('orders.weightYes')}
              </Button>
              <Button small kind="secondary" busy={answer.isPending} onClick={() => answer.mutate(false)}>
                {t('orders.weightNo')}
              </Button>
            </div>
          </Notice>
        </div>
      )}
      {isBuyer && delivered && (
        <div className={styles.question}>
          <Button kind="quiet" small icon="star" aria-haspopup="dialog" onClick={() => setReviewing(true)}>
            {t('review.write')}
          </Button>
        </div>
      )}
      {reviewing && (
        <Dialog title={t('review.of', { name: item.product_name })} onClose={() => setReviewing(false)}>
          <ReviewForm productId={item.product} onDone={() => setReviewing(false)} />
        </Dialog>
      )}
    </li>
  );
}
