import { useState } from 'react';
import { useTranslation } from 'react-i18next';
import { Link, useSearchParams } from 'react-router';
import { api, ok } from '../../api/client';
import { Page } from '../../app/Page';
import { Empty } from '../../design/feedback';
import { Form, TextField } from '../../design/Form';
import { SubmitButton } from '../../design/SubmitButton';
import { next } from './next';
import { PasswordField } from './PasswordField';
import styles from './SignIn.module.css';
import { SocialButtons } from './SocialButtons';

export function Component() {
  const { t } = useTranslation();
  const [params] = useSearchParams();
  const [sentTo, setSentTo] = useState('');
  return (
    <Page title={t('signUp.title')} narrow hideHeading={sentTo !== ''}>
      {sentTo ? (
        <Empty icon="check" title={t('signUp.mailTitle')}>
          <p>{t('signUp.mailText', { email: sentTo })}</p>
          <Link to="/activate">{t('logIn.noMail')}</Link>
        </Empty>
      ) : (
        <>
          <Form
            onSubmit={async ({ text }) => {
              const email = text('email');
              const body = {
                email,
                password: text('password'),
                first_name: text('first_name'),
                last_name: text('last_name'),
              };
              await ok(api.POST('/api/auth/users/', { body: { ...body, re_password: body.password } }));
              setSentTo(email);
            }}
          >
            <div className={styles.names}>
              <TextField name="first_name" label={t('account.firstName')} autoComplete="given-name" />
              <TextField name="last_name" label={t('account.lastName')} autoComplete="family-name" />
            </div>
            <TextField
              name="email"
              type="email"
              label={t('account.email')}
              autoComplete="username"
              hint={t('signUp.emailHint')}
            />
            <PasswordField name="password" label={t('account.password')} />
            <SubmitButton>{t('signUp.action')}</SubmitButton>
          </Form>
          <SocialButtons next={next(params)} />
          <p className="panel">
            {t('signUp.known')} <Link to={`/login?${params}`}>{t('logIn.title')}</Link>
          </p>
        </>
      )}
    </Page>
  );
}
