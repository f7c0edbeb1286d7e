import { useQuery, useQueryClient } from '@tanstack/react-query';
import { useEffect, useState } from 'react';
import { useTranslation } from 'react-i18next';
import { Link } from 'react-router';
import { useMe } from '../../api/account';
import { conversationQuery, messagesQuery, readMessages } from '../../api/chat';
import { Avatar } from '../../design/Avatar';
import { Button, ButtonLink } from '../../design/Button';
import { Loaded } from '../../design/feedback';
import { useFormat } from '../../i18n/format';
import { markRead } from '../../live/live';
import { usePresence, useTyping } from '../../live/presence';
import { useUnsentMessages } from '../../offline/messageQueue';
import { Bubble } from './Bubble';
import { Composer } from './Composer';
import styles from './Messages.module.css';
import { ThreadMenu } from './ThreadMenu';

export function Thread({ id }: { id: number }) {
  const { t } = useTranslation();
  const format = useFormat();
  const client = useQueryClient();
  const me = useMe();
  const conversation = useQuery(conversationQuery(id));
  const messages = useQuery(messagesQuery(id));
  const unsent = useUnsentMessages().filter(message => message.conversation === id);
  const [reading, setReading] = useState(false);
  const other = conversation.data?.participants.find(person => person.id !== me?.id);
  const presence = usePresence(other?.id) ?? other;
  const typing = useTyping(id, other?.id);
  const last = messages.data?.results.at(-1)?.seq ?? 0;
  const readByMe = me && conversation.data ? (conversation.data.read_up_to[me.id] ?? 0) : last;
  const readByOther = (other && conversation.data?.read_up_to[other.id]) ?? 0;

  useEffect(() => {
    const read = () => {
      if (last > readByMe && document.visibilityState === 'visible') {
        markRead(id, last);
      }
    };
    read();
    document.addEventListener('visibilitychange', read);
    return () => document.removeEventListener('visibilitychange', read);
  }, [id, last, readByMe]);

  async function earlier() {
    setReading(true);
    try {
      const page = await readMessages(id, { before: messages.data!.results[0]!.seq });
      client.setQueryData(
        messagesQuery(id).queryKey,
        kept => kept && { results: [...page.results, ...kept.results], has_more: page.has_more },
      );
    } finally {
      setReading(false);
    }
  }

  const seen = presence?.online
    ? t('messages.online')
    : presence?.last_seen && t('messages.seen', { ago: format.ago(presence.last_seen) });
  return (
    <section className={styles.thread} aria-label={other?.name}>
      <header className={styles.head}>
        <span className={styles.back}>
          <ButtonLink to="/messages" kind="quiet" icon="back" aria-label={t('action.back')} />
        </span>
        {other && (
          <>
            <span className={styles.face} data-online={presence?.online || undefined}>
              <Avatar name={other.name} url={other.picture_url} size={40} />
            </span>
            <div>
              <h1>{other.name}</h1>
              <p className="soft small">
                {seen}
                {conversation.data?.product && (
                  <>
                    {seen && ' · '}
                    <Link to={`/products/${conversation.data.product.id}`}>{conversation.data.product.name}</Link>
                  </>
                )}
              </p>
            </div>
            <ThreadMenu other={other} />
          </>
        )}
      </header>
      <div className={styles.scroll}>
        <Loaded query={messages}>
          {({ results, has_more }) => (
            <div className={styles.log} role="log" aria-live="polite">
              {has_more && (
                <Button kind="quiet" small busy={reading} onClick={() => void earlier()}>
                  {t('messages.earlier')}
                </Button>
              )}
              {results.map((message, index) => (
                <Bubble
                  key={message.id}
                  message={message}
                  mine={message.sender === me?.id}
                  read={message.seq <= readByOther}
                  newDay={dayOf(message.created_at) !== dayOf(results[index - 1]?.created_at)}
                />
              ))}
              {unsent.map(message => (
                <Bubble
                  key={message.client_id}
                  mine
                  waiting
                  message={{ ...message, created_at: message.at, images: [] }}
                />
              ))}
            </div>
          )}
        </Loaded>
      </div>
      <p className={styles.typing} aria-live="polite">
        {typing && other && t('messages.typing', { name: other.name })}
      </p>
      <Composer conversation={id} />
    </section>
  );
}

const dayOf = (iso: string | undefined) => (iso ? new Date(iso).toDateString() : '');
