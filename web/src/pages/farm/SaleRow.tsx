import { useTranslation } from 'react-i18next';
import type { Sale } from '../../api/types';
import { Row } from '../../design/Rows';
import { useFormat } from '../../i18n/format';
import { PaymentBadge } from '../work/status';
import { OrderStatus } from '../orders/OrderStatus';

/** A farm's part of an order, in a list. */
export function SaleRow({ sale }: { sale: Sale }) {
  const { t } = useTranslation('work');
  const format = useFormat();
  const first = sale.items[0];
  return (
    <Row
      to={`/farm/orders/${sale.order.id}`}
      title={sale.order.number}
      badges={
        <>
          <OrderStatus status={sale.status} />
          {sale.status !== 'cancelled' && <PaymentBadge status={sale.payment_status} />}
        </>
      }
      details={
        <>
          <bdi>{sale.buyer.name}</bdi>
          <span>{format.ago(sale.order.created_at)}</span>
          {first && (
            <span>
              {first.product_name}
              {sale.items.length > 1 && ` ${t('order.more', { count: sale.items.length - 1 })}`}
            </span>
          )}
        </>
      }
      end={<b className="numbers">{format.money(sale.total, sale.currency)}</b>}
    />
  );
}
