import { keepPreviousData, useQuery } from '@tanstack/react-query';
import { useTranslation } from 'react-i18next';
import { salesQuery } from '../../api/farm';
import { useFilters } from '../../app/useFilters';
import { ButtonLink } from '../../design/Button';
import { Loaded } from '../../design/feedback';
import { FilterDays, Filters, FilterSelect } from '../../design/Filters';
import { Pager } from '../../design/Pager';
import { Rows } from '../../design/Rows';
import { endOf, startOf } from '../work/days';
import { NothingFound } from '../work/NothingFound';
import { fulfilmentStatuses, paymentStatuses } from '../work/status';
import { FarmPage } from './FarmPage';
import { SaleRow } from './SaleRow';

/** All orders of a farm, the newest first. */
export function Component() {
  const { t } = useTranslation(['farm', 'work', 'common']);
  const filters = useFilters();
  const sales = useQuery({
    ...salesQuery({
      page: filters.page,
      status: filters.maybe('status'),
      payment_status: filters.maybe('payment_status'),
      created_after: startOf(filters.of('from')),
      created_before: endOf(filters.of('to')),
    }),
    placeholderData: keepPreviousData,
  });
  return (
    <FarmPage
      title={t('nav.orders')}
      aside={
        <ButtonLink to="/farm/pack" kind="secondary" small icon="box">
          {t('nav.pack')}
        </ButtonLink>
      }
    >
      <Filters label={t('work:filter.label')}>
        <FilterSelect
          name="status"
          label={t('work:filter.status')}
          value={filters.of('status')}
          options={fulfilmentStatuses.map(status => [status, t(`common:status.${status}`)])}
          onChange={status => filters.set({ status })}
        />
        <FilterSelect
          name="payment_status"
          label={t('work:filter.payment')}
          value={filters.of('payment_status')}
          options={paymentStatuses.map(status => [status, t(`common:paid.${status}`)])}
          onChange={payment_status => filters.set({ payment_status })}
        />
        <FilterDays from={filters.of('from')} to={filters.of('to')} onChange={filters.set} />
      </Filters>
      <Loaded query={sales}>
        {({ results, count }) =>
          results.length === 0 ? (
            <NothingFound filters={filters} icon="basket" none={t('orders.none')}>
              <p className="soft">{t('orders.noneText')}</p>
            </NothingFound>
          ) : (
            <>
              <Rows label={t('nav.orders')}>
                {results.map(sale => (
                  <SaleRow key={sale.id} sale={sale} />
                ))}
              </Rows>
              <Pager count={count} />
            </>
          )
        }
      </Loaded>
    </FarmPage>
  );
}
