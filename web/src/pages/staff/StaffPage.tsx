import type { ComponentProps } from 'react';
import { useTranslation } from 'react-i18next';
import { Page } from '../../app/Page';
import { Tabs } from '../../design/Tabs';

/** A page of the office, with the way to the others above it. */
export function StaffPage(page: ComponentProps<typeof Page>) {
  const { t } = useTranslation('staff');
  return (
    <>
      <Tabs
        label={t('nav.label')}
        tabs={[
          { to: '/staff', text: t('nav.overview'), end: true },
          { to: '/staff/orders', text: t('nav.orders') },
          { to: '/staff/users', text: t('nav.users') },
          { to: '/staff/applications', text: t('nav.applications') },
          { to: '/staff/reports', text: t('nav.reports') },
          { to: '/staff/categories', text: t('nav.categories') },
          { to: '/staff/audit', text: t('nav.audit') },
        ]}
      />
      <Page {...page} />
    </>
  );
}
