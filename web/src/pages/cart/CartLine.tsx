import { useTranslation } from 'react-i18next';
import { Link } from 'react-router';
import type { CartItem } from '../../api/types';
import { Button, IconButton } from '../../design/Button';
import { Notice } from '../../design/feedback';
import { leastOf, QuantityStepper } from '../../design/QuantityStepper';
import { useFormat } from '../../i18n/format';
import styles from './CartPage.module.css';
import { useSetQuantity } from './useSetQuantity';

export function CartLine({ item, currency }: { item: CartItem; currency: string }) {
  const { t } = useTranslation();
  const format = useFormat();
  const set = useSetQuantity();
  const { product, quantity, problem } = item;
  const change = (to: number) => void set({ ...product, price: item.unit_price }, to);
  const possible = bestPossible(item);
  return (
    <li className={styles.line}>
      <span className={styles.image}>
        {product.image_url && <img src={product.image_url} alt="" width={72} height={72} loading="lazy" />}
      </span>
      <div>
        <Link to={`/products/${product.id}`}>{product.name}</Link>
        <p className="soft small">
          {format.money(item.unit_price, currency)} / {format.unit(product.price_unit ?? product.unit)}
        </p>
      </div>
      <b className="numbers">
        {product.unit_weight !== null && '≈ '}
        {format.money(item.line_total, currency)}
      </b>
      <div className={styles.controls}>
        <QuantityStepper of={product} value={quantity} onChange={change} name={product.name} />
        <IconButton icon="trash" label={t('cart.remove', { name: product.name })} onClick={() => change(0)} />
      </div>
      {problem && (
        <div className={styles.problem}>
          <Notice kind="warning" icon="alert">
            <p>
              {t(`cart.problem.${problem}` as 'cart.problem.unavailable', {
                amount: format.amount(product.stock, product.unit),
                least: format.amount(product.min_order_quantity, product.unit),
              })}
            </p>
            {possible !== null && (
              <Button kind="quiet" small onClick={() => change(possible)}>
                {t('cart.take', { amount: format.amount(possible, product.unit) })}
              </Button>
            )}
          </Notice>
        </div>
      )}
    </li>
  );
}

/** The nearest quantity that can be ordered; null when there is none. */
function bestPossible({ product, quantity, problem }: CartItem): number | null {
  const [step, stock, wanted, least] = [product.quantity_step, product.stock, quantity, leastOf(product)].map(value =>
    Math.round(value * 1000),
  );
  const best = Math.max(Math.floor(Math.min(wanted!, stock!) / step!) * step!, least!);
  return problem === 'unavailable' || best > stock! || best === wanted ? null : best / 1000;
}
