import { useState } from 'react';
import { useTranslation } from 'react-i18next';
import { useFormat } from '../i18n/format';
import { Button } from './Button';
import styles from './Chart.module.css';

/**
 * Bars over days, drawn for eyes; the same as a table, which screen readers always have and others get by a button.
 * @param total What all of it comes to.
 * @param text A value in words.
 */
export function DayChart({
  title,
  total,
  days,
  text,
}: {
  title: string;
  total: number;
  days: { date: string; value: number }[];
  text: (value: number) => string;
}) {
  const { t, i18n } = useTranslation('work');
  const [table, setTable] = useState(false);
  const format = useFormat();
  const top = Math.max(...days.map(({ value }) => value), 0);
  const bars = days.map(({ date, value }) => ({ date, value, label: format.date(date), text: text(value) }));
  const mirrored = i18n.dir(i18n.language) === 'rtl';
  return (
    <figure className={styles.chart}>
      <figcaption className={styles.caption}>
        <b>{title}</b>
        <span className={styles.total}>{text(total)}</span>
      </figcaption>
      <div className={styles.plot} aria-hidden="true">
        {top > 0 && (
          <>
            <span className={styles.line} />
            <span className={styles.most}>{text(top)}</span>
          </>
        )}
        <svg viewBox={`0 0 ${Math.max(bars.length, 1)} 100`} preserveAspectRatio="none" focusable="false">
          {bars.map((bar, index) => {
            const height = top > 0 ? (bar.value / top) * 100 : 0;
            const x = mirrored ? bars.length - 1 - index : index;
            return (
              <g key={bar.date}>
                <title>{`${bar.label}: ${bar.text}`}</title>
                <rect className={styles.hit} x={x} y={0} width={1} height={100} />
                <rect className={styles.bar} x={x + 0.12} y={100 - height} width={0.76} height={height} />
              </g>
            );
          })}
        </svg>
      </div>
      <div className={styles.axis} aria-hidden="true">
        <span>{bars[0]?.label}</span>
        <span>{bars.at(-1)?.label}</span>
      </div>
      <div className={table ? styles.scroll : 'visually-hidden'}>
        <table className={styles.table}>
          <caption className="visually-hidden">{title}</caption>
          <thead>
            <tr>
              <th scope="col">{t('chart.day')}</th>
              <th scope="col">{title}</th>
            </tr>
          </thead>
          <tbody>
            {bars.map(bar => (
              <tr key={bar.date}>
                <th scope="row">{bar.label}</th>
                <td>{bar.text}</td>
              </tr>
            ))}
          </tbody>
        </table>
      </div>
      <div>
        <Button kind="quiet" small icon="chart" aria-pressed={table} onClick={() => setTable(!table)}>
          {t('chart.table')}
        </Button>
      </div>
    </figure>
  );
}

/** A table whose rows have a bar each, as long as their share of the longest. */
export function ShareTable({
  caption,
  columns,
  rows,
}: {
  caption: string;
  columns: string[];
  rows: { key: string | number; cells: string[]; value: number }[];
}) {
  const { i18n } = useTranslation();
  const top = Math.max(...rows.map(row => row.value), 0) || 1;
  const mirrored = i18n.dir(i18n.language) === 'rtl';
  return (
    <table className={styles.table}>
      <caption className="visually-hidden">{caption}</caption>
      <thead>
        <tr>
          {columns.map(column => (
            <th key={column} scope="col">
              {column}
            </th>
          ))}
        </tr>
      </thead>
      <tbody>
        {rows.map(({ key, cells: [first, ...others], value }) => {
          const length = (value / top) * 100;
          return (
            <tr key={key}>
              <th scope="row">
                {first}
                <svg
                  className={styles.share}
                  viewBox="0 0 100 8"
                  preserveAspectRatio="none"
                  aria-hidden="true"
                  focusable="false"
                >
                  <rect className={styles.ground} width={100} height={8} />
                  <rect x={mirrored ? 100 - length : 0} width={length} height={8} />
                </svg>
              </th>
              {others.map((cell, index) => (
                <td key={columns[index + 1]}>{cell}</td>
              ))}
            </tr>
          );
        })}
      </tbody>
    </table>
  );
}
