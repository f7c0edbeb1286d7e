import { useTranslation } from 'react-i18next';
import { Link } from 'react-router';
import type { Product } from '../api/types';
import { useFormat } from '../i18n/format';
import { Badge, Skeleton } from './feedback';
import { Picture } from './Picture';
import { Price } from './Price';
import styles from './ProductCard.module.css';
import { Rating } from './Rating';

/**
 * @param eager How many of the first pictures are seen at once.
 * @param heading The level of the names, one below the heading above them.
 */
export function ProductGrid({
  products,
  eager = 0,
  heading = 'h3',
}: {
  products: Product[];
  eager?: number;
  heading?: 'h2' | 'h3';
}) {
  return (
    <ul className={styles.grid}>
      {products.map((product, index) => (
        <ProductCard key={product.id} product={product} eager={index < eager} heading={heading} />
      ))}
    </ul>
  );
}

function ProductCard({ product, eager, heading: Name }: { product: Product; eager: boolean; heading: 'h2' | 'h3' }) {
  const { t } = useTranslation();
  const format = useFormat();
  return (
    <li className={product.in_stock ? styles.card : `${styles.card} ${styles.soldOut}`}>
      <div className={styles.image}>
        <Picture image={product.images[0]} sizes="(min-width: 48rem) 16rem, 50vw" eager={eager} alt="" />
      </div>
      <div className={styles.badges}>
        {product.organic && (
          <Badge kind="good" icon="leaf">
            {t('product.organic')}
          </Badge>
        )}
        {!product.in_stock && <Badge kind="warning">{t('product.soldOut')}</Badge>}
      </div>
      <div className={styles.body}>
        <Name className={styles.name}>
          <Link to={`/products/${product.id}`}>{product.name}</Link>
        </Name>
        <p className={styles.farm}>
          {product.distance_km !== null && `${format.kilometres(product.distance_km)} · `}
          {product.seller.name}
        </p>
        <p className={styles.foot}>
          <Price product={product} />
          <Rating {...product.rating} />
        </p>
      </div>
    </li>
  );
}

export function ProductGridSkeleton({ count = 8 }: { count?: number }) {
  const { t } = useTranslation();
  return (
    <div role="status">
      <span className="visually-hidden">{t('state.loading')}</span>
      <div className={styles.grid}>
        {Array.from({ length: count }, (_, index) => (
          <div key={index} className="stack tight">
            <Skeleton height="8.5rem" />
            <Skeleton width="80%" />
            <Skeleton width="50%" />
          </div>
        ))}
      </div>
    </div>
  );
}
