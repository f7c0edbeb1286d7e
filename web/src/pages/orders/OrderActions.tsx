import { useState } from 'react';
import { useTranslation } from 'react-i18next';
import { useMe } from '../../api/account';
import { api, authorised, ok } from '../../api/client';
import { ApiError } from '../../api/errors';
import type { Order } from '../../api/types';
import { Button } from '../../design/Button';
import { Dialog } from '../../design/Dialog';
import { say } from '../../design/toasts';
import { useErrorText } from '../../i18n/errors';
import { useOrderChange } from './useOrderChange';

/** Receipt, and cancelling while nothing has left a farm. */
export function OrderActions({ order }: { order: Order }) {
  const { t } = useTranslation();
  const textOf = useErrorText();
  const isBuyer = useMe()?.id === order.user;
  const [asking, setAsking] = useState(false);
  const cancel = useOrderChange(
    () => ok(api.POST('/api/orders/{id}/cancel/', { params: { path: { id: order.id } }, body: {} as never })),
    t('orders.cancelled'),
  );
  const live = order.fulfilments.filter(part => part.status !== 'cancelled');
  const canCancel = isBuyer && live.length > 0 && live.every(part => ['pending', 'confirmed'].includes(part.status));
  return (
    <div className="stack" style={{ gap: 'var(--s2)' }}>
      <Button
        kind="secondary"
        icon="print"
        onClick={() => openReceipt(order).catch((error: unknown) => say(textOf(error), { kind: 'failed' }))}
      >
        {t('orders.receipt')}
      </Button>
      {canCancel && (
        <Button kind="danger" aria-haspopup="dialog" onClick={() => setAsking(true)}>
          {t('orders.cancel')}
        </Button>
      )}
      {asking && (
        <Dialog title={t('orders.cancel')} onClose={() => setAsking(false)}>
          <div className="stack">
            <p>{t('orders.cancelText')}</p>
            <Button
              kind="danger"
              busy={cancel.isPending}
              onClick={() => cancel.mutate(undefined, { onSettled: () => setAsking(false) })}
            >
              {t('orders.cancelYes')}
            </Button>
            <Button kind="secondary" onClick={() => setAsking(false)}>
              {t('orders.cancelNo')}
            </Button>
          </div>
        </Dialog>
      )}
    </div>
  );
}

/** The receipt needs the token, which a link does not carry: it is fetched, then saved. */
async function openReceipt(order: Order) {
  const answer = await authorised(
    new Request(new URL(`/api/orders/${order.id}/receipt/?format=pdf`, window.location.origin)),
  );
  if (!answer.ok) {
    throw new ApiError(answer.status, null);
  }

  const link = document.createElement('a');
  link.href = URL.createObjectURL(await answer.blob());
  link.download = `${order.number}.pdf`;
  link.click();
  setTimeout(() => URL.revokeObjectURL(link.href), 60_000);
}
