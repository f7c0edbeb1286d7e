import { useEffect, useRef, type ReactNode } from 'react';
import { useLocation, useNavigationType } from 'react-router';
import { useSite } from '../api/site';
import styles from './Page.module.css';

let shown: string | null = null;

/**
 * The frame of every page: its heading, which gets the focus when one comes here, so that a screen reader says where one is.
 * @param aside What stands at the end of the heading's line.
 */
export function Page({
  title,
  heading = title,
  aside,
  narrow,
  hideHeading,
  children,
}: {
  title: string;
  heading?: ReactNode;
  aside?: ReactNode;
  narrow?: boolean;
  hideHeading?: boolean;
  children: ReactNode;
}) {
  const site = useSite()?.name ?? 'AgroConnect';
  const { pathname } = useLocation();
  const kind = useNavigationType();
  const h1 = useRef<HTMLHeadingElement>(null);
  useEffect(() => {
    document.title = `${title} · ${site}`;
  }, [title, site]);
  useEffect(() => {
    if (shown !== null && shown !== pathname) {
      h1.current?.focus({ preventScroll: kind === 'POP' });
    }

    shown = pathname;
  }, [pathname, kind]);
  return (
    <div className={narrow ? `${styles.page} ${styles.narrow}` : styles.page}>
      <div className={hideHeading ? 'visually-hidden' : styles.head}>
        <h1 ref={h1} tabIndex={-1}>
          {heading}
        </h1>
        {aside}
      </div>
      {children}
    </div>
  );
}
