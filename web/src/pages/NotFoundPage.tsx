import { useTranslation } from 'react-i18next';
import { Page } from '../app/Page';
import { ButtonLink } from '../design/Button';
import { Empty } from '../design/feedback';

export function Component() {
  const { t } = useTranslation();
  return (
    <Page title={t('state.missing')} hideHeading>
      <Empty icon="search" title={t('state.missing')}>
        <p className="soft">{t('notFound.text')}</p>
        <ButtonLink to="/products">{t('notFound.action')}</ButtonLink>
      </Empty>
    </Page>
  );
}
