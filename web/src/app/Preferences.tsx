import { useState } from 'react';
import { useTranslation } from 'react-i18next';
import { IconButton } from '../design/Button';
import { Dialog } from '../design/Dialog';
import { Choice, Fieldset } from '../design/Form';
import { chooseLanguage } from '../i18n';
import { languages, type Language } from '../i18n/languages';
import { chooseTheme, theme, type Theme } from './theme';

/** Language and colours, kept in this browser. */
export function Preferences() {
  const { t } = useTranslation();
  const [open, setOpen] = useState(false);
  return (
    <>
      <IconButton
        icon="globe"
        label={`${t('nav.language')}, ${t('nav.theme')}`}
        aria-haspopup="dialog"
        onClick={() => setOpen(true)}
      />
      {open && (
        <Dialog title={t('nav.language')} onClose={() => setOpen(false)}>
          <PreferenceFields />
        </Dialog>
      )}
    </>
  );
}

export function PreferenceFields() {
  const { t, i18n } = useTranslation();
  const [colours, setColours] = useState(theme);
  const names: Record<Theme, string> = {
    system: t('nav.themeSystem'),
    light: t('nav.themeLight'),
    dark: t('nav.themeDark'),
  };
  return (
    <div className="stack">
      <Fieldset legend={t('nav.language')}>
        {(Object.keys(languages) as Language[]).map(tag => (
          <Choice
            key={tag}
            type="radio"
            name="language"
            label={<span lang={tag}>{languages[tag].name}</span>}
            checked={i18n.language === tag}
            onChange={() => void chooseLanguage(tag)}
          />
        ))}
      </Fieldset>
      <Fieldset legend={t('nav.theme')}>
        {(Object.keys(names) as Theme[]).map(choice => (
          <Choice
            key={choice}
            type="radio"
            name="theme"
            label={names[choice]}
            checked={colours === choice}
            onChange={() => {
              chooseTheme(choice);
              setColours(choice);
            }}
          />
        ))}
      </Fieldset>
    </div>
  );
}
