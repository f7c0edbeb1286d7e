import { useEffect, useState, type ReactNode } from 'react';
import { useTranslation } from 'react-i18next';
import { Button } from './Button';
import { Select, TextField } from './Form';
import styles from './Filters.module.css';

/**
 * Fields that narrow a list at once, without a button.
 * @param folds On a phone all but the words to look for are folded away.
 */
export function Filters({ label, folds = true, children }: { label: string; folds?: boolean; children: ReactNode }) {
  const { t } = useTranslation('work');
  const [open, setOpen] = useState(!folds);
  return (
    <div className={styles.filters} role="search" aria-label={label} data-folded={!open || undefined}>
      {folds && (
        <div className={styles.fold}>
          <Button kind="secondary" small icon="filter" aria-expanded={open} onClick={() => setOpen(!open)}>
            {t('filter.label')}
          </Button>
        </div>
      )}
      {children}
    </div>
  );
}

/** @param options Texts by value; the empty value ("all") is added. */
export function FilterSelect({
  name,
  label,
  value,
  options,
  onChange,
  all,
}: {
  name: string;
  label: string;
  value: string;
  options: [string, string][];
  onChange: (value: string) => void;
  all?: string;
}) {
  const { t } = useTranslation('work');
  return (
    <Select name={name} label={label} value={value} onChange={event => onChange(event.target.value)}>
      <option value="">{all ?? t('filter.all')}</option>
      {options.map(([option, text]) => (
        <option key={option} value={option}>
          {text}
        </option>
      ))}
    </Select>
  );
}

/** Words (or a number) to look for; the list follows when one stops typing. */
export function FilterText({
  name,
  label,
  value,
  onChange,
  inputMode,
}: {
  name: string;
  label: string;
  value: string;
  onChange: (value: string) => void;
  inputMode?: 'numeric';
}) {
  const [text, setText] = useState(value);
  const [seen, setSeen] = useState(value);
  if (value !== seen) {
    setSeen(value);
    setText(value);
  }

  useEffect(() => {
    if (text.trim() !== value) {
      const timer = setTimeout(() => onChange(text.trim()), 350);
      return () => clearTimeout(timer);
    }

    return undefined;
  }, [text, value, onChange]);
  return (
    <div className={inputMode ? undefined : 'wide'}>
      <TextField
        type="search"
        name={name}
        label={label}
        value={text}
        inputMode={inputMode}
        onChange={event => setText(event.target.value)}
      />
    </div>
  );
}

/** Two days: nothing before the one and nothing after the other. */
export function FilterDays({
  from,
  to,
  onChange,
}: {
  from: string;
  to: string;
  onChange: (days: { from: string } | { to: string }) => void;
}) {
  const { t } = useTranslation('work');
  return (
    <>
      <TextField
        type="date"
        name="from"
        label={t('filter.from')}
        value={from}
        onChange={event => onChange({ from: event.target.value })}
      />
      <TextField
        type="date"
        name="to"
        label={t('filter.to')}
        value={to}
        onChange={event => onChange({ to: event.target.value })}
      />
    </>
  );
}
