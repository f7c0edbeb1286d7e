import { useQueryClient } from '@tanstack/react-query';
import type { CartProduct, Product } from '../../api/types';
import { say } from '../../design/toasts';
import { useErrorText } from '../../i18n/errors';
import { setQuantity } from '../../offline/cartQueue';

/** Sets how much of a product is in the cart, and says so when it is refused. */
export function useSetQuantity() {
  const client = useQueryClient();
  const textOf = useErrorText();
  return (product: CartProduct & { price: string }, quantity: number) =>
    setQuantity(client, product, quantity).then(
      () => true,
      (error: unknown) => {
        say(textOf(error), { kind: 'failed' });
        return false;
      },
    );
}

/** What the cart shows of a product. */
export const asCartProduct = (product: Product): CartProduct & { price: string } => ({
  id: product.id,
  name: product.name,
  image_url: product.images[0]?.image_url ?? null,
  unit: product.unit,
  stock: product.stock,
  price_unit: product.price_unit,
  unit_weight: product.unit_weight,
  quantity_step: product.quantity_step,
  min_order_quantity: product.min_order_quantity,
  seller: product.seller,
  price: product.price,
});
