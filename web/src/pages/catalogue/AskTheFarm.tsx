import { useMutation } from '@tanstack/react-query';
import { useTranslation } from 'react-i18next';
import { useLocation, useNavigate } from 'react-router';
import { useMe } from '../../api/account';
import { api, ok } from '../../api/client';
import { useSignedIn } from '../../api/session';
import type { Product } from '../../api/types';
import { Button } from '../../design/Button';
import { say } from '../../design/toasts';
import { useErrorText } from '../../i18n/errors';

/** Opens the conversation with the farm about this product. */
export function AskTheFarm({ product }: { product: Pick<Product, 'id' | 'seller'> }) {
  const { t } = useTranslation();
  const navigate = useNavigate();
  const { pathname } = useLocation();
  const me = useMe();
  const signedIn = useSignedIn();
  const textOf = useErrorText();
  const open = useMutation({
    mutationFn: () =>
      ok(api.POST('/api/chat/conversations/', { body: { user: product.seller.id, product: product.id } })),
    onSuccess: ({ id }) => navigate(`/messages/${id}`),
    onError: error => say(textOf(error), { kind: 'failed' }),
  });
  return (
    me?.id !== product.seller.id && (
      <Button
        kind="secondary"
        icon="chat"
        busy={open.isPending}
        onClick={() => (signedIn ? open.mutate() : void navigate(`/login?next=${encodeURIComponent(pathname)}`))}
      >
        {t('product.ask')}
      </Button>
    )
  );
}
