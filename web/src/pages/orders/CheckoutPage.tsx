import { useQuery, useQueryClient } from '@tanstack/react-query';
import { useState } from 'react';
import { useTranslation } from 'react-i18next';
import { Navigate, useNavigate } from 'react-router';
import { useMe } from '../../api/account';
import { cartQuery } from '../../api/cart';
import { api, ok } from '../../api/client';
import { ApiError } from '../../api/errors';
import { useSite } from '../../api/site';
import type { Cart, User } from '../../api/types';
import { Page } from '../../app/Page';
import { Loaded, Notice, SkeletonList } from '../../design/feedback';
import { Choice, Fieldset, Form, Select, TextArea, TextField, type Values } from '../../design/Form';
import { SubmitButton } from '../../design/SubmitButton';
import { say } from '../../design/toasts';
import { useFormat } from '../../i18n/format';
import styles from './Orders.module.css';
import { checkoutDone, checkoutKey } from './checkoutKey';

const tolerances = [0, 5, 10, 20, 30, 50];

export function Component() {
  const { t } = useTranslation();
  const cart = useQuery(cartQuery);
  const me = useMe();
  return (
    <Page title={t('checkout.title')}>
      <Loaded query={cart}>{found => (me ? <Checkout cart={found} me={me} /> : <SkeletonList />)}</Loaded>
    </Page>
  );
}

function Checkout({ cart, me }: { cart: Cart; me: User }) {
  const { t } = useTranslation();
  const format = useFormat();
  const client = useQueryClient();
  const navigate = useNavigate();
  const [method, setMethod] = useState<'delivery' | 'pickup'>('delivery');
  const [changedFrom, setChangedFrom] = useState<string | null>(null);
  const [placed, setPlaced] = useState(false);
  const site = useSite();
  const payments = (site?.payment_methods ?? []).filter(
    way => way === 'cash' || (way === 'stripe' && site?.stripe_publishable_key),
  );
  const weighed = cart.items.some(item => item.product.unit_weight !== null);
  if (!placed && (cart.items.length === 0 || cart.items.some(item => item.problem))) {
    return <Navigate to="/cart" replace />;
  }

  async function order({ text }: Values) {
    const body = {
      payment_method: text('payment_method'),
      delivery: {
        method,
        name: text('delivery.name'),
        phone: text('delivery.phone'),
        address: text('delivery.address'),
        notes: text('delivery.notes'),
      },
      note: text('note'),
      expected_total: cart.total,
      weight_tolerance: weighed ? Number(text('weight_tolerance')) : 10,
    };
    // The server takes an order without an address; a courier does not.
    const missing = (method === 'delivery' ? ['name', 'phone', 'address'] : ['name', 'phone']).filter(
      name => !body.delivery[name as 'name'].trim(),
    );
    if (missing.length > 0) {
      throw new ApiError(400, {
        delivery: Object.fromEntries(missing.map(name => [name, ['This field is required.']])),
      });
    }

    try {
      const headers = { 'Idempotency-Key': checkoutKey(body) };
      const made = await ok(api.POST('/api/orders/', { body, headers }));
      setPlaced(true);
      checkoutDone();
      await navigate(`/orders/${made.id}`, { replace: true });
      say(t(made.payment.method === 'stripe' ? 'checkout.toPay' : 'checkout.done', { number: made.number }));
      await Promise.all(
        [cartQuery.queryKey, ['orders'], ['products'], ['product']].map(queryKey =>
          client.invalidateQueries({ queryKey }),
        ),
      );
    } catch (error) {
      if (error instanceof ApiError && error.code === 'total_changed') {
        setChangedFrom(cart.total);
        client.setQueryData(cartQuery.queryKey, (error.body as { cart: Cart }).cart);
      } else if (error instanceof ApiError && ['insufficient_stock', 'cart_problem'].includes(error.code ?? '')) {
        say(t('checkout.shortage'), { kind: 'failed' });
        await client.invalidateQueries({ queryKey: cartQuery.queryKey });
      } else {
        throw error;
      }
    }
  }

  return (
    <div className={styles.checkout}>
      <Form onSubmit={order}>
        <Fieldset legend={t('checkout.how')}>
          {(['delivery', 'pickup'] as const).map(way => (
            <Choice
              key={way}
              type="radio"
              name="delivery.method"
              value={way}
              label={t(`checkout.${way}`)}
              hint={t(`checkout.${way}Hint`)}
              checked={method === way}
              onChange={() => setMethod(way)}
            />
          ))}
        </Fieldset>
        <TextField
          name="delivery.name"
          label={t('checkout.name')}
          autoComplete="name"
          defaultValue={`${me.first_name} ${me.last_name}`.trim()}
        />
        <TextField
          name="delivery.phone"
          type="tel"
          label={t('checkout.phone')}
          autoComplete="tel"
          defaultValue={me.phone}
        />
        {method === 'delivery' && (
          <>
            <TextArea
              name="delivery.address"
              label={t('checkout.address')}
              autoComplete="street-address"
              maxLength={500}
            />
            <TextField
              name="delivery.notes"
              label={t('checkout.notes')}
              hint={t('checkout.notesHint')}
              optional
              maxLength={500}
            />
          </>
        )}
        {weighed && (
          <Select
            name="weight_tolerance"
            label={t('checkout.tolerance')}
            hint={t('checkout.toleranceHint')}
            defaultValue={10}
          >
            {tolerances.map(percent => (
              <option key={percent} value={percent}>
                {format.number(percent / 100, { style: 'percent' })}
              </option>
            ))}
          </Select>
        )}
        <TextArea name="note" label={t('checkout.note')} optional maxLength={1000} />
        <Fieldset legend={t('checkout.pay')}>
          {payments.map((way, index) => (
            <Choice
              key={way}
              type="radio"
              name="payment_method"
              value={way}
              label={t(`payment.${way}` as 'payment.cash')}
              hint={way === 'stripe' ? t('payment.stripeHint') : undefined}
              defaultChecked={index === 0}
            />
          ))}
        </Fieldset>
        {changedFrom !== null && (
          <div role="alert">
            <Notice kind="warning" icon="alert">
              {t('checkout.changed', {
                before: format.money(changedFrom, cart.currency),
                now: format.money(cart.total, cart.currency),
              })}
            </Notice>
          </div>
        )}
        <SubmitButton>{t('checkout.order', { total: format.money(cart.total, cart.currency) })}</SubmitButton>
      </Form>
      <aside className="panel stack" aria-label={t('cart.sum')}>
        <ul className={styles.summary}>
          {cart.items.map(item => (
            <li key={item.id}>
              <span>
                {item.product.name}{' '}
                <span className="soft small">{format.amount(item.quantity, item.product.unit)}</span>
              </span>
              <span className="numbers">{format.money(item.line_total, cart.currency)}</span>
            </li>
          ))}
        </ul>
        <p className="row spread">
          <b>{t('cart.total')}</b>
          <b className="numbers">{format.money(cart.total, cart.currency)}</b>
        </p>
        {weighed && <p className="small soft">{t('cart.weighed')}</p>}
      </aside>
    </div>
  );
}
