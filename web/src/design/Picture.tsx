import type { ProductImage } from '../api/types';
import styles from './Picture.module.css';
import { Icon } from './Icon';

type Source = Pick<ProductImage, 'image_url' | 'thumbnail_url' | 'width' | 'height' | 'alt'>;

/**
 * A picture of the API, in the smaller of its two sizes (400 and 1600 pixels on the long side) that is enough.
 * @param sizes How wide it is on screen, as for `<img sizes>`.
 * @param eager For what is seen first; all others wait until they are near.
 */
export function Picture({
  image,
  sizes,
  eager,
  alt = image?.alt ?? '',
}: {
  image?: Source;
  sizes: string;
  eager?: boolean;
  alt?: string;
}) {
  if (!image) {
    return (
      <span className={styles.none} aria-hidden="true">
        <Icon name="leaf" size={40} />
      </span>
    );
  }

  const long = Math.max(image.width, image.height, 1);
  const widthAt = (limit: number) => Math.round((image.width * Math.min(limit, long)) / long);
  return (
    <img
      className={styles.picture}
      src={image.thumbnail_url}
      srcSet={long > 400 ? `${image.thumbnail_url} ${widthAt(400)}w, ${image.image_url} ${widthAt(1600)}w` : undefined}
      sizes={sizes}
      width={image.width}
      height={image.height}
      alt={alt}
      loading={eager ? 'eager' : 'lazy'}
      fetchPriority={eager ? 'high' : undefined}
      decoding="async"
    />
  );
}
