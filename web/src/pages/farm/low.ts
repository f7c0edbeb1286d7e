import type { Product } from '../../api/types';

/** Little is left: less than five of the smallest orders. */
export const isLow = ({ stock, min_order_quantity }: Product) => stock < 5 * min_order_quantity;
