import type { ButtonHTMLAttributes, ReactNode } from 'react';
import { Link, type LinkProps } from 'react-router';
import styles from './Button.module.css';
import { Icon, type IconName } from './Icon';

type Look = {
  kind?: 'primary' | 'secondary' | 'quiet' | 'danger';
  icon?: IconName;
  small?: boolean;
  wide?: boolean;
};

type ButtonProps = ButtonHTMLAttributes<HTMLButtonElement> & Look & { busy?: boolean };

/** While `busy` it can't be pressed again, and keeps its focus and its words. */
export function Button({ kind = 'primary', icon, small, wide, busy, children, onClick, ...rest }: ButtonProps) {
  return (
    <button
      type="button"
      {...rest}
      className={classes({ kind, small, wide })}
      aria-disabled={busy || undefined}
      onClick={busy ? event => event.preventDefault() : onClick}
    >
      {busy ? <span className={styles.spinner} /> : icon && <Icon name={icon} size={20} />}
      {children}
    </button>
  );
}

/** A link that looks like a button. */
export function ButtonLink({ kind = 'primary', icon, small, wide, children, ...rest }: LinkProps & Look) {
  return (
    <Link {...rest} className={classes({ kind, small, wide })}>
      {icon && <Icon name={icon} size={20} />}
      {children}
    </Link>
  );
}

type IconButtonProps = ButtonHTMLAttributes<HTMLButtonElement> & {
  icon: IconName;
  label: string;
  children?: ReactNode;
};

/** A button without words on it; `label` is what it is called. */
export function IconButton({ icon, label, children, ...rest }: IconButtonProps) {
  return (
    <button
      type="button"
      {...rest}
      className={`${styles.button} ${styles.quiet} ${styles.icon}`}
      aria-label={label}
      title={label}
    >
      <Icon name={icon} />
      {children}
    </button>
  );
}

const classes = ({ kind, small, wide }: Look) =>
  [styles.button, styles[kind!], small && styles.small, wide && styles.wide].filter(Boolean).join(' ');
