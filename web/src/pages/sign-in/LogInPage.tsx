import { useTranslation } from 'react-i18next';
import { Link, Navigate, useSearchParams } from 'react-router';
import { api, ok } from '../../api/client';
import { signIn, useSignedIn } from '../../api/session';
import { Page } from '../../app/Page';
import { Form, TextField } from '../../design/Form';
import { SubmitButton } from '../../design/SubmitButton';
import { next } from './next';
import styles from './SignIn.module.css';
import { SocialButtons } from './SocialButtons';

export function Component() {
  const { t } = useTranslation();
  const [params] = useSearchParams();
  const signedIn = useSignedIn();
  if (signedIn) {
    return <Navigate to={next(params)} replace />;
  }

  return (
    <Page title={t('logIn.title')} narrow>
      <Form
        onSubmit={async ({ text }) =>
          signIn(
            await ok(api.POST('/api/auth/jwt/create/', { body: { email: text('email'), password: text('password') } })),
          )
        }
      >
        <TextField name="email" type="email" label={t('account.email')} autoComplete="username" />
        <TextField name="password" type="password" label={t('account.password')} autoComplete="current-password" />
        <SubmitButton>{t('logIn.action')}</SubmitButton>
      </Form>
      <p className={styles.links}>
        <Link to="/password/reset">{t('logIn.forgotten')}</Link>
        <Link to="/activate">{t('logIn.noMail')}</Link>
      </p>
      <SocialButtons next={next(params)} />
      <p className="panel">
        {t('logIn.new')} <Link to={`/register?${params}`}>{t('signUp.title')}</Link>
      </p>
    </Page>
  );
}
