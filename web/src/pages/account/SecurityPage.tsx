import { useQueryClient } from '@tanstack/react-query';
import { useState } from 'react';
import { useTranslation } from 'react-i18next';
import { useNavigate } from 'react-router';
import { meQuery, useMe } from '../../api/account';
import { api, ok } from '../../api/client';
import { signOut } from '../../api/session';
import { Page } from '../../app/Page';
import { Button } from '../../design/Button';
import { Dialog } from '../../design/Dialog';
import { Form, TextField } from '../../design/Form';
import { SubmitButton } from '../../design/SubmitButton';
import { say } from '../../design/toasts';
import { PasswordField } from '../sign-in/PasswordField';

/** Password, address, one's data, and the end of the account. */
export function Component() {
  const { t } = useTranslation();
  return (
    <Page title={t('security.title')} narrow>
      <ChangePassword />
      <ChangeEmail />
      <MyData />
    </Page>
  );
}

const CurrentPassword = () => {
  const { t } = useTranslation();
  return (
    <TextField name="current_password" type="password" label={t('security.current')} autoComplete="current-password" />
  );
};

function ChangePassword() {
  const { t } = useTranslation();
  const [done, setDone] = useState(0);
  return (
    <section className="panel stack" aria-labelledby="password">
      <h2 id="password">{t('security.password')}</h2>
      <Form
        key={done}
        onSubmit={async ({ text }) => {
          const new_password = text('new_password');
          await ok(
            api.POST('/api/auth/users/set_password/', {
              body: { new_password, re_new_password: new_password, current_password: text('current_password') },
            }),
          );
          setDone(done + 1);
          say(t('security.passwordDone'));
        }}
      >
        <CurrentPassword />
        <PasswordField name="new_password" label={t('account.newPassword')} />
        <SubmitButton>{t('action.save')}</SubmitButton>
      </Form>
    </section>
  );
}

function ChangeEmail() {
  const { t } = useTranslation();
  const client = useQueryClient();
  const me = useMe();
  const [done, setDone] = useState(0);
  return (
    <section className="panel stack" aria-labelledby="email">
      <h2 id="email">{t('security.email')}</h2>
      <p className="soft">{me?.email}</p>
      <Form
        key={done}
        onSubmit={async ({ text }) => {
          const new_email = text('new_email');
          await ok(
            api.POST('/api/auth/users/set_email/', {
              body: { new_email, re_new_email: new_email, current_password: text('current_password') },
            }),
          );
          await client.invalidateQueries({ queryKey: meQuery.queryKey });
          setDone(done + 1);
          say(t('security.emailDone'));
        }}
      >
        <TextField name="new_email" type="email" label={t('account.newEmail')} autoComplete="email" />
        <CurrentPassword />
        <SubmitButton>{t('action.save')}</SubmitButton>
      </Form>
    </section>
  );
}

function MyData() {
  const { t } = useTranslation();
  const navigate = useNavigate();
  const [asking, setAsking] = useState(false);

  async function save() {
    const data = await ok(api.GET('/api/auth/users/me/export/'));
    const link = document.createElement('a');
    link.href = URL.createObjectURL(new Blob([JSON.stringify(data, null, 2)], { type: 'application/json' }));
    link.download = 'agroconnect.json';
    link.click();
    setTimeout(() => URL.revokeObjectURL(link.href), 60_000);
  }

  return (
    <section className="panel stack" aria-labelledby="data">
      <h2 id="data">{t('security.data')}</h2>
      <Button kind="secondary" onClick={() => void save()}>
        {t('security.export')}
      </Button>
      <Button kind="danger" icon="trash" aria-haspopup="dialog" onClick={() => setAsking(true)}>
        {t('security.delete')}
      </Button>
      {asking && (
        <Dialog title={t('security.delete')} onClose={() => setAsking(false)}>
          <Form
            onSubmit={async ({ text }) => {
              await ok(api.DELETE('/api/auth/users/me/', { body: { current_password: text('current_password') } }));
              await navigate('/');
              await signOut();
              say(t('security.deleted'));
            }}
          >
            <p>{t('security.deleteText')}</p>
            <CurrentPassword />
            <SubmitButton>{t('security.delete')}</SubmitButton>
          </Form>
        </Dialog>
      )}
    </section>
  );
}
