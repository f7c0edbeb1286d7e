import { useTranslation } from 'react-i18next';
import { useFormat } from '../i18n/format';
import { IconButton } from './Button';
import styles from './QuantityStepper.module.css';

export type Steps = { quantity_step: number; min_order_quantity: number; stock: number; unit: string };

/** Quantities have three decimals: thousandths are whole, and add up exactly. */
const thousandths = (quantity: number) => Math.round(quantity * 1000);

/** The smallest quantity that can be ordered: a multiple of the step, not below the minimum. */
export const leastOf = ({ quantity_step, min_order_quantity }: Steps) =>
  (Math.ceil(thousandths(min_order_quantity) / thousandths(quantity_step)) * thousandths(quantity_step)) / 1000;

/** More and less of a product, by its step, between its minimum and its stock. */
export function QuantityStepper({
  of,
  value,
  onChange,
  name,
}: {
  of: Steps;
  value: number;
  onChange: (quantity: number) => void;
  name: string;
}) {
  const { t } = useTranslation();
  const format = useFormat();
  const step = thousandths(of.quantity_step);
  const now = thousandths(value);
  // From a quantity that fits no step (the farm changed it) to the next one that does.
  const less = Math.max((Math.ceil(now / step) - 1) * step, thousandths(leastOf(of)));
  const more = (Math.floor(now / step) + 1) * step;
  return (
    <div className={styles.stepper} role="group" aria-label={t('quantity.of', { name })}>
      <IconButton
        icon="minus"
        label={t('quantity.less')}
        disabled={less >= now}
        onClick={() => onChange(less / 1000)}
      />
      <output className={styles.amount}>{format.amount(value, of.unit)}</output>
      <IconButton
        icon="plus"
        label={t('quantity.more')}
        disabled={more > thousandths(of.stock)}
        onClick={() => onChange(more / 1000)}
      />
    </div>
  );
}
