import { useTranslation } from 'react-i18next';
import { Icon, type IconName } from '../../design/Icon';
import styles from './Orders.module.css';

const icons: Record<string, IconName> = { pending: 'clock', confirmed: 'check', shipped: 'truck', delivered: 'box' };

/** How far a farm's part of an order has come. */
export function Track({ status, pickup }: { status: string; pickup: boolean }) {
  const { t } = useTranslation();
  const steps = pickup ? ['pending', 'confirmed', 'delivered'] : ['pending', 'confirmed', 'shipped', 'delivered'];
  const at = steps.indexOf(status);
  return (
    <ol className={styles.track}>
      {steps.map((step, index) => (
        <li
          key={step}
          className={styles.step}
          data-done={index <= at || undefined}
          aria-current={index === at ? 'step' : undefined}
        >
          <span className={styles.dot}>
            <Icon name={icons[step]!} size={18} />
          </span>
          {pickup && step === 'delivered' ? t('status.pickedUp') : t(`status.${step}` as 'status.pending')}
        </li>
      ))}
    </ol>
  );
}
