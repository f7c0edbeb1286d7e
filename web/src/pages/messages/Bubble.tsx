import { useTranslation } from 'react-i18next';
import type { Message } from '../../api/types';
import { Icon } from '../../design/Icon';
import { useFormat } from '../../i18n/format';
import styles from './Messages.module.css';

type Props = {
  message: Pick<Message, 'text' | 'images' | 'created_at'>;
  mine: boolean;
  /** The other one has read it. */
  read?: boolean;
  /** No acknowledgement has come yet. */
  waiting?: boolean;
  newDay?: boolean;
};

export function Bubble({ message, mine, read, waiting, newDay }: Props) {
  const { t } = useTranslation();
  const format = useFormat();
  const state = waiting ? 'waiting' : read ? 'read' : 'sent';
  return (
    <>
      {newDay && <span className={styles.day}>{format.date(message.created_at)}</span>}
      <div className={styles.bubble} data-mine={mine || undefined}>
        {message.images.length > 0 && (
          <div className={styles.pictures}>
            {message.images.map(image => (
              <a
                key={image.id}
                href={image.image_url}
                target="_blank"
                rel="noreferrer"
                aria-label={t('messages.picture')}
              >
                <img src={image.thumbnail_url} alt="" width={image.width} height={image.height} loading="lazy" />
              </a>
            ))}
          </div>
        )}
        {message.text && <p dir="auto">{message.text}</p>}
        <span className={styles.meta}>
          <time dateTime={message.created_at}>{format.time(message.created_at)}</time>
          {mine && (
            <>
              <Icon name={waiting ? 'clock' : read ? 'checks' : 'check'} size={16} />
              <span className="visually-hidden">{t(`messages.${state}`)}</span>
            </>
          )}
        </span>
      </div>
    </>
  );
}
