import { useTranslation } from 'react-i18next';
import { useMe } from '../../api/account';
import { ButtonLink } from '../../design/Button';
import { Profile } from '../account/ProfilePage';
import { FarmPage } from './FarmPage';

/** What buyers see of a farm. */
export function Component() {
  const { t } = useTranslation('farm');
  const me = useMe()!;
  return (
    <FarmPage
      title={t('nav.profile')}
      narrow
      aside={
        <ButtonLink kind="quiet" small to={`/farms/${me.id}`}>
          {t('listing.asBuyers')}
        </ButtonLink>
      }
    >
      <Profile me={me} />
    </FarmPage>
  );
}
