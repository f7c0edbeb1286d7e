import { useState } from 'react';
import { useTranslation } from 'react-i18next';
import { Choice, TextField } from '../../design/Form';

/** A new password, which can be looked at instead of being written twice. */
export function PasswordField({ name, label }: { name: string; label: string }) {
  const { t } = useTranslation();
  const [shown, setShown] = useState(false);
  return (
    <div>
      <TextField
        name={name}
        type={shown ? 'text' : 'password'}
        label={label}
        autoComplete="new-password"
        hint={t('account.passwordHint')}
      />
      <Choice label={t('account.passwordShow')} checked={shown} onChange={event => setShown(event.target.checked)} />
    </div>
  );
}
