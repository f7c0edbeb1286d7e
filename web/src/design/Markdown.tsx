import { Fragment, type ReactNode } from 'react';
import styles from './Markdown.module.css';

/** The little Markdown that the assistant and its articles are written in: paragraphs, bullets, headings, bold. */
export function Markdown({ text }: { text: string }) {
  const blocks: ReactNode[] = [];
  let bullets: ReactNode[] = [];
  const close = () => {
    if (bullets.length > 0) {
      blocks.push(<ul key={blocks.length}>{bullets}</ul>);
      bullets = [];
    }
  };
  for (const line of text.split('\n')) {
    const bullet = /^\s*(?:[-*•]|\d+[.)])\s+(.*)$/.exec(line)?.[1];
    const heading = /^#{1,4}\s+(.*)$/.exec(line)?.[1];
    if (bullet !== undefined) {
      bullets.push(<li key={bullets.length}>{inline(bullet)}</li>);
      continue;
    }

    close();
    if (heading !== undefined || line.trim()) {
      blocks.push(<p key={blocks.length}>{heading === undefined ? inline(line) : <b>{heading}</b>}</p>);
    }
  }

  close();
  return (
    <div className={styles.text} dir="auto">
      {blocks}
    </div>
  );
}

const inline = (line: string) =>
  line
    .split(/\*\*(.+?)\*\*/)
    .map((part, index) => <Fragment key={index}>{index % 2 === 1 ? <b>{part}</b> : part}</Fragment>);
