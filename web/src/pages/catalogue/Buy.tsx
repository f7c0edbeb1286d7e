import { useQuery } from '@tanstack/react-query';
import { useState } from 'react';
import { useTranslation } from 'react-i18next';
import { useLocation, useNavigate } from 'react-router';
import { useMe } from '../../api/account';
import { cartQuery } from '../../api/cart';
import { useSignedIn } from '../../api/session';
import type { Product } from '../../api/types';
import { Button } from '../../design/Button';
import { leastOf, QuantityStepper } from '../../design/QuantityStepper';
import { say } from '../../design/toasts';
import { useFormat } from '../../i18n/format';
import { asCartProduct, useSetQuantity } from '../cart/useSetQuantity';
import styles from './ProductPage.module.css';

/** How much, what that costs, and into the cart with it. */
export function Buy({ product }: { product: Product }) {
  const { t } = useTranslation();
  const format = useFormat();
  const navigate = useNavigate();
  const { pathname } = useLocation();
  const me = useMe();
  const signedIn = useSignedIn();
  const cart = useQuery({ ...cartQuery, enabled: signedIn });
  const set = useSetQuantity();
  const [quantity, setQuantity] = useState(() => leastOf(product));
  const inCart = cart.data?.items.find(item => item.product.id === product.id)?.quantity ?? 0;
  if (me?.id === product.seller.id) {
    return <p className="soft">{t('product.yours')}</p>;
  }

  async function add() {
    if (!signedIn) {
      await navigate(`/login?next=${encodeURIComponent(pathname)}`);
    } else if (await set(asCartProduct(product), Math.round((inCart + quantity) * 1000) / 1000)) {
      say(t('product.added', { name: product.name }), { link: { to: '/cart', text: t('product.toCart') } });
    }
  }

  const total = Number(product.price) * quantity * (product.unit_weight ?? 1);
  return (
    <div className={styles.buy}>
      <div className="row spread">
        <QuantityStepper of={product} value={quantity} onChange={setQuantity} name={product.name} />
        <b className="numbers">
          {product.unit_weight !== null && '≈ '}
          {format.money(total, product.currency)}
        </b>
      </div>
      <Button icon="basket" wide disabled={!product.in_stock} onClick={() => void add()}>
        {product.in_stock ? t('product.add') : t('product.soldOut')}
      </Button>
      {inCart > 0 && (
        <p className="soft small">{t('product.inCart', { amount: format.amount(inCart, product.unit) })}</p>
      )}
    </div>
  );
}
