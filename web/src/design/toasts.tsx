import { useSyncExternalStore } from 'react';
import { Link } from 'react-router';
import { Icon } from './Icon';
import styles from './toasts.module.css';

type Toast = { id: number; text: string; kind: 'done' | 'failed'; link?: { to: string; text: string } };

let toasts: readonly Toast[] = [];
let next = 0;
const listeners = new Set<() => void>();

/** Says something in passing, aloud to screen readers too; it goes by itself. */
export function say(text: string, { kind = 'done', link }: Partial<Pick<Toast, 'kind' | 'link'>> = {}) {
  const id = next++;
  change([...toasts.slice(-2), { id, text, kind, link }]);
  setTimeout(() => change(toasts.filter(toast => toast.id !== id)), link || kind === 'failed' ? 8000 : 5000);
}

function change(to: readonly Toast[]) {
  toasts = to;
  listeners.forEach(listener => listener());
}

function subscribe(listener: () => void) {
  listeners.add(listener);
  return () => void listeners.delete(listener);
}

export function Toasts() {
  const shown = useSyncExternalStore(
    subscribe,
    () => toasts,
    () => toasts,
  );
  return (
    <div className={styles.toasts} role="status" aria-live="polite">
      {shown.map(toast => (
        <div key={toast.id} className={styles.toast}>
          <Icon name={toast.kind === 'done' ? 'check' : 'alert'} size={20} />
          <span>{toast.text}</span>
          {toast.link && <Link to={toast.link.to}>{toast.link.text}</Link>}
        </div>
      ))}
    </div>
  );
}
