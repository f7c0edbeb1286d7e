import { useQuery, useQueryClient } from '@tanstack/react-query';
import { useState } from 'react';
import { useTranslation } from 'react-i18next';
import { useParams } from 'react-router';
import { api, ok } from '../../api/client';
import { soldOrderQuery } from '../../api/farm';
import { Button, ButtonLink } from '../../design/Button';
import { Loaded } from '../../design/feedback';
import { Choice, TextArea } from '../../design/Form';
import { useFormat } from '../../i18n/format';
import { Confirm } from '../work/Confirm';
import { FulfilmentPanel } from '../work/FulfilmentPanel';
import { OrderLayout } from '../work/OrderFacts';
import { ReceiptButton } from '../work/ReceiptButton';
import { PaymentBadge } from '../work/status';
import { OrderStatus } from '../orders/OrderStatus';
import { TalkButton } from '../work/TalkButton';
import { StaffPage } from './StaffPage';

/** An order with all of its farms, each of which staff can move on. */
export function Component() {
  const { t } = useTranslation(['staff', 'work']);
  const format = useFormat();
  const queries = useQueryClient();
  const [cancelling, setCancelling] = useState(false);
  const order = useQuery(soldOrderQuery(Number(useParams().id), false));
  return (
    <StaffPage
      title={order.data?.number ?? t('orders.one')}
      aside={
        order.data && (
          <div className="row">
            <TalkButton user={order.data.user} />
            <ReceiptButton order={order.data} />
          </div>
        )
      }
    >
      <Loaded query={order}>
        {data => (
          <>
            <div className="row">
              <OrderStatus status={data.status} />
              {data.status !== 'cancelled' && <PaymentBadge status={data.payment.status} />}
              <b className="numbers">{format.money(data.total, data.currency)}</b>
              <span className="soft">{format.dateTime(data.created_at)}</span>
              <ButtonLink kind="quiet" small to={`/staff/audit?target_type=order&target_id=${data.id}`}>
                {t('nav.audit')}
              </ButtonLink>
            </div>
            <OrderLayout order={data}>
              {data.fulfilments.map(fulfilment => (
                <div key={fulfilment.id} className="panel">
                  <FulfilmentPanel order={data} fulfilment={fulfilment} staff />
                </div>
              ))}
              {data.status !== 'cancelled' && data.fulfilments.some(({ status }) => !ended.includes(status)) && (
                <div>
                  <Button kind="danger" aria-haspopup="dialog" onClick={() => setCancelling(true)}>
                    {t('orders.cancel')}
                  </Button>
                </div>
              )}
            </OrderLayout>
            {cancelling && (
              <Confirm
                title={t('orders.cancel')}
                action={t('orders.cancel')}
                danger
                onClose={() => setCancelling(false)}
                onConfirm={async values => {
                  await ok(
                    api.POST('/api/orders/{id}/cancel/', {
                      params: { path: { id: data.id } },
                      body: { note: values.text('note'), restock: values.data.has('restock') },
                    }),
                  );
                  await queries.invalidateQueries({ queryKey: ['order', data.id] });
                  await queries.invalidateQueries({ queryKey: ['orders'] });
                }}
              >
                <p>{t('work:fulfilment.cancelText')}</p>
                <TextArea
                  name="note"
                  label={t('work:fulfilment.reason')}
                  hint={t('work:fulfilment.noteHint')}
                  optional
                />
                <Choice
                  name="restock"
                  label={t('work:fulfilment.restock')}
                  defaultChecked={!data.fulfilments.some(({ status }) => status === 'shipped')}
                />
              </Confirm>
            )}
          </>
        )}
      </Loaded>
    </StaffPage>
  );
}

const ended = ['delivered', 'cancelled'];
