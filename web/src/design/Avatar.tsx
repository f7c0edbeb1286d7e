import styles from './Avatar.module.css';

/** Somebody's picture, or the first letter of their name. The name itself stands beside it. */
export function Avatar({ name, url, size = 44 }: { name: string; url?: string | null; size?: number }) {
  return (
    <span
      className={styles.avatar}
      style={{ inlineSize: size, blockSize: size, fontSize: size * 0.42 }}
      aria-hidden="true"
    >
      {url ? <img src={url} alt="" width={size} height={size} loading="lazy" /> : [...name.trim()][0]?.toUpperCase()}
    </span>
  );
}
