import { keepPreviousData, useQuery } from '@tanstack/react-query';
import { useTranslation } from 'react-i18next';
import { salesSummaryQuery } from '../../api/farm';
import { DayChart, ShareTable } from '../../design/Chart';
import { Empty, Loaded } from '../../design/feedback';
import { useFormat } from '../../i18n/format';
import { PeriodChoice } from '../work/PeriodChoice';
import { usePeriod } from '../work/usePeriod';
import { FarmPage } from './FarmPage';
import styles from './SalesPage.module.css';

/** What a farm sold: by day and by product. */
export function Component() {
  const { t } = useTranslation('farm');
  const format = useFormat();
  const chosen = usePeriod();
  const summary = useQuery({ ...salesSummaryQuery(chosen.period), placeholderData: keepPreviousData });
  return (
    <FarmPage title={t('nav.sales')}>
      <PeriodChoice {...chosen} />
      <Loaded query={summary}>
        {({ days, products, revenue, orders, currency }) => (
          <>
            <div className={styles.charts}>
              <section className="panel">
                <DayChart
                  title={t('sales.revenue')}
                  total={Number(revenue)}
                  days={days.map(day => ({ date: day.date, value: Number(day.revenue) }))}
                  text={value => format.money(value, currency)}
                />
              </section>
              <section className="panel">
                <DayChart
                  title={t('sales.orders')}
                  total={orders}
                  days={days.map(day => ({ date: day.date, value: day.orders }))}
                  text={value => format.number(value)}
                />
              </section>
            </div>
            <section className="stack">
              <h2>{t('sales.products')}</h2>
              {products.length === 0 ? (
                <Empty icon="chart" title={t('sales.none')} />
              ) : (
                <div className="panel">
                  <ShareTable
                    caption={t('sales.products')}
                    columns={[t('sales.product'), t('sales.quantity'), t('sales.revenue')]}
                    rows={products.map(product => ({
                      key: `${product.product} ${product.name} ${product.unit}`,
                      value: Number(product.revenue),
                      cells: [
                        product.name,
                        format.amount(product.quantity, product.unit),
                        format.money(product.revenue, currency),
                      ],
                    }))}
                  />
                </div>
              )}
            </section>
            <p className="small soft">{t('sales.text')}</p>
          </>
        )}
      </Loaded>
    </FarmPage>
  );
}
