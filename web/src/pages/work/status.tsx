import { useTranslation } from 'react-i18next';
import { Badge } from '../../design/feedback';

const fulfilmentKinds: Record<string, 'good' | 'warning' | 'bad' | 'plain'> = {
  pending: 'warning',
  confirmed: 'warning',
  delivered: 'good',
  completed: 'good',
  cancelled: 'bad',
};

const paymentKinds: Record<string, 'good' | 'warning' | 'bad' | 'plain'> = {
  paid: 'good',
  authorised: 'good',
  failed: 'bad',
};

/** Where an order, or a farm's part of one, stands. */
export function StatusBadge({ status }: { status: string }) {
  const { t } = useTranslation('work');
  return <Badge kind={fulfilmentKinds[status] ?? 'plain'}>{t(`status.${status}` as 'status.pending')}</Badge>;
}

export function PaymentBadge({ status }: { status: string }) {
  const { t } = useTranslation('work');
  return <Badge kind={paymentKinds[status] ?? 'plain'}>{t(`payment.${status}` as 'payment.unpaid')}</Badge>;
}

export const fulfilmentStatuses = ['pending', 'confirmed', 'shipped', 'delivered', 'cancelled'] as const;
export const orderStatuses = ['pending', 'confirmed', 'shipped', 'delivered', 'completed', 'cancelled'] as const;
export const paymentStatuses = ['unpaid', 'authorised', 'partly_paid', 'paid', 'refunded', 'failed'] as const;
