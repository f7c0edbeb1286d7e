import type { ReactNode } from 'react';
import { Link } from 'react-router';
import styles from './Rows.module.css';

/** A list of things, each a `Row`. */
export const Rows = ({ label, children }: { label?: string; children: ReactNode }) => (
  <ul className={styles.rows} aria-label={label}>
    {children}
  </ul>
);

/**
 * One thing of a list.
 * @param to Where the whole row leads.
 * @param badges What stands beside its title.
 * @param end What stands at its end: an amount, a button.
 */
export function Row({
  to,
  media,
  title,
  badges,
  details,
  end,
  children,
}: {
  to?: string;
  media?: ReactNode;
  title: ReactNode;
  badges?: ReactNode;
  details?: ReactNode;
  end?: ReactNode;
  children?: ReactNode;
}) {
  return (
    <li className={styles.row}>
      {media && <div className={styles.media}>{media}</div>}
      <div className={styles.main}>
        <div className={styles.title}>
          {to ? (
            <Link to={to} className={styles.link}>
              {title}
            </Link>
          ) : (
            title
          )}
          {badges}
        </div>
        {details && <div className={styles.details}>{details}</div>}
        {children}
      </div>
      {end && <div className={styles.end}>{end}</div>}
    </li>
  );
}
