import { useState } from 'react';
import { useTranslation } from 'react-i18next';
import { useFormat } from '../i18n/format';
import { Icon } from './Icon';
import styles from './Rating.module.css';

const steps = [1, 2, 3, 4, 5];

/** "★ 4.6 (12)", or nothing without a review. */
export function Rating({ average, count }: { average: number | null; count: number }) {
  const { t } = useTranslation();
  const format = useFormat();
  if (average === null) {
    return null;
  }

  const shown = format.number(average, { minimumFractionDigits: 1, maximumFractionDigits: 1 });
  return (
    <span className="row small" style={{ gap: '0.2rem' }}>
      <span className={styles.stars} aria-hidden="true">
        <Icon name="star" size={16} filled />
      </span>
      <span className="visually-hidden">{t('rating.label', { average: shown, count })}</span>
      <span aria-hidden="true">
        <b>{shown}</b> <span className="soft">({format.number(count)})</span>
      </span>
    </span>
  );
}

export function Stars({ rating }: { rating: number }) {
  const { t } = useTranslation();
  return (
    <span className={styles.stars} role="img" aria-label={t('rating.stars', { count: rating })}>
      {steps.map(step => (
        <Icon key={step} name="star" size={18} filled={step <= rating} />
      ))}
    </span>
  );
}

/** Five stars to choose from, as radio buttons of the field `rating`. */
export function RatingInput({ initial = 0 }: { initial?: number }) {
  const { t } = useTranslation();
  const [rating, setRating] = useState(initial);
  return (
    <div className={styles.input} role="radiogroup" aria-label={t('rating.choose')}>
      {steps.map(step => (
        <label key={step} data-on={step <= rating || undefined}>
          <input
            className="visually-hidden"
            type="radio"
            name="rating"
            value={step}
            checked={rating === step}
            onChange={() => setRating(step)}
            aria-label={t('rating.stars', { count: step })}
          />
          <Icon name="star" size={28} filled={step <= rating} />
        </label>
      ))}
    </div>
  );
}
