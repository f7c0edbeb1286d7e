import { useQueryClient } from '@tanstack/react-query';
import { useTranslation } from 'react-i18next';
import { useNavigate } from 'react-router';
import { api, ok } from '../../api/client';
import { say } from '../../design/toasts';
import { FarmPage } from './FarmPage';
import { ListingForm } from './ListingForm';

export function Component() {
  const { t } = useTranslation('farm');
  const navigate = useNavigate();
  const queries = useQueryClient();
  return (
    <FarmPage title={t('listings.new')} narrow>
      <ListingForm
        onSave={async body => {
          const product = await ok(api.POST('/api/products/', { body }));
          queries.setQueryData(['listings', 'one', product.id], product);
          void queries.invalidateQueries({ queryKey: ['listings'] });
          void queries.invalidateQueries({ queryKey: ['products'] });
          say(t('listing.created'));
          await navigate(`/farm/listings/${product.id}#photos`, { replace: true });
        }}
      />
    </FarmPage>
  );
}
