import { useInfiniteQuery, useQuery } from '@tanstack/react-query';
import { useTranslation } from 'react-i18next';
import { useParams } from 'react-router';
import { productsQuery, sellerQuery } from '../../api/catalogue';
import { Page } from '../../app/Page';
import { Avatar } from '../../design/Avatar';
import { Button } from '../../design/Button';
import { Empty, Loaded, Skeleton } from '../../design/feedback';
import { Icon } from '../../design/Icon';
import { ProductGrid, ProductGridSkeleton } from '../../design/ProductCard';
import { Rating } from '../../design/Rating';
import { useFormat } from '../../i18n/format';
import styles from './ProductPage.module.css';

/** Who a farm is, and what it sells. */
export function Component() {
  const { t } = useTranslation();
  const format = useFormat();
  const id = Number(useParams().id);
  const seller = useQuery(sellerQuery(id));
  const products = useInfiniteQuery(productsQuery({ seller: id }));
  return (
    <Page title={seller.data?.name ?? t('state.loading')} hideHeading={!seller.data}>
      <Loaded query={seller} skeleton={<Skeleton height="8rem" />}>
        {farm => (
          <div className="panel stack">
            <div className="row">
              <Avatar name={farm.name} url={farm.picture_url} size={72} />
              <div>
                <Rating {...farm.rating} />
                {farm.location && (
                  <p className="row soft" style={{ gap: 'var(--s1)' }}>
                    <Icon name="pin" size={16} /> {farm.location.name}
                  </p>
                )}
                <p className="soft small">{t('farmer.since', { date: format.date(farm.member_since) })}</p>
              </div>
            </div>
            {farm.bio && (
              <p className={styles.description} dir="auto">
                {farm.bio}
              </p>
            )}
          </div>
        )}
      </Loaded>
      <section className="stack" aria-labelledby="goods">
        <h2 id="goods">{t('farmer.goods')}</h2>
        <Loaded query={products} skeleton={<ProductGridSkeleton />}>
          {({ pages }) =>
            pages[0]!.count === 0 ? (
              <Empty icon="leaf" title={t('farmer.nothing')} />
            ) : (
              <ProductGrid products={pages.flatMap(page => page.results)} />
            )
          }
        </Loaded>
        {products.hasNextPage && (
          <Button kind="secondary" busy={products.isFetchingNextPage} onClick={() => void products.fetchNextPage()}>
            {t('action.more')}
          </Button>
        )}
      </section>
    </Page>
  );
}
