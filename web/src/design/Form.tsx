import {
  createContext,
  useContext,
  useId,
  useRef,
  useState,
  type InputHTMLAttributes,
  type ReactNode,
  type SelectHTMLAttributes,
  type TextareaHTMLAttributes,
} from 'react';
import { useTranslation } from 'react-i18next';
import { ApiError, type FieldErrors } from '../api/errors';
import { useErrorText } from '../i18n/errors';
import styles from './Form.module.css';
import { Icon } from './Icon';

const Errors = createContext<FieldErrors>({});
const Busy = createContext(false);

export type Values = { text: (name: string) => string; data: FormData };

/**
 * Sends its fields to the API and shows what the API says about them: a text beside each field that it names, the rest above.
 * `onSubmit` throws what the API client throws.
 */
export function Form({ onSubmit, children }: { onSubmit: (values: Values) => Promise<void>; children: ReactNode }) {
  const [errors, setErrors] = useState<FieldErrors>({});
  const [summary, setSummary] = useState<string[]>([]);
  const [busy, setBusy] = useState(false);
  const form = useRef<HTMLFormElement>(null);
  const textOf = useErrorText();

  async function submit() {
    if (busy) {
      return;
    }

    const data = new FormData(form.current!);
    setBusy(true);
    setErrors({});
    setSummary([]);
    try {
      await onSubmit({ data, text: name => String(data.get(name) ?? '') });
    } catch (error) {
      const fields = error instanceof ApiError ? error.fields : {};
      const fieldOf = (name: string) => form.current?.elements.namedItem(name);
      const others = Object.entries(fields).filter(([name]) => !fieldOf(name));
      setErrors(fields);
      setSummary(Object.keys(fields).length === 0 ? [textOf(error)] : others.flatMap(([, texts]) => texts.map(textOf)));
      const first = [...(form.current?.elements ?? [])].find(field => (field.getAttribute('name') ?? '') in fields);
      (first as HTMLElement | undefined)?.focus();
    } finally {
      setBusy(false);
    }
  }

  return (
    <form
      ref={form}
      className={styles.form}
      noValidate
      onSubmit={event => {
        event.preventDefault();
        void submit();
      }}
    >
      <div role="alert">{summary.length > 0 && <p className={styles.summary}>{summary.join(' ')}</p>}</div>
      <Errors value={errors}>
        <Busy value={busy}>{children}</Busy>
      </Errors>
    </form>
  );
}

/** Whether the form around is being sent. */
export const useBusy = () => useContext(Busy);

type Shared = { name: string; label: string; hint?: string; optional?: boolean };

function useField({ name, hint }: Shared) {
  const id = useId();
  const errors = useContext(Errors)[name];
  return {
    id,
    errors,
    attributes: {
      id,
      name,
      className: styles.control,
      'aria-invalid': errors ? true : undefined,
      'aria-describedby': [hint && `${id}-hint`, errors && `${id}-error`].filter(Boolean).join(' ') || undefined,
    } as const,
  };
}

function Frame({
  id,
  label,
  hint,
  optional,
  errors,
  children,
}: Shared & { id: string; errors?: string[]; children: ReactNode }) {
  const { t } = useTranslation();
  const textOf = useErrorText();
  return (
    <div className={styles.field}>
      <label className={styles.label} htmlFor={id}>
        {label} {optional && <span className={styles.optional}>({t('form.optional')})</span>}
      </label>
      {children}
      {hint && (
        <p id={`${id}-hint`} className={styles.hint}>
          {hint}
        </p>
      )}
      {errors && (
        <p id={`${id}-error`} className={styles.error}>
          <Icon name="alert" size={18} /> {errors.map(text => textOf(text)).join(' ')}
        </p>
      )}
    </div>
  );
}

export function TextField({ name, label, hint, optional, ...input }: Shared & InputHTMLAttributes<HTMLInputElement>) {
  const { id, errors, attributes } = useField({ name, label, hint });
  return (
    <Frame {...{ id, name, label, hint, optional, errors }}>
      <input {...input} {...attributes} />
    </Frame>
  );
}

export function TextArea({
  name,
  label,
  hint,
  optional,
  ...area
}: Shared & TextareaHTMLAttributes<HTMLTextAreaElement>) {
  const { id, errors, attributes } = useField({ name, label, hint });
  return (
    <Frame {...{ id, name, label, hint, optional, errors }}>
      <textarea {...area} {...attributes} />
    </Frame>
  );
}

export function Select({
  name,
  label,
  hint,
  optional,
  children,
  ...select
}: Shared & SelectHTMLAttributes<HTMLSelectElement>) {
  const { id, errors, attributes } = useField({ name, label, hint });
  return (
    <Frame {...{ id, name, label, hint, optional, errors }}>
      <select {...select} {...attributes}>
        {children}
      </select>
    </Frame>
  );
}

/** A checkbox, or one of several radio buttons of the same name. */
export function Choice({
  label,
  hint,
  type = 'checkbox',
  ...input
}: { label: ReactNode; hint?: ReactNode } & InputHTMLAttributes<HTMLInputElement>) {
  return (
    <label className={styles.choice}>
      <input type={type} {...input} />
      <span>
        {label}
        {hint && <span className={`${styles.hint} stack`}>{hint}</span>}
      </span>
    </label>
  );
}

export function Fieldset({ legend, children }: { legend: string; children: ReactNode }) {
  return (
    <fieldset className={styles.field}>
      <legend className={styles.label}>{legend}</legend>
      {children}
    </fieldset>
  );
}
