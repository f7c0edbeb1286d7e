import type { UseQueryResult } from '@tanstack/react-query';
import type { ReactNode } from 'react';
import { useTranslation } from 'react-i18next';
import { ApiError, isNetworkError } from '../api/errors';
import { useErrorText } from '../i18n/errors';
import { Button } from './Button';
import styles from './feedback.module.css';
import { Icon, type IconName } from './Icon';

/** Where something is going to be. */
export const Skeleton = ({ height = '1rem', width = '100%' }: { height?: string; width?: string }) => (
  <svg className={styles.skeleton} width={width} height={height} aria-hidden="true" />
);

/** Lines of a list that is being read. */
export function SkeletonList({ rows = 4, height = '4.5rem' }: { rows?: number; height?: string }) {
  const { t } = useTranslation();
  return (
    <div className="stack" role="status">
      <span className="visually-hidden">{t('state.loading')}</span>
      {Array.from({ length: rows }, (_, row) => (
        <Skeleton key={row} height={height} />
      ))}
    </div>
  );
}

/** Nothing here yet: why, and what to do next. */
export function Empty({ icon, title, children }: { icon: IconName; title: string; children?: ReactNode }) {
  return (
    <div className={styles.state}>
      <span className={styles.mark}>
        <Icon name={icon} size={34} />
      </span>
      <h2>{title}</h2>
      {children}
    </div>
  );
}

/** What went wrong, and a way to try again. */
export function Failure({ error, retry }: { error: unknown; retry?: () => void }) {
  const { t } = useTranslation();
  const textOf = useErrorText();
  const missing = error instanceof ApiError && error.status === 404;
  return (
    <div className={styles.state} role="alert">
      <span className={styles.mark} data-kind="error">
        <Icon name={isNetworkError(error) ? 'offline' : missing ? 'search' : 'alert'} size={34} />
      </span>
      <h2>{missing ? t('state.missing') : isNetworkError(error) ? t('state.unreachable') : t('state.failed')}</h2>
      <p className="soft">{textOf(error)}</p>
      {retry && !missing && (
        <Button kind="secondary" onClick={retry}>
          {t('state.retry')}
        </Button>
      )}
    </div>
  );
}

/** A query's answer, its skeleton until then, or what went wrong. A kept copy is shown although the newest reading failed. */
export function Loaded<T>({
  query,
  skeleton = <SkeletonList />,
  children,
}: {
  query: Pick<UseQueryResult<T>, 'data' | 'error' | 'refetch'>;
  skeleton?: ReactNode;
  children: (data: T) => ReactNode;
}) {
  return query.data !== undefined ? (
    children(query.data)
  ) : query.error ? (
    <Failure error={query.error} retry={() => void query.refetch()} />
  ) : (
    skeleton
  );
}

type Kind = 'good' | 'warning' | 'bad' | 'plain';

export const Badge = ({ kind = 'plain', icon, children }: { kind?: Kind; icon?: IconName; children: ReactNode }) => (
  <span className={styles.badge} data-kind={kind}>
    {icon && <Icon name={icon} size={14} />}
    {children}
  </span>
);

/** Something to know before going on. */
export const Notice = ({
  kind = 'plain',
  icon,
  children,
}: {
  kind?: 'plain' | 'warning' | 'error';
  icon: IconName;
  children: ReactNode;
}) => (
  <div className={styles.notice} data-kind={kind}>
    <Icon name={icon} size={22} />
    <div>{children}</div>
  </div>
);
