import type { ReactNode } from 'react';
import { Link } from 'react-router';
import { Icon, type IconName } from './Icon';
import styles from './Tiles.module.css';

export const Tiles = ({ label, children }: { label: string; children: ReactNode }) => (
  <ul className={styles.tiles} aria-label={label}>
    {children}
  </ul>
);

/** A figure and what it counts; one that calls for work stands out. */
export function Tile({
  to,
  icon,
  value,
  calls,
  children,
}: {
  to?: string;
  icon: IconName;
  value: ReactNode;
  calls?: boolean;
  children: ReactNode;
}) {
  const inside = (
    <>
      <span className={styles.value}>
        {value} <Icon name={icon} size={22} />
      </span>
      <span>{children}</span>
    </>
  );
  return (
    <li>
      {to ? (
        <Link className={styles.tile} to={to} data-calls={calls || undefined}>
          {inside}
        </Link>
      ) : (
        <div className={styles.tile}>{inside}</div>
      )}
    </li>
  );
}
