import { useTranslation } from 'react-i18next';
import { Link, useNavigate } from 'react-router';
import { useMe } from '../../api/account';
import { signOut } from '../../api/session';
import { Page } from '../../app/Page';
import { PreferenceFields } from '../../app/Preferences';
import { Avatar } from '../../design/Avatar';
import { Button } from '../../design/Button';
import { SkeletonList } from '../../design/feedback';
import { Icon, type IconName } from '../../design/Icon';
import styles from './Account.module.css';

export function Component() {
  const { t } = useTranslation();
  const navigate = useNavigate();
  const me = useMe();
  const places: [string, IconName, string][] = [
    ['/orders', 'box', t('orders.title')],
    ['/messages', 'chat', t('nav.messages')],
    ['/ask', 'sprout', t('nav.ask')],
    ['/account/profile', 'edit', t('profile.title')],
    ['/account/security', 'shield', t('security.title')],
    ...(me?.role === 'buyer' ? ([['/account/sell', 'leaf', t('sell.title')]] as [string, IconName, string][]) : []),
  ];
  return (
    <Page title={t('nav.account')} narrow>
      {!me ? (
        <SkeletonList />
      ) : (
        <>
          <div className="row">
            <Avatar name={me.first_name || me.email} url={me.picture_url} size={64} />
            <div>
              <b>
                {me.first_name} {me.last_name}
              </b>
              <p className="soft small">{me.email}</p>
            </div>
          </div>
          <ul className={styles.places}>
            {places.map(([to, icon, text]) => (
              <li key={to}>
                <Link to={to}>
                  <Icon name={icon} />
                  {text}
                  <Icon name="forward" size={18} />
                </Link>
              </li>
            ))}
          </ul>
          <section className="panel">
            <PreferenceFields />
          </section>
          <Button
            kind="secondary"
            icon="leave"
            onClick={async () => {
              await navigate('/');
              await signOut();
            }}
          >
            {t('account.logOut')}
          </Button>
        </>
      )}
    </Page>
  );
}
