import type { ReactNode } from 'react';
import { useTranslation } from 'react-i18next';
import type { useFilters } from '../../app/useFilters';
import { Button } from '../../design/Button';
import { Empty } from '../../design/feedback';
import type { IconName } from '../../design/Icon';

/** In place of a list without rows. Under filters it offers to take them off. */
export function NothingFound({
  filters,
  icon,
  none,
  children,
}: {
  filters: ReturnType<typeof useFilters>;
  icon: IconName;
  /** What it says when nothing is filtered away; below it stand the children. */
  none: string;
  children?: ReactNode;
}) {
  const { t } = useTranslation('work');
  return (
    <Empty icon={icon} title={filters.any ? t('filter.none') : none}>
      {filters.any ? (
        <Button kind="secondary" onClick={filters.clear}>
          {t('filter.clear')}
        </Button>
      ) : (
        children
      )}
    </Empty>
  );
}
