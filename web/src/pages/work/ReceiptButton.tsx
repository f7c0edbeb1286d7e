import { useTranslation } from 'react-i18next';
import { download } from '../../api/files';
import type { Order } from '../../api/types';
import { DownloadButton } from './DownloadButton';

export function ReceiptButton({ order }: { order: Order }) {
  const { t } = useTranslation();
  return (
    <DownloadButton
      onDownload={() => download(`/api/orders/${order.id}/receipt/?format=pdf`, `${order.number}.pdf`)}
      icon="print"
    >
      {t('orders.receipt')}
    </DownloadButton>
  );
}
