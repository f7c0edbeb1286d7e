import { useTranslation } from 'react-i18next';
import { Badge } from '../../design/feedback';

const paymentKinds: Record<string, 'good' | 'warning' | 'bad' | 'plain'> = {
  paid: 'good',
  authorised: 'good',
  failed: 'bad',
};

/** How far an order, or a farm's part of one, is paid. */
export function PaymentBadge({ status }: { status: string }) {
  const { t } = useTranslation();
  return <Badge kind={paymentKinds[status] ?? 'plain'}>{t(`paid.${status}` as 'paid.paid')}</Badge>;
}

export const fulfilmentStatuses = ['pending', 'confirmed', 'shipped', 'delivered', 'cancelled'] as const;
export const orderStatuses = ['pending', 'confirmed', 'shipped', 'delivered', 'completed', 'cancelled'] as const;
export const paymentStatuses = ['unpaid', 'authorised', 'partly_paid', 'paid', 'refunded', 'failed'] as const;
