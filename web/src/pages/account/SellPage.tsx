import { useState } from 'react';
import { useTranslation } from 'react-i18next';
import { api, ok } from '../../api/client';
import { Page } from '../../app/Page';
import { Empty } from '../../design/feedback';
import { Form, TextArea, TextField } from '../../design/Form';
import { SubmitButton } from '../../design/SubmitButton';

/** Asks to become a farmer here; staff decide. */
export function Component() {
  const { t } = useTranslation();
  const [sent, setSent] = useState(false);
  return (
    <Page title={t('sell.title')} narrow hideHeading={sent}>
      {sent ? (
        <Empty icon="check" title={t('sell.sent')}>
          <p>{t('sell.sentText')}</p>
        </Empty>
      ) : (
        <>
          <p className="soft">{t('sell.text')}</p>
          <Form
            onSubmit={async ({ text }) => {
              await ok(
                api.POST('/api/sales/apply/', { body: { farm_name: text('farm_name'), message: text('message') } }),
              );
              setSent(true);
            }}
          >
            <TextField name="farm_name" label={t('profile.farmName')} maxLength={150} />
            <TextArea name="message" label={t('sell.message')} hint={t('sell.messageHint')} optional />
            <SubmitButton>{t('sell.action')}</SubmitButton>
          </Form>
        </>
      )}
    </Page>
  );
}
