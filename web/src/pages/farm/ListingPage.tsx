import { useMutation, useQuery, useQueryClient } from '@tanstack/react-query';
import { useEffect, useState } from 'react';
import { useTranslation } from 'react-i18next';
import { useLocation, useNavigate, useParams } from 'react-router';
import { api, ok } from '../../api/client';
import { listingQuery } from '../../api/farm';
import type { Product } from '../../api/types';
import { Button, ButtonLink } from '../../design/Button';
import { Badge, Loaded } from '../../design/feedback';
import { say } from '../../design/toasts';
import { useErrorText } from '../../i18n/errors';
import { Confirm } from '../work/Confirm';
import { FarmPage } from './FarmPage';
import { ListingForm } from './ListingForm';
import styles from './ListingPage.module.css';
import { Photos } from './Photos';
import { Stock } from './Stock';
import { useListingRefresh } from './useListingRefresh';

/** A listing: its fields, its pictures, its stock; on the market or off it. */
export function Component() {
  const { t } = useTranslation('farm');
  const id = Number(useParams().id);
  const listing = useQuery(listingQuery(id));
  return (
    <FarmPage title={listing.data?.name ?? t('listing.one')} aside={listing.data && <Market product={listing.data} />}>
      <Loaded query={listing}>{product => <Parts key={product.id} product={product} />}</Loaded>
    </FarmPage>
  );
}

function Parts({ product }: { product: Product }) {
  const { t } = useTranslation('farm');
  const refresh = useListingRefresh(product.id);
  const { hash } = useLocation();
  useEffect(() => {
    if (hash) {
      document.getElementById(hash.slice(1))?.scrollIntoView();
    }
  }, [hash]);
  return (
    <div className={styles.parts}>
      <div className={styles.side}>
        <Photos product={product} />
        <Stock product={product} />
      </div>
      <section className="panel" aria-labelledby="fields">
        <h2 id="fields" className={styles.head}>
          {t('listing.fields')}
        </h2>
        <ListingForm
          product={product}
          onSave={async body => {
            // A stock that is not written stays what orders made of it meanwhile.
            const { stock: _, ...fields } = body;
            await ok(
              api.PATCH('/api/products/{id}/', {
                params: { path: { id: product.id } },
                body: fields as typeof body,
              }),
            );
            await refresh();
            say(t('listing.saved'));
          }}
        />
      </section>
    </div>
  );
}

/** On the market or off it, or gone for good. */
function Market({ product }: { product: Product }) {
  const { t } = useTranslation(['farm', 'common']);
  const navigate = useNavigate();
  const queries = useQueryClient();
  const textOf = useErrorText();
  const refresh = useListingRefresh(product.id);
  const [deleting, setDeleting] = useState(false);
  const path = { id: product.id };
  const activate = useMutation({
    mutationFn: (is_active: boolean) =>
      ok(api.PATCH('/api/products/{id}/', { params: { path }, body: { is_active } as never })),
    onSuccess: async (_, active) => {
      await refresh();
      say(t(active ? 'listing.activated' : 'listing.archived'));
    },
    onError: error => say(textOf(error), { kind: 'failed' }),
  });
  return (
    <div className="row">
      {product.is_active ? <Badge kind="good">{t('listings.active')}</Badge> : <Badge>{t('listings.archived')}</Badge>}
      <Button
        kind={product.is_active ? 'secondary' : 'primary'}
        small
        busy={activate.isPending}
        onClick={() => activate.mutate(!product.is_active)}
      >
        {t(product.is_active ? 'listing.archive' : 'listing.activate')}
      </Button>
      <ButtonLink kind="quiet" small to={`/products/${product.id}`}>
        {t('listing.asBuyers')}
      </ButtonLink>
      <Button kind="danger" small aria-haspopup="dialog" onClick={() => setDeleting(true)}>
        {t('common:action.delete')}
      </Button>
      {deleting && (
        <Confirm
          title={t('listing.deleteTitle', { name: product.name })}
          action={t('common:action.delete')}
          danger
          onClose={() => setDeleting(false)}
          onConfirm={async () => {
            await ok(api.DELETE('/api/products/{id}/', { params: { path } }));
            await navigate('/farm/listings');
            queries.removeQueries({ queryKey: ['listings', 'one', product.id] });
            await queries.invalidateQueries({ queryKey: ['listings'] });
          }}
        >
          <p>{t('listing.deleteText')}</p>
        </Confirm>
      )}
    </div>
  );
}
