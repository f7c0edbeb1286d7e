import { useTranslation } from 'react-i18next';
import { NavLink } from 'react-router';
import { useMe } from '../../api/account';
import type { Conversation } from '../../api/types';
import { Avatar } from '../../design/Avatar';
import { useFormat } from '../../i18n/format';
import { usePresence, useTyping } from '../../live/presence';
import styles from './Messages.module.css';

export function ConversationRow({ conversation }: { conversation: Conversation }) {
  const { t } = useTranslation();
  const format = useFormat();
  const me = useMe();
  const other = conversation.participants.find(({ id }) => id !== me?.id);
  const presence = usePresence(other?.id) ?? other;
  const typing = useTyping(conversation.id, other?.id);
  const last = conversation.last_message;
  const name = other?.name ?? '';
  return (
    <NavLink to={`/messages/${conversation.id}`} className={styles.row}>
      <span className={styles.face} data-online={presence?.online || undefined}>
        <Avatar name={name} url={other?.picture_url} />
      </span>
      <span className={styles.words}>
        <b>{name}</b>
        {presence?.online && <span className="visually-hidden">, {t('messages.online')}</span>}
        <p className="soft small">
          {typing
            ? t('messages.typing', { name })
            : last
              ? last.text || t('messages.picture')
              : conversation.product?.name}
        </p>
      </span>
      <span className="stack" style={{ gap: 'var(--s1)' }}>
        <span className="soft small">{last && format.ago(last.created_at)}</span>
        {conversation.unread_count > 0 && (
          <span className={styles.unread}>
            {format.number(conversation.unread_count)}
            <span className="visually-hidden"> {t('messages.unread')}</span>
          </span>
        )}
      </span>
    </NavLink>
  );
}
