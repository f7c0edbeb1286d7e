import { useState } from 'react';
import { useTranslation } from 'react-i18next';
import type { ProductImage } from '../../api/types';
import { Picture } from '../../design/Picture';
import styles from './ProductPage.module.css';

export function Gallery({ images, name }: { images: ProductImage[]; name: string }) {
  const { t } = useTranslation();
  const [shown, setShown] = useState(0);
  const image = images[shown] ?? images[0];
  return (
    <div className="stack" style={{ gap: 'var(--s2)' }}>
      <div className={styles.stage}>
        <Picture image={image} sizes="(min-width: 52rem) 40rem, 100vw" eager alt={image?.alt || name} />
      </div>
      {images.length > 1 && (
        <div className={styles.thumbs} role="group" aria-label={t('product.pictures')}>
          {images.map((each, index) => (
            <button
              key={each.id}
              type="button"
              className={styles.thumb}
              aria-current={index === shown}
              aria-label={t('product.picture', { number: index + 1, of: images.length })}
              onClick={() => setShown(index)}
            >
              <Picture image={{ ...each, image_url: each.thumbnail_url }} sizes="72px" alt="" />
            </button>
          ))}
        </div>
      )}
    </div>
  );
}
