import { useState } from 'react';
import { useTranslation } from 'react-i18next';
import { useMe } from '../../api/account';
import { api, ok } from '../../api/client';
import type { FarmerApplication } from '../../api/types';
import { Page } from '../../app/Page';
import { ButtonLink } from '../../design/Button';
import { Notice } from '../../design/feedback';
import { Form, TextArea, TextField } from '../../design/Form';
import { SubmitButton } from '../../design/SubmitButton';
import { useFormat } from '../../i18n/format';

/** A buyer asks to sell here. */
export function Component() {
  const { t } = useTranslation('farm');
  const format = useFormat();
  const me = useMe();
  const [application, setApplication] = useState<FarmerApplication | null>(null);
  return (
    <Page title={t('apply.title')} narrow>
      {me && me.role !== 'buyer' ? (
        <>
          <p>{t('apply.already')}</p>
          <ButtonLink to="/farm" icon="leaf">
            {t('nav.overview')}
          </ButtonLink>
        </>
      ) : application ? (
        <>
          <div role="status">
            <Notice icon="check">
              <b>{t('apply.sent')}</b>
              <p>{t('apply.sentText', { date: format.date(application.created_at) })}</p>
            </Notice>
          </div>
          <ButtonLink to="/" kind="secondary">
            {t('apply.home')}
          </ButtonLink>
        </>
      ) : (
        <>
          <p>{t('apply.text')}</p>
          <Form
            onSubmit={async values =>
              setApplication(
                await ok(
                  api.POST('/api/sales/apply/', {
                    body: { farm_name: values.text('farm_name'), message: values.text('message') },
                  }),
                ),
              )
            }
          >
            <TextField name="farm_name" label={t('profile.name')} maxLength={150} dir="auto" optional />
            <TextArea
              name="message"
              label={t('apply.message')}
              hint={t('apply.messageHint')}
              maxLength={2000}
              dir="auto"
              optional
            />
            <SubmitButton>{t('apply.send')}</SubmitButton>
          </Form>
        </>
      )}
    </Page>
  );
}
