import { useMutation, useQueryClient } from '@tanstack/react-query';
import { useState } from 'react';
import { useTranslation } from 'react-i18next';
import { api, ok } from '../../api/client';
import { ApiError } from '../../api/errors';
import type { Fulfilment, Order, OrderItem } from '../../api/types';
import { Button } from '../../design/Button';
import { Notice } from '../../design/feedback';
import { Choice, Form, TextArea, TextField } from '../../design/Form';
import { Icon } from '../../design/Icon';
import { Row, Rows } from '../../design/Rows';
import { SubmitButton } from '../../design/SubmitButton';
import { say } from '../../design/toasts';
import { useErrorText } from '../../i18n/errors';
import { useFormat } from '../../i18n/format';
import { Confirm } from './Confirm';
import { Track } from '../orders/Track';
import styles from './FulfilmentPanel.module.css';
import { PaymentBadge } from './status';
import { OrderStatus } from '../orders/OrderStatus';

type Step = 'confirmed' | 'shipped' | 'delivered' | 'cancelled';

/** What one farm has to do for an order: its goods, where they stand, and the next steps. */
export function FulfilmentPanel({
  order,
  fulfilment,
  staff,
}: {
  order: Order;
  fulfilment: Fulfilment;
  staff: boolean;
}) {
  const { t } = useTranslation('work');
  const format = useFormat();
  const pickup = order.delivery.method === 'pickup';
  const items = order.items.filter(item => item.fulfilment === fulfilment.id);
  const open = fulfilment.status === 'pending' || fulfilment.status === 'confirmed';
  return (
    <section className={styles.panel} aria-label={fulfilment.seller.name}>
      <div className="row spread">
        <div className="row">
          <h2 className={staff ? undefined : 'visually-hidden'}>
            {staff ? fulfilment.seller.name : t('fulfilment.goods')}
          </h2>
          <OrderStatus status={fulfilment.status} />
          {fulfilment.status !== 'cancelled' && <PaymentBadge status={fulfilment.payment_status} />}
        </div>
        <b className="numbers">{format.money(fulfilment.total, order.currency)}</b>
      </div>
      {fulfilment.status !== 'cancelled' && <Track status={fulfilment.status} pickup={pickup} />}
      <Rows label={t('fulfilment.goods')}>
        {items.map(item => (
          <Line key={item.id} order={order} item={item} open={open} />
        ))}
      </Rows>
      {fulfilment.tracking && (
        <p className="row">
          <Icon name="truck" size={20} />
          <span>
            {t('fulfilment.tracking')}: <b dir="auto">{fulfilment.tracking}</b>
          </span>
        </p>
      )}
      {open && <Weights order={order} fulfilment={fulfilment} items={items} />}
      <Steps order={order} fulfilment={fulfilment} staff={staff} pickup={pickup} unweighed={items.some(isUnweighed)} />
    </section>
  );
}

function Line({ order, item, open }: { order: Order; item: OrderItem; open: boolean }) {
  const { t } = useTranslation('work');
  const format = useFormat();
  const refresh = useRefresh(order.id);
  const [cutting, setCutting] = useState(false);
  const left = Math.round((item.quantity - item.cancelled_quantity) * 1000) / 1000;
  return (
    <Row
      media={item.image_url && <img src={item.image_url} alt="" width={56} height={56} loading="lazy" style={cover} />}
      title={<span className={left === 0 ? styles.gone : undefined}>{item.product_name}</span>}
      details={
        <>
          <b>{format.amount(left, item.unit)}</b>
          {item.cancelled_quantity > 0 && (
            <span>{t('fulfilment.cancelled', { amount: format.amount(item.cancelled_quantity, item.unit) })}</span>
          )}
          {item.price_unit && item.packed_weight !== null && (
            <span>{t('fulfilment.packed', { amount: format.amount(item.packed_weight, item.price_unit) })}</span>
          )}
          {item.price_unit && item.proposed_weight !== null && (
            <span>{t('fulfilment.asked', { amount: format.amount(item.proposed_weight, item.price_unit) })}</span>
          )}
          <span>
            {format.money(item.price_at_order_time, order.currency)} / {format.unit(item.price_unit ?? item.unit)}
          </span>
        </>
      }
      end={<span className="numbers">{format.money(item.line_total, order.currency)}</span>}
    >
      {open && left > 0 && (
        <div>
          <Button kind="quiet" small aria-haspopup="dialog" onClick={() => setCutting(true)}>
            {t('fulfilment.short')}
          </Button>
        </div>
      )}
      {cutting && (
        <Confirm
          title={t('fulfilment.shortTitle', { name: item.product_name })}
          action={t('fulfilment.shortAction')}
          danger
          onClose={() => setCutting(false)}
          onConfirm={async values => {
            await ok(
              api.POST('/api/orders/{id}/cancel/', {
                params: { path: { id: order.id } },
                body: {
                  items: [{ item: item.id, quantity: Number(values.text('items')) }],
                  note: values.text('note'),
                },
              }),
            );
            await refresh();
          }}
        >
          <TextField
            name="items"
            type="number"
            inputMode="decimal"
            step="any"
            min="0"
            max={left}
            defaultValue={left}
            label={t('fulfilment.shortAmount', { unit: format.unit(item.unit) })}
            hint={t('fulfilment.ordered', { amount: format.amount(left, item.unit) })}
          />
          <TextArea name="note" label={t('fulfilment.note')} hint={t('fulfilment.noteHint')} optional />
        </Confirm>
      )}
    </Row>
  );
}

/** Priced by weight, and not weighed yet: it can't go. */
const isUnweighed = ({ usual_weight, packed_weight, quantity, cancelled_quantity }: OrderItem) =>
  usual_weight !== null && packed_weight === null && cancelled_quantity < quantity;

const cover = { inlineSize: '100%', blockSize: '100%', objectFit: 'cover' } as const;

/** Goods that are priced by weight get theirs when they are packed. */
function Weights({ order, fulfilment, items }: { order: Order; fulfilment: Fulfilment; items: OrderItem[] }) {
  const { t } = useTranslation('work');
  const format = useFormat();
  const refresh = useRefresh(order.id);
  const weighed = items.filter(item => item.usual_weight !== null && item.cancelled_quantity < item.quantity);
  if (weighed.length === 0) {
    return null;
  }

  const asked = weighed.some(item => item.proposed_weight !== null);
  return (
    <div className={styles.box}>
      <h3>{t('weights.title')}</h3>
      <p className="small">{t('weights.text', { percent: format.number(order.weight_tolerance) })}</p>
      {asked && (
        <Notice kind="warning" icon="clock">
          {t('weights.waiting')}
        </Notice>
      )}
      <Form
        onSubmit={async values => {
          const entered = weighed
            .map(item => ({ item: item.id, weight: Number(values.text(`weight-${item.id}`)) }))
            .filter(({ weight }) => weight > 0);
          if (entered.length === 0) {
            throw new ApiError(400, { [`weight-${weighed[0]!.id}`]: ['This field is required.'] });
          }

          await ok(
            api.POST('/api/orders/{id}/fulfilments/{fulfilment}/weights/', {
              params: { path: { id: order.id, fulfilment: fulfilment.id } },
              body: { items: entered },
            }),
          );
          await refresh();
          say(t('weights.saved'));
        }}
      >
        <div className={styles.weights}>
          {weighed.map(item => (
            <TextField
              key={`${item.id} ${item.packed_weight} ${item.proposed_weight}`}
              name={`weight-${item.id}`}
              type="number"
              inputMode="decimal"
              step="any"
              min="0"
              defaultValue={item.packed_weight ?? item.proposed_weight ?? ''}
              label={t('weights.of', { name: item.product_name, unit: format.unit(item.price_unit!) })}
              hint={t('weights.usual', { amount: format.amount(item.usual_weight!, item.price_unit!) })}
            />
          ))}
        </div>
        <div>
          <SubmitButton wide={false}>{t('weights.save')}</SubmitButton>
        </div>
      </Form>
    </div>
  );
}

function Steps({
  order,
  fulfilment,
  staff,
  pickup,
  unweighed,
}: {
  order: Order;
  fulfilment: Fulfilment;
  staff: boolean;
  pickup: boolean;
  unweighed: boolean;
}) {
  const { t } = useTranslation(['work', 'common']);
  const textOf = useErrorText();
  const refresh = useRefresh(order.id);
  const [asking, setAsking] = useState<'shipped' | 'tracking' | 'cancelled' | null>(null);
  const path = { id: order.id, fulfilment: fulfilment.id };
  const move = (status: Step, more: { note?: string; tracking?: string; restock?: boolean } = {}) =>
    ok(
      api.POST('/api/orders/{id}/fulfilments/{fulfilment}/status/', { params: { path }, body: { status, ...more } }),
    ).then(refresh);
  const onError = (error: unknown) => say(textOf(error), { kind: 'failed' });
  const step = useMutation({ mutationFn: (status: Step) => move(status), onError });
  const paid = useMutation({
    mutationFn: () => ok(api.POST('/api/orders/{id}/fulfilments/{fulfilment}/paid/', { params: { path } })),
    onSuccess: refresh,
    onError,
  });
  const { status } = fulfilment;
  const live = status !== 'cancelled';
  return (
    <div className="row">
      {status === 'pending' && (
        <Button icon="check" busy={step.isPending} onClick={() => step.mutate('confirmed')}>
          {t('fulfilment.confirm')}
        </Button>
      )}
      {status === 'confirmed' && unweighed && <p className="small">{t('weights.first')}</p>}
      {status === 'confirmed' && !pickup && !unweighed && (
        <Button icon="truck" aria-haspopup="dialog" onClick={() => setAsking('shipped')}>
          {t('fulfilment.ship')}
        </Button>
      )}
      {((status === 'confirmed' && pickup && !unweighed) || status === 'shipped') && (
        <Button icon="check" busy={step.isPending} onClick={() => step.mutate('delivered')}>
          {t(pickup ? 'fulfilment.handOver' : 'fulfilment.deliver')}
        </Button>
      )}
      {order.payment.method === 'cash' && live && fulfilment.payment_status !== 'paid' && (
        <Button kind="secondary" busy={paid.isPending} onClick={() => paid.mutate()}>
          {t('fulfilment.paid')}
        </Button>
      )}
      {status === 'shipped' && (
        <Button kind="quiet" aria-haspopup="dialog" onClick={() => setAsking('tracking')}>
          {t('fulfilment.changeTracking')}
        </Button>
      )}
      {(status === 'pending' || status === 'confirmed' || (staff && status === 'shipped')) && (
        <Button kind="danger" aria-haspopup="dialog" onClick={() => setAsking('cancelled')}>
          {t('fulfilment.cancel')}
        </Button>
      )}
      {(asking === 'shipped' || asking === 'tracking') && (
        <Confirm
          title={t(asking === 'shipped' ? 'fulfilment.ship' : 'fulfilment.changeTracking')}
          action={asking === 'shipped' ? t('fulfilment.shipAction') : t('common:action.save')}
          onClose={() => setAsking(null)}
          onConfirm={values => move('shipped', { tracking: values.text('tracking'), note: values.text('note') })}
        >
          <TextField
            name="tracking"
            label={t('fulfilment.tracking')}
            hint={t('fulfilment.trackingHint')}
            defaultValue={fulfilment.tracking ?? ''}
            maxLength={200}
            optional
          />
          {asking === 'shipped' && (
            <TextArea name="note" label={t('fulfilment.note')} hint={t('fulfilment.noteHint')} optional />
          )}
        </Confirm>
      )}
      {asking === 'cancelled' && (
        <Confirm
          title={t('fulfilment.cancelTitle')}
          action={t('fulfilment.cancel')}
          danger
          onClose={() => setAsking(null)}
          onConfirm={values =>
            move('cancelled', {
              note: values.text('note'),
              ...(staff ? { restock: values.data.has('restock') } : {}),
            })
          }
        >
          <p>{t('fulfilment.cancelText')}</p>
          <TextArea name="note" label={t('fulfilment.reason')} hint={t('fulfilment.noteHint')} optional />
          {staff && <Choice name="restock" label={t('fulfilment.restock')} defaultChecked={status !== 'shipped'} />}
        </Confirm>
      )}
    </div>
  );
}

/** What an order's change touches: the order, the lists that it is in, and the stock. */
function useRefresh(order: number) {
  const queries = useQueryClient();
  return async () => {
    await Promise.all([
      queries.invalidateQueries({ queryKey: ['order', order] }),
      queries.invalidateQueries({ queryKey: ['orders'] }),
      queries.invalidateQueries({ queryKey: ['listings'] }),
    ]);
  };
}
