import { useInfiniteQuery, useQueryClient } from '@tanstack/react-query';
import { useState } from 'react';
import { useTranslation } from 'react-i18next';
import { useMe } from '../../api/account';
import { productQuery, reviewsQuery } from '../../api/catalogue';
import { api, ok } from '../../api/client';
import type { Product } from '../../api/types';
import { Avatar } from '../../design/Avatar';
import { Button } from '../../design/Button';
import { Dialog } from '../../design/Dialog';
import { Loaded } from '../../design/feedback';
import { Form, TextArea } from '../../design/Form';
import { RatingInput, Stars } from '../../design/Rating';
import { SubmitButton } from '../../design/SubmitButton';
import { say } from '../../design/toasts';
import { useFormat } from '../../i18n/format';
import styles from './ProductPage.module.css';

export function Reviews({ product }: { product: Product }) {
  const { t } = useTranslation();
  const format = useFormat();
  const me = useMe();
  const reviews = useInfiniteQuery(reviewsQuery(product.id));
  const [writing, setWriting] = useState(false);
  const mine = reviews.data?.pages.flatMap(page => page.results).find(review => review.author.id === me?.id);
  return (
    <section id="reviews" aria-labelledby="reviews-title">
      <div className="row spread">
        <h2 id="reviews-title">{t('review.title')}</h2>
        {me && me.id !== product.seller.id && (
          <Button kind="secondary" icon="star" aria-haspopup="dialog" onClick={() => setWriting(true)}>
            {mine ? t('review.change') : t('review.write')}
          </Button>
        )}
      </div>
      <Loaded query={reviews}>
        {({ pages }) =>
          pages[0]!.count === 0 ? (
            <p className="soft">{t('review.none')}</p>
          ) : (
            <ul className="stack" style={{ gap: 0 }}>
              {pages
                .flatMap(page => page.results)
                .map(review => (
                  <li key={review.id} className={styles.review}>
                    <div className="row">
                      <Avatar name={review.author.name} url={review.author.picture_url} size={36} />
                      <b>{review.author.name}</b>
                      <Stars rating={review.rating} />
                      <time className="soft small" dateTime={review.created_at}>
                        {format.date(review.created_at)}
                      </time>
                    </div>
                    {review.text && (
                      <p className={styles.description} dir="auto">
                        {review.text}
                      </p>
                    )}
                    {review.reply && (
                      <div className={styles.reply}>
                        <p className="small soft">{t('review.reply', { name: product.seller.name })}</p>
                        <p className={styles.description} dir="auto">
                          {review.reply.text}
                        </p>
                      </div>
                    )}
                  </li>
                ))}
            </ul>
          )
        }
      </Loaded>
      {reviews.hasNextPage && (
        <Button kind="quiet" busy={reviews.isFetchingNextPage} onClick={() => void reviews.fetchNextPage()}>
          {t('action.more')}
        </Button>
      )}
      {writing && (
        <Dialog title={t('review.of', { name: product.name })} onClose={() => setWriting(false)}>
          <ReviewForm productId={product.id} rating={mine?.rating} text={mine?.text} onDone={() => setWriting(false)} />
        </Dialog>
      )}
    </section>
  );
}

/** Stars and a text about a product that one has received. */
export function ReviewForm({
  productId,
  rating,
  text = '',
  onDone,
}: {
  productId: number;
  rating?: number;
  text?: string;
  onDone: () => void;
}) {
  const { t } = useTranslation();
  const client = useQueryClient();
  return (
    <Form
      onSubmit={async values => {
        const body = { rating: Number(values.text('rating')) || (undefined as never), text: values.text('text') };
        await ok(api.POST('/api/products/{id}/reviews/', { params: { path: { id: productId } }, body }));
        onDone();
        say(t('review.thanks'));
        await Promise.all([
          client.invalidateQueries({ queryKey: reviewsQuery(productId).queryKey }),
          client.invalidateQueries({ queryKey: productQuery(productId).queryKey }),
        ]);
      }}
    >
      <RatingInput initial={rating} />
      <TextArea name="text" label={t('review.text')} optional maxLength={4000} defaultValue={text} />
      <SubmitButton>{t('review.send')}</SubmitButton>
    </Form>
  );
}
