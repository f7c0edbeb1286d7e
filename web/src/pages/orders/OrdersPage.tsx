import { useInfiniteQuery } from '@tanstack/react-query';
import { useTranslation } from 'react-i18next';
import { Link } from 'react-router';
import { ordersQuery } from '../../api/orders';
import type { Order } from '../../api/types';
import { Page } from '../../app/Page';
import { Button, ButtonLink } from '../../design/Button';
import { Empty, Loaded } from '../../design/feedback';
import { useFormat } from '../../i18n/format';
import { OrderStatus } from './OrderStatus';
import styles from './Orders.module.css';

export function Component() {
  const { t } = useTranslation();
  const orders = useInfiniteQuery(ordersQuery);
  return (
    <Page title={t('orders.title')}>
      <Loaded query={orders}>
        {({ pages }) =>
          pages[0]!.count === 0 ? (
            <Empty icon="box" title={t('orders.none')}>
              <p className="soft">{t('orders.noneText')}</p>
              <ButtonLink to="/products">{t('notFound.action')}</ButtonLink>
            </Empty>
          ) : (
            <ul className="stack">
              {pages
                .flatMap(page => page.results)
                .map(order => (
                  <OrderCard key={order.id} order={order} />
                ))}
            </ul>
          )
        }
      </Loaded>
      {orders.hasNextPage && (
        <Button kind="secondary" busy={orders.isFetchingNextPage} onClick={() => void orders.fetchNextPage()}>
          {t('action.more')}
        </Button>
      )}
    </Page>
  );
}

function OrderCard({ order }: { order: Order }) {
  const { t } = useTranslation();
  const format = useFormat();
  return (
    <li className={`panel ${styles.order}`}>
      <div className="row spread">
        <Link to={`/orders/${order.id}`}>{t('orders.number', { number: order.number })}</Link>
        <OrderStatus status={order.status} />
      </div>
      <p className="soft small">
        {format.date(order.created_at)} · {format.list(order.fulfilments.map(part => part.seller.name))}
      </p>
      <div className="row spread">
        <span className={styles.thumbs}>
          {order.items
            .slice(0, 4)
            .map(item =>
              item.image_url ? (
                <img key={item.id} src={item.image_url} alt="" width={48} height={48} loading="lazy" />
              ) : null,
            )}
        </span>
        <b className="numbers">{format.money(order.total, order.currency)}</b>
      </div>
    </li>
  );
}
