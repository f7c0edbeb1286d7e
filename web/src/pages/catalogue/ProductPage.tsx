import { useQuery } from '@tanstack/react-query';
import { useTranslation } from 'react-i18next';
import { Link, useParams } from 'react-router';
import { productQuery } from '../../api/catalogue';
import type { Product } from '../../api/types';
import { Page } from '../../app/Page';
import { Avatar } from '../../design/Avatar';
import { Badge, Loaded, Skeleton } from '../../design/feedback';
import { Icon } from '../../design/Icon';
import { Price } from '../../design/Price';
import { Rating } from '../../design/Rating';
import { useFormat } from '../../i18n/format';
import { AskTheFarm } from './AskTheFarm';
import { Buy } from './Buy';
import { Gallery } from './Gallery';
import styles from './ProductPage.module.css';
import { Reviews } from './Reviews';

export function Component() {
  const { t } = useTranslation();
  const id = Number(useParams().id);
  const product = useQuery(productQuery(id));
  return (
    <Page
      title={product.data?.name ?? t('state.loading')}
      hideHeading={!product.data}
      aside={
        product.data && (
          <Link to={`/products?category=${product.data.category.slug}`}>{product.data.category.name}</Link>
        )
      }
    >
      <Loaded query={product} skeleton={<Skeleton height="22rem" />}>
        {found => <Details key={found.id} product={found} />}
      </Loaded>
    </Page>
  );
}

function Details({ product }: { product: Product }) {
  const { t } = useTranslation();
  const format = useFormat();
  const facts: [string, string | null][] = [
    [t('product.harvested'), product.harvested_on && format.date(product.harvested_on)],
    [t('product.from'), product.available_from && format.date(product.available_from)],
    [t('product.until'), product.available_until && format.date(product.available_until)],
    [t('product.place'), product.location?.name ?? null],
    [t('product.least'), format.amount(product.min_order_quantity, product.unit)],
    [
      t('product.weighs'),
      product.unit_weight !== null && product.price_unit
        ? t('product.each', {
            weight: format.amount(product.unit_weight, product.price_unit),
            unit: format.unit(product.unit),
          })
        : null,
    ],
  ];
  return (
    <>
      <div className={styles.layout}>
        <Gallery images={product.images} name={product.name} />
        <div className="stack">
          <div className="row">
            <Price product={product} className={styles.price} />
            {product.rating.average !== null && (
              <a href="#reviews" style={{ color: 'inherit' }}>
                <Rating {...product.rating} />
              </a>
            )}
          </div>
          <div className="row" style={{ gap: 'var(--s2)' }}>
            {product.organic && (
              <Badge kind="good" icon="leaf">
                {t('product.organic')}
              </Badge>
            )}
            <Badge kind={product.in_stock ? 'plain' : 'warning'}>
              {product.in_stock
                ? t('product.stock', { amount: format.amount(product.stock, product.unit) })
                : t('product.soldOut')}
            </Badge>
          </div>
          <Buy product={product} />
          <Link to={`/farms/${product.seller.id}`} className={`panel ${styles.seller}`}>
            <Avatar name={product.seller.name} url={product.seller.picture_url} />
            <span>
              <b>{product.seller.name}</b>
              {product.location && (
                <span className="soft small row" style={{ gap: 'var(--s1)' }}>
                  <Icon name="pin" size={15} /> {product.location.name}
                </span>
              )}
            </span>
          </Link>
          <AskTheFarm product={product} />
          <p className={styles.description} dir="auto">
            {product.description}
          </p>
          <dl className={styles.facts}>
            {facts
              .filter(([, value]) => value)
              .map(([name, value]) => [<dt key={name}>{name}</dt>, <dd key={`${name}:`}>{value}</dd>])}
          </dl>
        </div>
      </div>
      <Reviews product={product} />
    </>
  );
}
