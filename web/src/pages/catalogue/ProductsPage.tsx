import { keepPreviousData, useInfiniteQuery } from '@tanstack/react-query';
import { useDeferredValue, useState } from 'react';
import { useTranslation } from 'react-i18next';
import { productsQuery } from '../../api/catalogue';
import { Page } from '../../app/Page';
import { Button } from '../../design/Button';
import { Dialog } from '../../design/Dialog';
import { Empty, Loaded } from '../../design/feedback';
import { ProductGrid, ProductGridSkeleton } from '../../design/ProductCard';
import { SearchBox } from '../../design/SearchBox';
import { useFormat } from '../../i18n/format';
import { ActiveFilters } from './ActiveFilters';
import { Filters } from './Filters';
import { NearMe } from './NearMe';
import styles from './ProductsPage.module.css';
import { orderings, useFilter } from './useFilter';

export function Component() {
  const { t } = useTranslation();
  const format = useFormat();
  const { params, filter, change, wantsPlace } = useFilter();
  const [open, setOpen] = useState(false);
  // Drawn in slices, between which the page can be touched.
  const products = useDeferredValue(useInfiniteQuery({ ...productsQuery(filter), placeholderData: keepPreviousData }));
  const facets = products.data?.pages[0]?.facets ?? undefined;
  const count = products.data?.pages[0]?.count;
  const search = filter.search ?? '';
  const title = search ? t('market.found', { search }) : t('market.title');
  return (
    <Page title={title}>
      <SearchBox key={search} initial={search} onSearch={text => change({ search: text, ordering: undefined })} />
      <NearMe place={filter.near} radius={filter.radius_km} asked={wantsPlace} onChange={change} />
      <div className={styles.layout}>
        <aside className={styles.side} aria-label={t('market.filters')}>
          <Filters facets={facets} params={params} change={change} />
        </aside>
        <div className="stack">
          <div className={`${styles.tools} spread`}>
            <p className="soft" role="status">
              {count !== undefined && t('market.count', { count, shown: format.number(count) })}
            </p>
            <div className={styles.tools}>
              <span className={styles.filterButton}>
                <Button kind="secondary" icon="filter" aria-haspopup="dialog" onClick={() => setOpen(true)}>
                  {t('market.filters')}
                </Button>
              </span>
              <label>
                <span className="visually-hidden">{t('market.order')}</span>
                <select
                  className={styles.sort}
                  value={filter.ordering ?? ''}
                  onChange={event => change({ ordering: event.target.value })}
                >
                  {orderings
                    .filter(ordering => ordering !== 'distance' || filter.near)
                    .map(ordering => (
                      <option key={ordering} value={ordering}>
                        {t(`order.${ordering === '' ? 'best' : ordering}` as 'order.best')}
                      </option>
                    ))}
                </select>
              </label>
            </div>
          </div>
          <ActiveFilters params={params} facets={facets} change={change} />
          <Loaded query={products} skeleton={<ProductGridSkeleton count={12} />}>
            {({ pages }) =>
              pages[0]!.count === 0 ? (
                <Empty icon="search" title={t('market.nothing')}>
                  <p className="soft">{filter.near ? t('market.nothingNear') : t('market.nothingText')}</p>
                  <Button
                    kind="secondary"
                    onClick={() => change(Object.fromEntries([...params.keys()].map(name => [name, undefined])))}
                  >
                    {t('market.clear')}
                  </Button>
                </Empty>
              ) : (
                <>
                  <ProductGrid products={pages.flatMap(page => page.results)} eager={4} heading="h2" />
                  {products.hasNextPage && (
                    <Button
                      kind="secondary"
                      busy={products.isFetchingNextPage}
                      onClick={() => void products.fetchNextPage()}
                    >
                      {t('action.more')}
                    </Button>
                  )}
                </>
              )
            }
          </Loaded>
        </div>
      </div>
      {open && (
        <Dialog title={t('market.filters')} onClose={() => setOpen(false)}>
          <div className="stack">
            <Filters facets={facets} params={params} change={change} />
            <Button wide onClick={() => setOpen(false)}>
              {t('market.show', { count: count ?? 0, shown: format.number(count ?? 0) })}
            </Button>
          </div>
        </Dialog>
      )}
    </Page>
  );
}
