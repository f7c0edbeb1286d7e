import { useTranslation } from 'react-i18next';
import { useNavigate, useParams } from 'react-router';
import { api, ok } from '../../api/client';
import { Page } from '../../app/Page';
import { Form, TextField } from '../../design/Form';
import { SubmitButton } from '../../design/SubmitButton';
import { say } from '../../design/toasts';

/** The link of the mail to change the address of an account. */
export function Component() {
  const { t } = useTranslation();
  const navigate = useNavigate();
  const { uid = '', token = '' } = useParams();
  return (
    <Page title={t('newEmail.title')} narrow>
      <Form
        onSubmit={async ({ text }) => {
          const new_email = text('new_email');
          await ok(
            api.POST('/api/auth/users/reset_email_confirm/', {
              body: { uid, token, new_email, re_new_email: new_email },
            }),
          );
          say(t('newEmail.done'));
          await navigate('/login');
        }}
      >
        <TextField name="new_email" type="email" label={t('account.newEmail')} autoComplete="email" />
        <SubmitButton>{t('action.save')}</SubmitButton>
      </Form>
    </Page>
  );
}
