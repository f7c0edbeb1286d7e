import { useTranslation } from 'react-i18next';
import type { Facets } from '../../api/types';
import { Button } from '../../design/Button';
import { Choice, Fieldset, Form, TextField } from '../../design/Form';
import { useFormat } from '../../i18n/format';
import styles from './ProductsPage.module.css';

type Props = { facets?: Facets; params: URLSearchParams; change: (parts: Record<string, string | undefined>) => void };

/** What can be narrowed down, with how much there is of each. */
export function Filters({ facets, params, change }: Props) {
  const { t } = useTranslation();
  const format = useFormat();
  const facet = (name: 'category' | 'unit', value: string, text: string, count: number) => {
    const on = params.get(name) === value;
    return (
      <button
        key={value}
        type="button"
        className={styles.facet}
        aria-pressed={on}
        onClick={() => change({ [name]: on ? undefined : value })}
      >
        <span>{text}</span>
        <span className="soft small">{format.number(count)}</span>
      </button>
    );
  };
  return (
    <div className={styles.filters}>
      <Fieldset legend={t('market.only')}>
        {(['in_stock', 'organic'] as const).map(name => (
          <Choice
            key={name}
            label={t(`market.${name}`)}
            checked={params.get(name) === 'true'}
            onChange={event => change({ [name]: event.target.checked ? 'true' : undefined })}
          />
        ))}
      </Fieldset>
      {facets && facets.categories.length > 0 && (
        <Fieldset legend={t('market.category')}>
          {facets.categories.map(({ slug, name, count }) => facet('category', slug, name, count))}
        </Fieldset>
      )}
      <Form
        key={`${params.get('min_price')}-${params.get('max_price')}`}
        onSubmit={async ({ text }) => change({ min_price: text('min_price'), max_price: text('max_price') })}
      >
        <Fieldset legend={t('market.price')}>
          <div className={styles.prices}>
            {(['min_price', 'max_price'] as const).map(name => (
              <TextField
                key={name}
                name={name}
                label={t(`market.${name}`)}
                inputMode="decimal"
                defaultValue={params.get(name) ?? ''}
                placeholder={(name === 'min_price' ? facets?.price.min : facets?.price.max) ?? ''}
              />
            ))}
          </div>
        </Fieldset>
        <Button type="submit" kind="secondary" small>
          {t('market.apply')}
        </Button>
      </Form>
      {facets && facets.units.length > 1 && (
        <Fieldset legend={t('market.unit')}>
          {facets.units.map(({ unit, count }) => facet('unit', unit, format.unit(unit), count))}
        </Fieldset>
      )}
    </div>
  );
}
