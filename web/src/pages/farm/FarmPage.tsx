import type { ComponentProps } from 'react';
import { useTranslation } from 'react-i18next';
import { Page } from '../../app/Page';
import { Tabs } from '../../design/Tabs';

/** A page of a farm, with the way to the others above it. */
export function FarmPage(page: ComponentProps<typeof Page>) {
  const { t } = useTranslation('farm');
  return (
    <>
      <Tabs
        label={t('nav.label')}
        tabs={[
          { to: '/farm', text: t('nav.overview'), end: true },
          { to: '/farm/pack', text: t('nav.pack') },
          { to: '/farm/orders', text: t('nav.orders') },
          { to: '/farm/listings', text: t('nav.listings') },
          { to: '/farm/sales', text: t('nav.sales') },
          { to: '/farm/reviews', text: t('nav.reviews') },
          { to: '/farm/profile', text: t('nav.profile') },
        ]}
      />
      <Page {...page} />
    </>
  );
}
