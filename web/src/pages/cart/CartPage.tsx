import { useQuery } from '@tanstack/react-query';
import { useTranslation } from 'react-i18next';
import { cartQuery } from '../../api/cart';
import type { Cart, CartItem } from '../../api/types';
import { Page } from '../../app/Page';
import { useOnline } from '../../app/useOnline';
import { ButtonLink } from '../../design/Button';
import { Empty, Loaded, Notice } from '../../design/feedback';
import { useFormat } from '../../i18n/format';
import { CartLine } from './CartLine';
import styles from './CartPage.module.css';

export function Component() {
  const { t } = useTranslation();
  const cart = useQuery(cartQuery);
  return (
    <Page title={t('nav.cart')}>
      <Loaded query={cart}>
        {found =>
          found.items.length === 0 ? (
            <Empty icon="basket" title={t('cart.empty')}>
              <p className="soft">{t('cart.emptyText')}</p>
              <ButtonLink to="/products">{t('notFound.action')}</ButtonLink>
            </Empty>
          ) : (
            <Filled cart={found} />
          )
        }
      </Loaded>
    </Page>
  );
}

function Filled({ cart }: { cart: Cart }) {
  const { t } = useTranslation();
  const format = useFormat();
  const online = useOnline();
  const problems = cart.items.filter(item => item.problem).length;
  return (
    <div className={styles.layout}>
      <div className="stack">
        {byFarm(cart.items).map(([farm, items]) => (
          <section key={farm.id} className={`panel ${styles.farm}`} aria-label={farm.name}>
            <h2>{farm.name}</h2>
            <ul className="stack" style={{ gap: 0 }}>
              {items.map(item => (
                <CartLine key={item.product.id} item={item} currency={cart.currency} />
              ))}
            </ul>
          </section>
        ))}
      </div>
      <aside className={`panel stack ${styles.sum}`} aria-label={t('cart.sum')}>
        <p className={styles.total} aria-live="polite">
          <span>{t('cart.total')}</span>
          <b className="numbers">{format.money(cart.total, cart.currency)}</b>
        </p>
        {cart.items.some(item => item.product.unit_weight !== null) && (
          <p className="small soft">{t('cart.weighed')}</p>
        )}
        {problems > 0 && (
          <Notice kind="warning" icon="alert">
            {t('cart.problems', { count: problems })}
          </Notice>
        )}
        {problems === 0 && online ? (
          <ButtonLink to="/checkout" wide>
            {t('cart.checkout')}
          </ButtonLink>
        ) : (
          !online && <p className="soft small">{t('cart.offline')}</p>
        )}
        <ButtonLink to="/products" kind="quiet" wide>
          {t('cart.goOn')}
        </ButtonLink>
      </aside>
    </div>
  );
}

function byFarm(items: CartItem[]): [CartItem['product']['seller'], CartItem[]][] {
  const farms = new Map<number, [CartItem['product']['seller'], CartItem[]]>();
  for (const item of items) {
    const { seller } = item.product;
    farms.set(seller.id, [seller, [...(farms.get(seller.id)?.[1] ?? []), item]]);
  }

  return [...farms.values()];
}
