import { useQuery } from '@tanstack/react-query';
import { useDeferredValue, useEffect, useId, useState, type KeyboardEvent } from 'react';
import { useTranslation } from 'react-i18next';
import { useNavigate } from 'react-router';
import { suggestionsQuery } from '../api/catalogue';
import type { Suggestion } from '../api/types';
import { IconButton } from './Button';
import { Icon } from './Icon';
import styles from './SearchBox.module.css';

/** The search with suggestions as one types: the combobox pattern of the ARIA practices. Give it a `key` to begin with another text. */
export function SearchBox({ initial = '', onSearch }: { initial?: string; onSearch: (search: string) => void }) {
  const { t } = useTranslation();
  const navigate = useNavigate();
  const id = useId();
  const [text, setText] = useState(initial);
  const [open, setOpen] = useState(false);
  const [active, setActive] = useState(-1);
  const found = useQuery(suggestionsQuery(useDebounced(text.trim())));
  const options = open && text.trim().length > 1 ? (found.data ?? []) : [];

  function choose(option: Suggestion) {
    setOpen(false);
    void navigate(option.type === 'category' ? `/products?category=${option.id}` : `/products/${option.id}`);
  }

  function onKeyDown(event: KeyboardEvent) {
    const step = event.key === 'ArrowDown' ? 1 : event.key === 'ArrowUp' ? -1 : 0;
    if (step && options.length > 0) {
      event.preventDefault();
      // From the field (-1) down to the last option and back to the field.
      setActive(((active + 1 + step + options.length + 1) % (options.length + 1)) - 1);
    } else if (event.key === 'Escape') {
      setOpen(false);
    } else if (event.key === 'Enter' && options[active]) {
      event.preventDefault();
      choose(options[active]);
    }
  }

  return (
    <search className={styles.search}>
      <form
        className={styles.bar}
        onSubmit={event => {
          event.preventDefault();
          setOpen(false);
          onSearch(text.trim());
        }}
      >
        <Icon name="search" size={20} />
        <input
          className={styles.input}
          type="search"
          enterKeyHint="search"
          autoComplete="off"
          role="combobox"
          aria-label={t('search.label')}
          aria-expanded={options.length > 0}
          aria-controls={`${id}-list`}
          aria-autocomplete="list"
          aria-activedescendant={options[active] ? `${id}-${active}` : undefined}
          placeholder={t('search.placeholder')}
          value={text}
          onChange={event => {
            setText(event.target.value);
            setOpen(true);
            setActive(-1);
          }}
          onKeyDown={onKeyDown}
          onBlur={() => setTimeout(() => setOpen(false), 150)}
        />
        {text && (
          <IconButton
            icon="close"
            label={t('search.clear')}
            onClick={() => {
              setText('');
              onSearch('');
            }}
          />
        )}
      </form>
      <div
        id={`${id}-list`}
        className={options.length > 0 ? styles.list : 'visually-hidden'}
        role="listbox"
        aria-label={t('search.suggestions')}
      >
        {options.map((option, index) => (
          <div
            key={`${option.type}${option.id}`}
            id={`${id}-${index}`}
            className={styles.option}
            role="option"
            tabIndex={-1}
            aria-selected={index === active}
            onMouseDown={event => event.preventDefault()}
            onClick={() => choose(option)}
          >
            <Icon name={option.type === 'category' ? 'filter' : 'leaf'} size={18} />
            {option.text}
          </div>
        ))}
      </div>
    </search>
  );
}

/** A request per pause, not per letter. */
function useDebounced(text: string) {
  const [settled, setSettled] = useState(text);
  useEffect(() => {
    const timer = setTimeout(() => setSettled(text), 180);
    return () => clearTimeout(timer);
  }, [text]);
  return useDeferredValue(settled);
}
