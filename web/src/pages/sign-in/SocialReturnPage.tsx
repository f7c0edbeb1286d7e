import { useMutation } from '@tanstack/react-query';
import { useEffect } from 'react';
import { useTranslation } from 'react-i18next';
import { Navigate, useParams, useSearchParams } from 'react-router';
import { api, ok } from '../../api/client';
import { signIn } from '../../api/session';
import { Page } from '../../app/Page';
import { ButtonLink } from '../../design/Button';
import { Failure, SkeletonList } from '../../design/feedback';
import { nextAfter } from './social';

/** Where Google and Facebook send people back to: the code becomes tokens, once. */
export function Component() {
  const { t } = useTranslation();
  const provider = useParams().provider === 'google' ? 'google-oauth2' : 'facebook';
  const [params] = useSearchParams();
  const exchange = useMutation({
    mutationFn: () =>
      ok(
        api.POST('/api/auth/o/{provider}/', {
          params: { path: { provider } },
          body: Object.fromEntries(params) as { code: string; state: string },
          credentials: 'include',
        }),
      ),
    onSuccess: tokens => signIn(tokens),
  });
  const { mutate } = exchange;
  useEffect(() => {
    // React runs effects twice in development; a code is good for once.
    const timer = setTimeout(() => mutate());
    return () => clearTimeout(timer);
  }, [mutate]);
  return exchange.isSuccess ? (
    <Navigate to={nextAfter()} replace />
  ) : (
    <Page title={t('logIn.title')} narrow>
      {exchange.isError ? (
        <>
          <Failure error={exchange.error} />
          <ButtonLink to="/login">{t('logIn.title')}</ButtonLink>
        </>
      ) : (
        <SkeletonList rows={2} />
      )}
    </Page>
  );
}
