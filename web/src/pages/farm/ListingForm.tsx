import { useQuery } from '@tanstack/react-query';
import { useState } from 'react';
import { useTranslation } from 'react-i18next';
import { meQuery } from '../../api/account';
import { categoriesQuery } from '../../api/catalogue';
import type { paths } from '../../api/schema';
import { useSite } from '../../api/site';
import type { Category, Product } from '../../api/types';
import { Choice, Fieldset, Form, Select, TextArea, TextField, type Values } from '../../design/Form';
import { SubmitButton } from '../../design/SubmitButton';
import { useFormat } from '../../i18n/format';
import styles from './ListingForm.module.css';
import { PlaceFields, placeOf } from './PlaceFields';

export type ListingBody = NonNullable<paths['/api/products/']['post']['requestBody']>['content']['application/json'];

const units = ['kg', 'g', 't', 'l', 'ml', 'piece', 'dozen', 'bunch', 'crate', 'bag', 'box', 'tray'] as const;
const measures = ['kg', 'g', 't', 'l', 'ml'] as const;
const isMeasure = (unit: string) => (measures as readonly string[]).includes(unit);

/**
 * All fields of a listing.
 * @param product What is edited; without it a new one begins, which has its first stock here (later ones are changes of stock).
 */
export function ListingForm({ product, onSave }: { product?: Product; onSave: (body: ListingBody) => Promise<void> }) {
  const { t } = useTranslation(['farm', 'common']);
  const format = useFormat();
  const site = useSite();
  const me = useQuery(meQuery).data;
  const categories = useQuery(categoriesQuery).data ?? [];
  const [unit, setUnit] = useState(product?.unit ?? 'kg');
  const [weighed, setWeighed] = useState(!!product?.price_unit);
  const [priceUnit, setPriceUnit] = useState(product?.price_unit ?? 'kg');
  const [elsewhere, setElsewhere] = useState(
    !!product?.location && product.location.name !== (me?.location?.name ?? product.location.name),
  );
  const byWeight = weighed && !isMeasure(unit);
  const bodyOf = (values: Values): ListingBody => ({
    name: values.text('name'),
    description: values.text('description'),
    category: (Number(values.text('category')) || null) as number,
    unit,
    price: values.text('price'),
    price_unit: byWeight ? priceUnit : '',
    unit_weight: byWeight ? number(values, 'unit_weight') : null,
    quantity_step: number(values, 'quantity_step') ?? 1,
    min_order_quantity: number(values, 'min_order_quantity') ?? 1,
    stock: (product ? undefined : number(values, 'stock')) as number,
    organic: values.data.has('organic'),
    harvested_on: values.text('harvested_on') || null,
    available_from: values.text('available_from') || null,
    available_until: values.text('available_until') || null,
    location: placeOf(values, elsewhere),
  });
  return (
    <Form onSubmit={values => onSave(bodyOf(values))}>
      <TextField name="name" label={t('listing.name')} defaultValue={product?.name} maxLength={200} dir="auto" />
      <TextArea
        name="description"
        label={t('listing.description')}
        hint={t('listing.descriptionHint')}
        defaultValue={product?.description}
        dir="auto"
        optional
      />
      <Select
        name="category"
        label={t('listing.category')}
        defaultValue={product?.category.id ?? ''}
        key={categories.length}
      >
        <option value="" disabled>
          {t('listing.choose')}
        </option>
        {inTree(categories).map(({ category, depth }) => (
          <option key={category.id} value={category.id}>
            {'\u00a0'.repeat(depth * 3) + category.name}
          </option>
        ))}
      </Select>

      <Fieldset legend={t('listing.selling')}>
        <div className={styles.pair}>
          <Select name="unit" label={t('listing.unit')} value={unit} onChange={event => setUnit(event.target.value)}>
            {units.map(name => (
              <option key={name} value={name}>
                {format.unit(name)}
              </option>
            ))}
          </Select>
          <TextField
            name="price"
            inputMode="decimal"
            autoComplete="off"
            label={t('listing.price', {
              currency: site?.currency ?? '',
              unit: format.unit(byWeight ? priceUnit : unit),
            })}
            defaultValue={product?.price}
          />
        </div>
        {!isMeasure(unit) && (
          <Choice
            label={t('listing.weighed')}
            hint={t('listing.weighedHint')}
            checked={weighed}
            onChange={event => setWeighed(event.target.checked)}
          />
        )}
        {byWeight && (
          <div className={styles.pair}>
            <Select
              name="price_unit"
              label={t('listing.priceUnit')}
              value={priceUnit}
              onChange={event => setPriceUnit(event.target.value)}
            >
              {measures.map(name => (
                <option key={name} value={name}>
                  {format.unit(name)}
                </option>
              ))}
            </Select>
            <Decimal
              name="unit_weight"
              label={t('listing.unitWeight', { unit: format.unit(unit), in: format.unit(priceUnit) })}
              defaultValue={product?.unit_weight ?? ''}
            />
          </div>
        )}
        <div className={styles.pair}>
          <Decimal
            name="min_order_quantity"
            label={t('listing.minimum', { unit: format.unit(unit) })}
            defaultValue={product?.min_order_quantity ?? 1}
          />
          <Decimal
            name="quantity_step"
            label={t('listing.step', { unit: format.unit(unit) })}
            hint={t('listing.stepHint')}
            defaultValue={product?.quantity_step ?? 1}
          />
        </div>
        {!product && <Decimal name="stock" label={t('listing.stock', { unit: format.unit(unit) })} />}
      </Fieldset>

      <Choice
        name="organic"
        label={t('listing.organic')}
        hint={t('listing.organicHint')}
        defaultChecked={product?.organic}
      />

      <Fieldset legend={t('listing.season')}>
        <div className={styles.pair}>
          <TextField
            type="date"
            name="available_from"
            label={t('listing.from')}
            defaultValue={product?.available_from ?? ''}
            optional
          />
          <TextField
            type="date"
            name="available_until"
            label={t('listing.until')}
            defaultValue={product?.available_until ?? ''}
            optional
          />
          <TextField
            type="date"
            name="harvested_on"
            label={t('listing.harvested')}
            defaultValue={product?.harvested_on ?? ''}
            optional
          />
        </div>
      </Fieldset>

      <Fieldset legend={t('listing.place')}>
        <Choice
          type="radio"
          name="where"
          label={t('listing.atFarm', { place: me?.location?.name ?? t('listing.nowhere') })}
          checked={!elsewhere}
          onChange={() => setElsewhere(false)}
        />
        <Choice
          type="radio"
          name="where"
          label={t('listing.elsewhere')}
          checked={elsewhere}
          onChange={() => setElsewhere(true)}
        />
        {elsewhere && <PlaceFields place={product?.location} />}
      </Fieldset>
      <SubmitButton>{t(product ? 'common:action.save' : 'listing.create')}</SubmitButton>
    </Form>
  );
}

const Decimal = (props: {
  name: string;
  label: string;
  hint?: string;
  optional?: boolean;
  defaultValue?: number | string;
}) => <TextField type="number" inputMode="decimal" step="any" min="0" {...props} />;

/** What was written, or null: the API then says what is missing. */
const number = (values: Values, name: string) => (values.text(name) === '' ? null : Number(values.text(name)));

/** Categories below their parents. */
function inTree(
  categories: Category[],
  parent: number | null = null,
  depth = 0,
): { category: Category; depth: number }[] {
  return categories
    .filter(category => category.parent === parent)
    .flatMap(category => [{ category, depth }, ...inTree(categories, category.id, depth + 1)]);
}
