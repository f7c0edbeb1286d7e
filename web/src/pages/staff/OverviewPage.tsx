import { keepPreviousData, useQuery } from '@tanstack/react-query';
import { useTranslation } from 'react-i18next';
import { marketSummaryQuery, reportsQuery } from '../../api/staff';
import { DayChart } from '../../design/Chart';
import { Loaded, Skeleton } from '../../design/feedback';
import { Tile, Tiles } from '../../design/Tiles';
import { useFormat } from '../../i18n/format';
import { PeriodChoice } from '../work/PeriodChoice';
import { usePeriod } from '../work/usePeriod';
import styles from './OverviewPage.module.css';
import { StaffPage } from './StaffPage';

const counted = ['orders', 'cancelled', 'users', 'products'] as const;

/** What waits for staff, and the market in numbers. */
export function Component() {
  const { t } = useTranslation('staff');
  const format = useFormat();
  const chosen = usePeriod();
  const summary = useQuery({ ...marketSummaryQuery(chosen.period), placeholderData: keepPreviousData });
  const reports = useQuery(reportsQuery({ status: 'pending', page_size: 1 }));
  return (
    <StaffPage title={t('nav.overview')}>
      <Loaded query={summary} skeleton={<Skeleton height="14rem" />}>
        {({ now }) => (
          <Tiles label={t('overview.now')}>
            <Tile
              to="/staff/applications?status=pending"
              icon="sprout"
              value={format.number(now.pending_applications)}
              calls={now.pending_applications > 0}
            >
              {t('overview.applications', { count: now.pending_applications })}
            </Tile>
            <Tile
              to="/staff/reports?status=pending"
              icon="alert"
              value={reports.data ? format.number(reports.data.count) : '…'}
              calls={!!reports.data?.count}
            >
              {t('overview.reports', { count: reports.data?.count ?? 0 })}
            </Tile>
            <Tile to="/staff/orders" icon="basket" value={format.number(now.open_orders)}>
              {t('overview.open', { total: format.number(now.orders) })}
            </Tile>
            <Tile to="/staff/users" icon="person" value={format.number(now.active_users)}>
              {t('overview.users', { total: format.number(now.users) })}
            </Tile>
            <Tile to="/staff/users?role=farmer" icon="leaf" value={format.number(now.farmers)}>
              {t('overview.farmers')}
            </Tile>
            <Tile to="/products" icon="box" value={format.number(now.active_products)}>
              {t('overview.products', { total: format.number(now.products) })}
            </Tile>
          </Tiles>
        )}
      </Loaded>
      <h2>{t('overview.period')}</h2>
      <PeriodChoice {...chosen} />
      <Loaded query={summary} skeleton={<Skeleton height="14rem" />}>
        {({ days, revenue, currency, ...totals }) => (
          <div className={styles.charts}>
            <section className={`panel ${styles.wide}`}>
              <DayChart
                title={t('overview.revenue')}
                total={Number(revenue)}
                days={days.map(day => ({ date: day.date, value: Number(day.revenue) }))}
                text={value => format.money(value, currency)}
              />
            </section>
            {counted.map(name => (
              <section key={name} className="panel">
                <DayChart
                  title={t(`overview.new.${name}`)}
                  total={totals[name]}
                  days={days.map(day => ({ date: day.date, value: day[name] }))}
                  text={value => format.number(value)}
                />
              </section>
            ))}
          </div>
        )}
      </Loaded>
    </StaffPage>
  );
}
