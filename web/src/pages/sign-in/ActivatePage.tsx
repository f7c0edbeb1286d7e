import { useMutation } from '@tanstack/react-query';
import { useTranslation } from 'react-i18next';
import { useParams } from 'react-router';
import { api, ok } from '../../api/client';
import { ApiError } from '../../api/errors';
import { Page } from '../../app/Page';
import { Button, ButtonLink } from '../../design/Button';
import { Empty, Failure } from '../../design/feedback';

/** The link of the activation mail. A button, since scanners of mail open links too. */
export function Component() {
  const { t } = useTranslation();
  const { uid = '', token = '' } = useParams();
  const activate = useMutation({
    mutationFn: () => ok(api.POST('/api/auth/users/activation/', { body: { uid, token } })),
  });
  // 403: the link is good and the account is active already.
  const active = activate.isSuccess || (activate.error instanceof ApiError && activate.error.status === 403);
  return (
    <Page title={t('activate.title')} narrow hideHeading={active}>
      {active ? (
        <Empty icon="check" title={t('activate.done')}>
          <ButtonLink to="/login">{t('logIn.title')}</ButtonLink>
        </Empty>
      ) : activate.isError ? (
        <>
          <Failure error={activate.error} />
          <ButtonLink to="/activate" kind="secondary">
            {t('activate.again')}
          </ButtonLink>
        </>
      ) : (
        <>
          <p>{t('activate.text')}</p>
          <Button busy={activate.isPending} onClick={() => activate.mutate()}>
            {t('activate.action')}
          </Button>
        </>
      )}
    </Page>
  );
}
