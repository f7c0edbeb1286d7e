import { useQuery } from '@tanstack/react-query';
import { useDeferredValue } from 'react';
import { useTranslation } from 'react-i18next';
import { Link, useNavigate } from 'react-router';
import { categoriesQuery, fewProductsQuery, type ProductFilter } from '../../api/catalogue';
import { useSite } from '../../api/site';
import { Page } from '../../app/Page';
import { ButtonLink } from '../../design/Button';
import { Loaded, SkeletonList } from '../../design/feedback';
import { ProductGrid, ProductGridSkeleton } from '../../design/ProductCard';
import { SearchBox } from '../../design/SearchBox';
import styles from './HomePage.module.css';

export function Component() {
  const { t } = useTranslation();
  const navigate = useNavigate();
  const site = useSite()?.name ?? 'AgroConnect';
  const categories = useQuery(categoriesQuery);
  return (
    <Page title={t('nav.home')} heading={site} hideHeading>
      <section className={styles.hero}>
        <p className={styles.title}>{t('home.title')}</p>
        <p>{t('home.text')}</p>
        <div className={styles.searchBox}>
          <SearchBox onSearch={search => void navigate(`/products?${new URLSearchParams({ search })}`)} />
        </div>
        <div className="row">
          <ButtonLink to="/products?near=here" icon="target" kind="secondary">
            {t('home.near')}
          </ButtonLink>
          <ButtonLink to="/products" kind="quiet">
            {t('home.all')}
          </ButtonLink>
        </div>
      </section>

      <section className={styles.section} aria-labelledby="categories">
        <h2 id="categories">{t('home.categories')}</h2>
        <Loaded query={categories} skeleton={<SkeletonList rows={1} height="7rem" />}>
          {list => (
            <ul className={styles.categories}>
              {list
                .filter(category => category.parent === null && category.product_count > 0)
                .map(category => (
                  <li key={category.id}>
                    <Link to={`/products?category=${category.slug}`}>
                      <span className={styles.round}>
                        {category.image_url && (
                          <img src={smaller(category.image_url)} alt="" width={80} height={80} loading="lazy" />
                        )}
                      </span>
                      {category.name}
                    </Link>
                  </li>
                ))}
            </ul>
          )}
        </Loaded>
      </section>

      <Shelf
        title={t('home.fresh')}
        filter={{ in_stock: true, ordering: '-created_at', page_size: 10 }}
        more="/products?ordering=-created_at"
      />

      <section className={styles.ask}>
        <div className="stack tight">
          <h2>{t('home.askTitle')}</h2>
          <p>{t('home.askText')}</p>
        </div>
        <ButtonLink to="/ask" icon="sprout">
          {t('home.askAction')}
        </ButtonLink>
      </section>

      <Shelf
        title={t('home.organic')}
        filter={{ in_stock: true, organic: true, page_size: 10 }}
        more="/products?organic=true"
      />
    </Page>
  );
}

/** A category has the page size of its picture alone; the local store names its thumbnail by the same key. */
const smaller = (url: string) => (url.includes('/media/') ? url.replace(/\.webp$/, '.t.webp') : url);

function Shelf({ title, filter, more }: { title: string; filter: ProductFilter; more: string }) {
  const { t } = useTranslation();
  const products = useDeferredValue(useQuery(fewProductsQuery(filter))); // drawn in slices, between which the page can be touched
  return (
    <section className={styles.section} aria-label={title}>
      <div className="row spread">
        <h2>{title}</h2>
        <Link to={more}>{t('home.more')}</Link>
      </div>
      <Loaded query={products} skeleton={<ProductGridSkeleton />}>
        {page => <ProductGrid products={page.results} eager={2} />}
      </Loaded>
    </section>
  );
}
