import { useState } from 'react';
import { useTranslation } from 'react-i18next';
import { api, ok } from '../../api/client';
import { Page } from '../../app/Page';
import { Empty } from '../../design/feedback';
import { Form, TextField } from '../../design/Form';
import { SubmitButton } from '../../design/SubmitButton';

const mails = {
  activation: '/api/auth/users/resend_activation/',
  password: '/api/auth/users/reset_password/',
  email: '/api/auth/users/reset_email/',
} as const;

/** Asks for a mail with a link. The answer is the same whether there is such an account or not. */
function AskForMail({ kind }: { kind: keyof typeof mails }) {
  const { t } = useTranslation();
  const [sent, setSent] = useState(false);
  return (
    <Page title={t(`mail.${kind}`)} narrow hideHeading={sent}>
      {sent ? (
        <Empty icon="check" title={t('mail.sent')}>
          <p>{t('mail.sentText')}</p>
        </Empty>
      ) : (
        <>
          <p className="soft">{t(`mail.${kind}Text`)}</p>
          <Form
            onSubmit={async ({ text }) => {
              await ok(api.POST(mails[kind], { body: { email: text('email') } }));
              setSent(true);
            }}
          >
            <TextField name="email" type="email" label={t('account.email')} autoComplete="username" />
            <SubmitButton>{t('mail.action')}</SubmitButton>
          </Form>
        </>
      )}
    </Page>
  );
}

export const activation = { Component: () => <AskForMail kind="activation" /> };
export const password = { Component: () => <AskForMail kind="password" /> };
export const email = { Component: () => <AskForMail kind="email" /> };
