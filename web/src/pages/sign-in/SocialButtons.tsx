import { useState } from 'react';
import { useTranslation } from 'react-i18next';
import { useSite } from '../../api/site';
import { Button } from '../../design/Button';
import { say } from '../../design/toasts';
import { useErrorText } from '../../i18n/errors';
import { goTo, isProvider, providers, type Provider } from './social';
import styles from './SignIn.module.css';

/** A button for each provider that this market has set up. */
export function SocialButtons({ next }: { next: string }) {
  const { t } = useTranslation();
  const textOf = useErrorText();
  const [busy, setBusy] = useState<Provider>();
  const offered = (useSite()?.social_providers ?? []).filter(isProvider);
  return (
    offered.length > 0 && (
      <div className="stack">
        <p className={styles.or}>{t('logIn.or')}</p>
        {offered.map(provider => (
          <Button
            key={provider}
            kind="secondary"
            wide
            busy={busy === provider}
            onClick={() => {
              setBusy(provider);
              goTo(provider, next).catch((error: unknown) => {
                setBusy(undefined);
                say(textOf(error), { kind: 'failed' });
              });
            }}
          >
            {t('logIn.with', { provider: providers[provider].name })}
          </Button>
        ))}
      </div>
    )
  );
}
