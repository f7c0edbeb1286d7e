import { useQuery } from '@tanstack/react-query';
import { useTranslation } from 'react-i18next';
import { Link } from 'react-router';
import { useMe } from '../../api/account';
import { listingsQuery, salesQuery, salesSummaryQuery, toPackQuery } from '../../api/farm';
import { useCounts } from '../../app/useCounts';
import { ButtonLink } from '../../design/Button';
import { DayChart } from '../../design/Chart';
import { Empty, Loaded, Skeleton } from '../../design/feedback';
import { Row, Rows } from '../../design/Rows';
import { Tile, Tiles } from '../../design/Tiles';
import { useFormat } from '../../i18n/format';
import { day, zone } from '../work/days';
import { FarmPage } from './FarmPage';
import { isLow } from './low';
import { SaleRow } from './SaleRow';

/** What needs doing on a farm, and how it goes. */
export function Component() {
  const { t } = useTranslation('farm');
  const format = useFormat();
  const me = useMe()!;
  const toPack = useQuery(toPackQuery);
  const unpaid = useQuery(salesQuery({ payment_status: 'unpaid', status: 'delivered', page_size: 1 }));
  const listings = useQuery(listingsQuery(me.id, { is_active: 'true', page_size: 100, ordering: 'name' }));
  const newest = useQuery(salesQuery({ page_size: 5 }));
  const week = useQuery(salesSummaryQuery({ from: day(6), to: day(), tz: zone }));
  const { messages } = useCounts();
  const low = listings.data?.results.filter(isLow);
  const asked = toPack.data?.filter(({ items }) => items.some(item => item.proposed_weight !== null)).length;
  const count = (number: number | undefined) =>
    number === undefined ? <Skeleton width="2rem" height="1.6rem" /> : format.number(number);
  const pending = toPack.data?.filter(({ status }) => status === 'pending').length;
  return (
    <FarmPage
      title={t('nav.overview')}
      heading={me.farm_name || `${me.first_name} ${me.last_name}`}
      aside={
        <ButtonLink to="/farm/listings/new" icon="plus" small>
          {t('listings.new')}
        </ButtonLink>
      }
    >
      <Tiles label={t('overview.todo')}>
        <Tile to="/farm/orders?status=pending" icon="bell" value={count(pending)} calls={!!pending}>
          {t('overview.confirm', { count: pending ?? 0 })}
        </Tile>
        <Tile to="/farm/pack" icon="box" value={count(toPack.data?.length)} calls={!!toPack.data?.length}>
          {t('overview.pack', { count: toPack.data?.length ?? 0 })}
        </Tile>
        <Tile to="/messages" icon="chat" value={count(messages)} calls={messages > 0}>
          {t('overview.unread', { count: messages })}
        </Tile>
        <Tile to="/farm/listings?stock=low" icon="alert" value={count(low?.length)} calls={!!low?.length}>
          {t('overview.low', { count: low?.length ?? 0 })}
        </Tile>
        <Tile to="/farm/pack" icon="clock" value={count(asked)}>
          {t('overview.asked', { count: asked ?? 0 })}
        </Tile>
        <Tile
          to="/farm/orders?status=delivered&payment_status=unpaid"
          icon="basket"
          value={count(unpaid.data?.count)}
          calls={!!unpaid.data?.count}
        >
          {t('overview.unpaid', { count: unpaid.data?.count ?? 0 })}
        </Tile>
      </Tiles>

      <section className="panel">
        <Loaded query={week} skeleton={<Skeleton height="14rem" />}>
          {({ days, revenue, currency }) => (
            <DayChart
              title={t('overview.week')}
              total={Number(revenue)}
              days={days.map(one => ({ date: one.date, value: Number(one.revenue) }))}
              text={value => format.money(value, currency)}
            />
          )}
        </Loaded>
      </section>

      {low && low.length > 0 && (
        <section className="stack">
          <h2>{t('overview.lowTitle')}</h2>
          <Rows label={t('overview.lowTitle')}>
            {low.slice(0, 5).map(product => (
              <Row
                key={product.id}
                to={`/farm/listings/${product.id}#stock`}
                title={product.name}
                end={format.amount(product.stock, product.unit)}
              />
            ))}
          </Rows>
        </section>
      )}

      <section className="stack">
        <div className="row spread">
          <h2>{t('overview.newest')}</h2>
          <Link to="/farm/orders">{t('overview.all')}</Link>
        </div>
        <Loaded query={newest}>
          {({ results }) =>
            results.length === 0 ? (
              <Empty icon="basket" title={t('orders.none')}>
                <p className="soft">{t('orders.noneText')}</p>
              </Empty>
            ) : (
              <Rows label={t('overview.newest')}>
                {results.map(sale => (
                  <SaleRow key={sale.id} sale={sale} />
                ))}
              </Rows>
            )
          }
        </Loaded>
      </section>
    </FarmPage>
  );
}
