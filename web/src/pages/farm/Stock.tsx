import { keepPreviousData, useQuery } from '@tanstack/react-query';
import { useState } from 'react';
import { useTranslation } from 'react-i18next';
import { Link } from 'react-router';
import { api, ok } from '../../api/client';
import { stockQuery } from '../../api/farm';
import type { Product } from '../../api/types';
import { Button } from '../../design/Button';
import { Loaded } from '../../design/feedback';
import { Choice, Fieldset, Form, TextField } from '../../design/Form';
import { SubmitButton } from '../../design/SubmitButton';
import { say } from '../../design/toasts';
import { useFormat } from '../../i18n/format';
import styles from './Stock.module.css';
import { useListingRefresh } from './useListingRefresh';

const ways = ['add', 'take', 'count'] as const;

/** How much there is, and why: every change of the stock. */
export function Stock({ product }: { product: Product }) {
  const { t } = useTranslation(['farm', 'common']);
  const format = useFormat();
  const refresh = useListingRefresh(product.id);
  const [way, setWay] = useState<(typeof ways)[number]>('add');
  const [changes, setChanges] = useState(0);
  const path = { id: product.id };
  return (
    <section id="stock" className="panel stack" aria-labelledby="stock-title">
      <div className="row spread">
        <h2 id="stock-title">{t('stock.title')}</h2>
        <b className="numbers">{format.amount(product.stock, product.unit)}</b>
      </div>
      <Form
        key={changes}
        onSubmit={async values => {
          const amount = Number(values.text('stock'));
          let stock: number | null = values.text('stock') === '' ? null : amount;
          if (stock !== null && way !== 'count') {
            // Added to what there is now: orders may have taken some since this page was read.
            const now = await ok(api.GET('/api/products/{id}/', { params: { path } }));
            stock = Math.round((now.stock + (way === 'add' ? amount : -amount)) * 1000) / 1000;
          }

          await ok(api.PATCH('/api/products/{id}/', { params: { path }, body: { stock } as never }));
          await refresh();
          setChanges(changes + 1);
          say(t('stock.saved'));
        }}
      >
        <Fieldset legend={t('stock.change')}>
          <div className={styles.ways}>
            {ways.map(name => (
              <Choice
                key={name}
                type="radio"
                name="way"
                label={t(`stock.${name}`)}
                checked={way === name}
                onChange={() => setWay(name)}
              />
            ))}
          </div>
        </Fieldset>
        <TextField
          name="stock"
          type="number"
          inputMode="decimal"
          step="any"
          min="0"
          label={t('stock.amount', { unit: format.unit(product.unit) })}
        />
        <div>
          <SubmitButton wide={false}>{t('common:action.save')}</SubmitButton>
        </div>
      </Form>
      <Ledger product={product} />
    </section>
  );
}

function Ledger({ product }: { product: Product }) {
  const { t } = useTranslation(['farm', 'work', 'common']);
  const format = useFormat();
  const [page, setPage] = useState(1);
  const entries = useQuery({ ...stockQuery(product.id, page), placeholderData: keepPreviousData });
  return (
    <Loaded query={entries}>
      {({ results, next, previous }) => (
        <>
          <h3>{t('stock.ledger')}</h3>
          {results.length === 0 && <p className="soft">{t('stock.none')}</p>}
          <ul className={styles.ledger}>
            {results.map(entry => (
              <li key={entry.id}>
                <span>
                  {t(`stock.cause.${entry.cause}` as 'stock.cause.sold')}
                  {entry.order !== null && (
                    <>
                      {' · '}
                      <Link to={`/farm/orders/${entry.order}`}>{t('stock.order')}</Link>
                    </>
                  )}
                  <span className="small soft"> {format.dateTime(entry.at)}</span>
                </span>
                <b className="numbers" dir="ltr">
                  {format.number(entry.change, { signDisplay: 'always', maximumFractionDigits: 3 })}
                </b>
              </li>
            ))}
          </ul>
          {(next || previous) && (
            <div className="row spread">
              <Button kind="quiet" small disabled={!previous} onClick={() => setPage(page - 1)}>
                {t('stock.newer')}
              </Button>
              <Button kind="quiet" small disabled={!next} onClick={() => setPage(page + 1)}>
                {t('stock.older')}
              </Button>
            </div>
          )}
        </>
      )}
    </Loaded>
  );
}
