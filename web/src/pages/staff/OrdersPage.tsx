import { keepPreviousData, useQuery } from '@tanstack/react-query';
import { useTranslation } from 'react-i18next';
import { useNavigate } from 'react-router';
import { allOrdersQuery } from '../../api/staff';
import { useFilters } from '../../app/useFilters';
import { Loaded } from '../../design/feedback';
import { FilterDays, Filters, FilterSelect } from '../../design/Filters';
import { Form, TextField } from '../../design/Form';
import { Pager } from '../../design/Pager';
import { Row, Rows } from '../../design/Rows';
import { useFormat } from '../../i18n/format';
import { endOf, startOf } from '../work/days';
import { NothingFound } from '../work/NothingFound';
import { orderStatuses, PaymentBadge } from '../work/status';
import { OrderStatus } from '../orders/OrderStatus';
import { PersonFilter } from './PersonFilter';
import { StaffPage } from './StaffPage';

/** Everybody's orders, the newest first. */
export function Component() {
  const { t } = useTranslation(['staff', 'work', 'common']);
  const format = useFormat();
  const filters = useFilters();
  const orders = useQuery({
    ...allOrdersQuery({
      page: filters.page,
      status: filters.maybe('status'),
      created_after: startOf(filters.of('from')),
      created_before: endOf(filters.of('to')),
      user: Number(filters.of('user')) || undefined,
      seller: Number(filters.of('seller')) || undefined,
    }),
    placeholderData: keepPreviousData,
  });
  return (
    <StaffPage title={t('nav.orders')} aside={<OpenById />}>
      <Filters label={t('work:filter.label')}>
        <FilterSelect
          name="status"
          label={t('work:filter.status')}
          value={filters.of('status')}
          options={orderStatuses.map(status => [status, t(`common:status.${status}`)])}
          onChange={status => filters.set({ status })}
        />
        <PersonFilter label={t('orders.buyer')} value={filters.of('user')} onChange={user => filters.set({ user })} />
        <PersonFilter
          label={t('orders.farm')}
          of="farmer"
          value={filters.of('seller')}
          onChange={seller => filters.set({ seller })}
        />
        <FilterDays from={filters.of('from')} to={filters.of('to')} onChange={filters.set} />
      </Filters>
      <Loaded query={orders}>
        {({ results, count }) =>
          results.length === 0 ? (
            <NothingFound filters={filters} icon="basket" none={t('orders.none')} />
          ) : (
            <>
              <p className="soft small" role="status">
                {t('orders.count', { count })}
              </p>
              <Rows label={t('nav.orders')}>
                {results.map(order => (
                  <Row
                    key={order.id}
                    to={`/staff/orders/${order.id}`}
                    title={order.number}
                    badges={
                      <>
                        <OrderStatus status={order.status} />
                        {order.status !== 'cancelled' && <PaymentBadge status={order.payment.status} />}
                      </>
                    }
                    details={
                      <>
                        <span>{format.dateTime(order.created_at)}</span>
                        <bdi>{order.delivery.name}</bdi>
                        <bdi>{format.list(order.fulfilments.map(({ seller }) => seller.name))}</bdi>
                      </>
                    }
                    end={<b className="numbers">{format.money(order.total, order.currency)}</b>}
                  />
                ))}
              </Rows>
              <Pager count={count} />
            </>
          )
        }
      </Loaded>
    </StaffPage>
  );
}

/** An order by the digits of its number, which end in its id. */
function OpenById() {
  const { t } = useTranslation('staff');
  const navigate = useNavigate();
  return (
    <Form
      onSubmit={async values => {
        const id = Number(/(\d+)\s*$/.exec(values.text('number'))?.[1]);
        if (id) {
          await navigate(`/staff/orders/${id}`);
        }
      }}
    >
      <TextField name="number" label={t('orders.open')} placeholder="AC-2026-000041" autoComplete="off" />
    </Form>
  );
}
