import { NavLink } from 'react-router';
import styles from './Tabs.module.css';

/** The pages of one part of the site, beside each other; on a phone they are pushed sideways. */
export function Tabs({ label, tabs }: { label: string; tabs: { to: string; text: string; end?: boolean }[] }) {
  return (
    <nav className={styles.tabs} aria-label={label}>
      {tabs.map(({ to, text, end }) => (
        <NavLink
          key={to}
          to={to}
          end={end}
          ref={link => {
            if (link?.getAttribute('aria-current')) {
              link.scrollIntoView({ block: 'nearest', inline: 'center' });
            }
          }}
        >
          {text}
        </NavLink>
      ))}
    </nav>
  );
}
