import { useTranslation } from 'react-i18next';
import { useNavigate, useParams } from 'react-router';
import { api, ok } from '../../api/client';
import { signOut } from '../../api/session';
import { Page } from '../../app/Page';
import { Form } from '../../design/Form';
import { SubmitButton } from '../../design/SubmitButton';
import { say } from '../../design/toasts';
import { PasswordField } from './PasswordField';

/** The link of the mail for a forgotten password. All log-ins end with it. */
export function Component() {
  const { t } = useTranslation();
  const navigate = useNavigate();
  const { uid = '', token = '' } = useParams();
  return (
    <Page title={t('reset.title')} narrow>
      <Form
        onSubmit={async ({ text }) => {
          const new_password = text('new_password');
          await ok(
            api.POST('/api/auth/users/reset_password_confirm/', {
              body: { uid, token, new_password, re_new_password: new_password },
            }),
          );
          await signOut();
          say(t('reset.done'));
          await navigate('/login');
        }}
      >
        <PasswordField name="new_password" label={t('account.newPassword')} />
        <SubmitButton>{t('action.save')}</SubmitButton>
      </Form>
    </Page>
  );
}
