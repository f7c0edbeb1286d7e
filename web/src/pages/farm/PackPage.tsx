import { useQuery } from '@tanstack/react-query';
import { useTranslation } from 'react-i18next';
import { Link } from 'react-router';
import { toPackQuery } from '../../api/farm';
import { download } from '../../api/files';
import type { OrderItem, Sale } from '../../api/types';
import { useFilters } from '../../app/useFilters';
import { Button } from '../../design/Button';
import { Badge, Empty, Loaded } from '../../design/feedback';
import { Filters, FilterSelect } from '../../design/Filters';
import { Choice } from '../../design/Form';
import { useFormat } from '../../i18n/format';
import { dayOf, zone } from '../work/days';
import { DownloadButton } from '../work/DownloadButton';
import { OrderStatus } from '../orders/OrderStatus';
import { FarmPage } from './FarmPage';
import styles from './PackPage.module.css';

/** What waits to be packed: for each day the goods together, then each order. Made to be printed too. */
export function Component() {
  const { t } = useTranslation(['farm', 'work']);
  const format = useFormat();
  const filters = useFilters();
  const sales = useQuery(toPackQuery);
  const all = byDay(sales.data ?? []);
  const chosen = filters.of('day');
  const address = (kind: string) =>
    `/api/sales/pick-list/?${new URLSearchParams({ format: kind, tz: zone, ...(chosen ? { date: chosen } : {}) })}`;
  return (
    <FarmPage
      title={t('nav.pack')}
      aside={
        <div className={`row ${styles.tools}`}>
          <Button kind="secondary" small icon="print" onClick={() => window.print()}>
            {t('pack.print')}
          </Button>
          <DownloadButton icon="down" onDownload={() => download(address('csv'), 'pick-list.csv')}>
            CSV
          </DownloadButton>
          <DownloadButton icon="down" onDownload={() => download(address('html'), 'pick-list.html')}>
            HTML
          </DownloadButton>
        </div>
      }
    >
      <Loaded query={sales}>
        {list =>
          list.length === 0 ? (
            <Empty icon="box" title={t('pack.none')}>
              <p className="soft">{t('pack.noneText')}</p>
            </Empty>
          ) : (
            <>
              {all.size > 1 && (
                <Filters label={t('work:filter.label')}>
                  <FilterSelect
                    name="day"
                    label={t('pack.day')}
                    value={chosen}
                    options={[...all.keys()].map(date => [date, format.date(`${date}T12:00`)])}
                    onChange={date => filters.set({ day: date })}
                  />
                </Filters>
              )}
              {[...all].map(
                ([date, ofDay]) => (!chosen || chosen === date) && <Day key={date} date={date} sales={ofDay} />,
              )}
            </>
          )
        }
      </Loaded>
    </FarmPage>
  );
}

function Day({ date, sales }: { date: string; sales: Sale[] }) {
  const { t } = useTranslation(['farm', 'work']);
  const format = useFormat();
  return (
    <section className={styles.day}>
      <h2>{t('pack.ordered', { date: format.date(`${date}T12:00`) })}</h2>
      <div className="panel">
        <h3>{t('pack.together')}</h3>
        <ul className={styles.lines}>
          {together(sales).map(({ key, name, unit, amount }) => (
            <li key={key}>
              <Choice label={<Amount amount={format.amount(amount, unit)} name={name} />} />
            </li>
          ))}
        </ul>
      </div>
      <div className={styles.orders}>
        {sales.map(sale => (
          <article key={sale.id} className="panel">
            <h3 className="row">
              <Link to={`/farm/orders/${sale.order.id}`}>{sale.order.number}</Link>
              <OrderStatus status={sale.status} />
              {sale.items.some(item => item.proposed_weight !== null) && (
                <Badge kind="warning" icon="clock">
                  {t('pack.asked')}
                </Badge>
              )}
            </h3>
            <p className="small">
              {t(sale.delivery.method === 'pickup' ? 'work:order.pickup' : 'work:order.delivery')} ·{' '}
              <bdi>{sale.delivery.name || sale.buyer.name}</bdi>{' '}
              {sale.delivery.phone && <bdi dir="ltr">{sale.delivery.phone}</bdi>}
            </p>
            {sale.delivery.address && (
              <p className="small soft" dir="auto">
                {sale.delivery.address}
              </p>
            )}
            {[sale.delivery.notes, sale.order.note].filter(Boolean).map(note => (
              <p key={note} className="small" dir="auto">
                “{note}”
              </p>
            ))}
            <ul className={styles.lines}>
              {sale.items
                .filter(item => left(item) > 0)
                .map(item => (
                  <li key={item.id}>
                    <Choice
                      label={<Amount amount={format.amount(left(item) / 1000, item.unit)} name={item.product_name} />}
                      hint={
                        item.usual_weight !== null &&
                        (item.packed_weight !== null
                          ? t('work:fulfilment.packed', { amount: format.amount(item.packed_weight, item.price_unit!) })
                          : t('work:weights.usual', { amount: format.amount(item.usual_weight, item.price_unit!) }))
                      }
                    />
                  </li>
                ))}
            </ul>
          </article>
        ))}
      </div>
    </section>
  );
}

const Amount = ({ amount, name }: { amount: string; name: string }) => (
  <span className={styles.good}>
    <b>{amount}</b> <bdi>{name}</bdi>
  </span>
);

function byDay(sales: Sale[]) {
  const days = new Map<string, Sale[]>();
  for (const sale of sales) {
    const date = dayOf(sale.order.created_at);
    days.set(date, [...(days.get(date) ?? []), sale]);
  }

  return days;
}

/** In thousandths, which add up exactly. */
const left = ({ quantity, cancelled_quantity }: OrderItem) => Math.round((quantity - cancelled_quantity) * 1000);

/** How much of each product a day's orders take, by name. */
function together(sales: Sale[]) {
  const goods = new Map<string, { key: string; name: string; unit: string; amount: number }>();
  for (const item of sales.flatMap(sale => sale.items).filter(one => left(one) > 0)) {
    const key = `${item.product} ${item.product_name} ${item.unit}`;
    const before = goods.get(key)?.amount ?? 0;
    goods.set(key, {
      key,
      name: item.product_name,
      unit: item.unit,
      amount: (Math.round(before * 1000) + left(item)) / 1000,
    });
  }

  return [...goods.values()].sort((a, b) => a.name.localeCompare(b.name));
}
