import { keepPreviousData, useQuery } from '@tanstack/react-query';
import { useTranslation } from 'react-i18next';
import { useMe } from '../../api/account';
import { categoriesQuery } from '../../api/catalogue';
import { listingsQuery } from '../../api/farm';
import type { Product } from '../../api/types';
import { useFilters } from '../../app/useFilters';
import { ButtonLink } from '../../design/Button';
import { Badge, Loaded } from '../../design/feedback';
import { Filters, FilterSelect, FilterText } from '../../design/Filters';
import { Pager } from '../../design/Pager';
import { Picture } from '../../design/Picture';
import { Price } from '../../design/Price';
import { Rating } from '../../design/Rating';
import { Row, Rows } from '../../design/Rows';
import { useFormat } from '../../i18n/format';
import { NothingFound } from '../work/NothingFound';
import { FarmPage } from './FarmPage';
import { isLow } from './low';

/** What a farm has on offer, and what it took off the market. */
export function Component() {
  const { t } = useTranslation(['farm', 'work']);
  const me = useMe()!;
  const filters = useFilters();
  const categories = useQuery(categoriesQuery);
  const low = filters.of('stock') === 'low';
  const category = filters.maybe('category');
  const listings = useQuery({
    ...listingsQuery(me.id, {
      // The API knows no threshold: what is low is picked from all that is on the market.
      page: low ? 1 : filters.page,
      page_size: low ? 100 : 20,
      search: filters.maybe('search'),
      is_active: low ? 'true' : filters.of('is_active') || 'all',
      in_stock: filters.of('stock') === 'out' ? false : undefined,
      category: category ? [category] : undefined,
      ordering: filters.of('ordering') || (filters.of('search') ? undefined : '-created_at'),
    }),
    placeholderData: keepPreviousData,
  });
  return (
    <FarmPage
      title={t('nav.listings')}
      aside={
        <ButtonLink to="/farm/listings/new" icon="plus" small>
          {t('listings.new')}
        </ButtonLink>
      }
    >
      <Filters label={t('work:filter.label')}>
        <FilterText
          name="search"
          label={t('work:filter.search')}
          value={filters.of('search')}
          onChange={search => filters.set({ search })}
        />
        <FilterSelect
          name="is_active"
          label={t('listings.state')}
          value={filters.of('is_active')}
          options={[
            ['true', t('listings.active')],
            ['false', t('listings.archived')],
          ]}
          onChange={is_active => filters.set({ is_active })}
        />
        <FilterSelect
          name="stock"
          label={t('listings.stock')}
          value={filters.of('stock')}
          options={[
            ['low', t('listings.low')],
            ['out', t('listings.out')],
          ]}
          onChange={stock => filters.set({ stock })}
        />
        <FilterSelect
          name="category"
          label={t('listing.category')}
          value={filters.of('category')}
          options={(categories.data ?? []).map(({ id, name }) => [String(id), name])}
          onChange={id => filters.set({ category: id })}
        />
        <FilterSelect
          name="ordering"
          label={t('listings.ordering')}
          all={t('listings.newest')}
          value={filters.of('ordering')}
          options={[
            ['name', t('listings.byName')],
            ['price', t('listings.byPrice')],
            ['-rating', t('listings.byRating')],
          ]}
          onChange={ordering => filters.set({ ordering })}
        />
      </Filters>
      <Loaded query={listings}>
        {({ results, count }) => {
          const shown = low ? results.filter(isLow) : results;
          return shown.length === 0 ? (
            <NothingFound filters={filters} icon="leaf" none={t('listings.none')}>
              <ButtonLink to="/farm/listings/new" icon="plus">
                {t('listings.new')}
              </ButtonLink>
            </NothingFound>
          ) : (
            <>
              <Rows label={t('nav.listings')}>
                {shown.map(product => (
                  <ListingRow key={product.id} product={product} />
                ))}
              </Rows>
              {!low && <Pager count={count} />}
            </>
          );
        }}
      </Loaded>
    </FarmPage>
  );
}

function ListingRow({ product }: { product: Product }) {
  const { t } = useTranslation('farm');
  const format = useFormat();
  return (
    <Row
      to={`/farm/listings/${product.id}`}
      media={<Picture image={product.images[0]} sizes="56px" alt="" />}
      title={<span dir="auto">{product.name}</span>}
      badges={
        <>
          {!product.is_active && <Badge>{t('listings.archived')}</Badge>}
          {product.is_active && product.stock === 0 && <Badge kind="bad">{t('listings.out')}</Badge>}
          {product.is_active && product.stock > 0 && isLow(product) && (
            <Badge kind="warning">{t('listings.low')}</Badge>
          )}
        </>
      }
      details={
        <>
          <Price product={product} />
          <span>{t('listings.left', { amount: format.amount(product.stock, product.unit) })}</span>
          <Rating {...product.rating} />
        </>
      }
    />
  );
}
