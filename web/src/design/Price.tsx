import type { Product } from '../api/types';
import { useFormat } from '../i18n/format';

/** What one unit costs: "$1.10 / kg". */
export function Price({
  product,
  className,
}: {
  product: Pick<Product, 'price' | 'currency' | 'unit' | 'price_unit'>;
  className?: string;
}) {
  const format = useFormat();
  return (
    <span className={`numbers ${className ?? ''}`}>
      <b>{format.money(product.price, product.currency)}</b>
      <span className="soft"> / {format.unit(product.price_unit ?? product.unit)}</span>
    </span>
  );
}
