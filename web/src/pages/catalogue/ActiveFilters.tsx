import { useTranslation } from 'react-i18next';
import type { Facets } from '../../api/types';
import { Icon } from '../../design/Icon';
import { useFormat } from '../../i18n/format';
import styles from './ProductsPage.module.css';

type Props = { params: URLSearchParams; facets?: Facets; change: (parts: Record<string, string | undefined>) => void };

/** What the list is narrowed down by, each to be taken back. */
export function ActiveFilters({ params, facets, change }: Props) {
  const { t } = useTranslation();
  const format = useFormat();
  const names: Record<string, (value: string) => string> = {
    category: value => facets?.categories.find(({ slug, id }) => slug === value || String(id) === value)?.name ?? value,
    unit: value => format.unit(value),
    organic: () => t('market.organic'),
    in_stock: () => t('market.in_stock'),
    min_price: value => `${t('market.min_price')} ${value}`,
    max_price: value => `${t('market.max_price')} ${value}`,
  };
  const active = [...params].filter(([name]) => name in names);
  return (
    active.length > 0 && (
      <ul className={styles.chips}>
        {active.map(([name, value]) => (
          <li key={name + value}>
            <button type="button" className={styles.chip} onClick={() => change({ [name]: undefined })}>
              <span className="visually-hidden">{t('market.without')} </span>
              {names[name]!(value)}
              <Icon name="close" size={16} />
            </button>
          </li>
        ))}
      </ul>
    )
  );
}
