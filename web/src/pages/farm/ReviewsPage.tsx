import { useInfiniteQuery, useMutation, useQuery, useQueryClient } from '@tanstack/react-query';
import { useState } from 'react';
import { useTranslation } from 'react-i18next';
import { useMe } from '../../api/account';
import { reviewsQuery } from '../../api/catalogue';
import { api, ok } from '../../api/client';
import { listingsQuery } from '../../api/farm';
import type { Review } from '../../api/types';
import { useFilters } from '../../app/useFilters';
import { Avatar } from '../../design/Avatar';
import { Button } from '../../design/Button';
import { Badge, Empty, Loaded } from '../../design/feedback';
import { Form, Select, TextArea } from '../../design/Form';
import { Rating, Stars } from '../../design/Rating';
import { SubmitButton } from '../../design/SubmitButton';
import { useFormat } from '../../i18n/format';
import { Confirm } from '../work/Confirm';
import { FarmPage } from './FarmPage';
import styles from './ReviewsPage.module.css';

/** What buyers say of a farm's products, and its replies. */
export function Component() {
  const { t } = useTranslation('farm');
  const me = useMe()!;
  const filters = useFilters();
  const listings = useQuery(listingsQuery(me.id, { ordering: '-rating', page_size: 100 }));
  return (
    <FarmPage title={t('nav.reviews')}>
      <Loaded query={listings}>
        {({ results }) => {
          const reviewed = results.filter(({ rating }) => rating.count > 0);
          const chosen = reviewed.find(({ id }) => String(id) === filters.of('product')) ?? reviewed[0];
          return !chosen ? (
            <Empty icon="star" title={t('reviews.none')}>
              <p className="soft">{t('reviews.noneText')}</p>
            </Empty>
          ) : (
            <>
              <div className="row">
                <Select
                  name="product"
                  label={t('reviews.product')}
                  value={chosen.id}
                  onChange={event => filters.set({ product: event.target.value })}
                >
                  {reviewed.map(product => (
                    <option key={product.id} value={product.id}>
                      {product.name} ({product.rating.count})
                    </option>
                  ))}
                </Select>
                <Rating {...chosen.rating} />
              </div>
              <Reviews product={chosen.id} />
            </>
          );
        }}
      </Loaded>
    </FarmPage>
  );
}

function Reviews({ product }: { product: number }) {
  const { t } = useTranslation();
  const reviews = useInfiniteQuery(reviewsQuery(product));
  return (
    <Loaded query={reviews}>
      {({ pages }) => (
        <>
          <ul className={styles.reviews}>
            {pages
              .flatMap(page => page.results)
              .map(review => (
                <OneReview key={review.id} product={product} review={review} />
              ))}
          </ul>
          {reviews.hasNextPage && (
            <Button kind="secondary" busy={reviews.isFetchingNextPage} onClick={() => void reviews.fetchNextPage()}>
              {t('action.more')}
            </Button>
          )}
        </>
      )}
    </Loaded>
  );
}

function OneReview({ product, review }: { product: number; review: Review }) {
  const { t } = useTranslation(['farm', 'common']);
  const format = useFormat();
  const staff = useMe()?.role === 'staff';
  const queries = useQueryClient();
  const [replying, setReplying] = useState(false);
  const [deleting, setDeleting] = useState(false);
  const path = { id: product, review: review.id };
  const refresh = () => queries.invalidateQueries({ queryKey: ['reviews', product] });
  const remove = useMutation({
    mutationFn: () => ok(api.DELETE('/api/products/{id}/reviews/{review}/', { params: { path } })),
    onSuccess: () => Promise.all([refresh(), queries.invalidateQueries({ queryKey: ['listings'] })]),
  });
  return (
    <li className="panel stack">
      <div className="row">
        <Avatar name={review.author.name} url={review.author.picture_url} />
        <div>
          <b dir="auto">{review.author.name}</b>
          <div className="small soft">{format.ago(review.created_at)}</div>
        </div>
        <Stars rating={review.rating} />
        {!review.reply && <Badge kind="warning">{t('reviews.unanswered')}</Badge>}
      </div>
      {review.text && <p dir="auto">{review.text}</p>}
      {review.reply && !replying && (
        <blockquote className={styles.reply}>
          <div className="small soft">
            {t('reviews.yours')} · {format.ago(review.reply.created_at)}
          </div>
          <p dir="auto">{review.reply.text}</p>
        </blockquote>
      )}
      {replying ? (
        <Form
          onSubmit={async values => {
            await ok(
              api.POST('/api/products/{id}/reviews/{review}/reply/', {
                params: { path },
                body: { text: values.text('text') },
              }),
            );
            await refresh();
            setReplying(false);
          }}
        >
          <TextArea name="text" label={t('reviews.reply')} defaultValue={review.reply?.text} />
          <div className="row">
            <SubmitButton wide={false}>{t('reviews.send')}</SubmitButton>
            <Button kind="quiet" onClick={() => setReplying(false)}>
              {t('common:action.cancel')}
            </Button>
          </div>
        </Form>
      ) : (
        <div className="row">
          <Button kind="secondary" small onClick={() => setReplying(true)}>
            {t(review.reply ? 'reviews.change' : 'reviews.reply')}
          </Button>
          {staff && (
            <Button kind="danger" small aria-haspopup="dialog" onClick={() => setDeleting(true)}>
              {t('common:action.delete')}
            </Button>
          )}
        </div>
      )}
      {deleting && (
        <Confirm
          title={t('reviews.delete')}
          action={t('common:action.delete')}
          danger
          onClose={() => setDeleting(false)}
          onConfirm={async () => void (await remove.mutateAsync())}
        />
      )}
    </li>
  );
}
