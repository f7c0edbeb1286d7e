import { useTranslation } from 'react-i18next';
import { Badge } from '../../design/feedback';

const kinds: Record<string, 'good' | 'warning' | 'bad'> = {
  delivered: 'good',
  completed: 'good',
  shipped: 'warning',
  cancelled: 'bad',
};

/** Where an order, or a farm's part of one, stands. */
export function OrderStatus({ status }: { status: string }) {
  const { t } = useTranslation();
  return <Badge kind={kinds[status] ?? 'plain'}>{t(`status.${status}` as 'status.pending')}</Badge>;
}
