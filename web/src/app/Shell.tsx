import { Suspense } from 'react';
import { useTranslation } from 'react-i18next';
import { Link, NavLink, Outlet, ScrollRestoration } from 'react-router';
import { useMe } from '../api/account';
import { useSite } from '../api/site';
import { SkeletonList } from '../design/feedback';
import { Icon } from '../design/Icon';
import { Toasts } from '../design/toasts';
import { destinations, type Destination } from './navigation';
import { Preferences } from './Preferences';
import styles from './Shell.module.css';
import { useCounts } from './useCounts';
import { useOnline } from './useOnline';

/** What stands around every page. */
export function Shell() {
  const { t } = useTranslation();
  const site = useSite();
  const me = useMe();
  const { bar, top } = destinations(me?.role);
  const online = useOnline();
  const counts = useCounts();
  const nameOf = ({ name }: Destination) =>
    name === 'cart' && counts.cart
      ? t('nav.cartCount', { count: counts.cart })
      : name === 'messages' && counts.messages
        ? t('nav.messagesCount', { count: counts.messages })
        : t(`nav.${name}`);
  const countOf = ({ name }: Destination) =>
    name === 'cart' ? counts.cart : name === 'messages' ? counts.messages : 0;
  const tools: Destination[] = [
    ...(me ? [{ to: '/messages', name: 'messages', icon: 'chat' } as const] : []),
    { to: '/cart', name: 'cart', icon: 'basket' },
    me ? { to: '/account', name: 'account', icon: 'person' } : { to: '/login', name: 'logIn', icon: 'person' },
  ];
  return (
    <div className={styles.shell}>
      <a className={styles.skip} href="#page">
        {t('nav.skip')}
      </a>
      <header className={styles.header}>
        <div className={styles.headerInner}>
          <Link to="/" className={styles.logo}>
            <img src="/icon.svg" alt="" width={32} height={32} />
            {site?.name ?? 'AgroConnect'}
          </Link>
          <nav className={styles.top} aria-label={t('nav.main')}>
            {top.map(place => (
              <NavLink key={place.to} to={place.to} end={place.to === '/'}>
                {t(`nav.${place.name}`)}
              </NavLink>
            ))}
          </nav>
          <div className={styles.tools}>
            <Preferences />
            {tools.map(place => (
              <NavLink key={place.to} to={place.to} className={styles.tool} aria-label={nameOf(place)}>
                <Icon name={place.icon} />
                {countOf(place) > 0 && <span className={styles.count} data-count={countOf(place)} />}
              </NavLink>
            ))}
          </div>
        </div>
      </header>
      <div role="status">
        {!online && (
          <p className={styles.offline}>
            <Icon name="offline" size={18} /> {t('state.offline')}
          </p>
        )}
      </div>
      <main id="page" className={styles.main} tabIndex={-1}>
        <Suspense fallback={<PageSkeleton />}>
          <Outlet />
        </Suspense>
      </main>
      <footer className={styles.footer} aria-label={t('nav.footer')}>
        <div className={styles.footerInner}>
          <span className="soft">{site?.name}</span>
          <a className="small" href="/docs/">
            {t('nav.api')}
          </a>
        </div>
      </footer>
      <nav className={styles.bar} aria-label={t('nav.main')}>
        {bar.map(place => (
          <NavLink key={place.to} to={place.to} end={place.to === '/'} aria-label={nameOf(place)}>
            <span className={styles.pill}>
              <Icon name={place.icon} />
              {countOf(place) > 0 && <span className={styles.count} data-count={countOf(place)} />}
            </span>
            <span>{t(`nav.${place.name}`)}</span>
          </NavLink>
        ))}
      </nav>
      <Toasts />
      <ScrollRestoration />
    </div>
  );
}

const PageSkeleton = () => (
  <div style={{ padding: 'var(--s5) var(--s4)' }}>
    <SkeletonList />
  </div>
);
