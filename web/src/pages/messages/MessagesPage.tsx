import { useInfiniteQuery } from '@tanstack/react-query';
import { useEffect } from 'react';
import { useTranslation } from 'react-i18next';
import { useParams } from 'react-router';
import { useMe } from '../../api/account';
import { conversationsQuery } from '../../api/chat';
import { Button, ButtonLink } from '../../design/Button';
import { Empty, Loaded } from '../../design/feedback';
import { watchPresence } from '../../live/live';
import { ConversationRow } from './ConversationRow';
import styles from './Messages.module.css';
import { Thread } from './Thread';

/** The conversations, and one of them: side by side where there is room. */
export function Component() {
  const { t } = useTranslation();
  const open = Number(useParams().id) || undefined;
  const me = useMe();
  const conversations = useInfiniteQuery(conversationsQuery);
  const list = conversations.data?.pages.flatMap(page => page.results) ?? [];
  const others = list.flatMap(({ participants }) => participants.map(({ id }) => id)).filter(id => id !== me?.id);
  const people = [...new Set(others)].sort((a, b) => a - b).join();
  useEffect(() => {
    if (people) {
      watchPresence(people.split(',').map(Number));
    }
  }, [people]);
  useEffect(() => {
    document.title = t('nav.messages');
  }, [t]);
  return (
    <div className={styles.layout} data-open={open} data-fills="screen">
      <nav className={styles.list} aria-label={t('nav.messages')}>
        {open ? <h2 className="visually-hidden">{t('nav.messages')}</h2> : <h1>{t('nav.messages')}</h1>}
        <Loaded query={conversations}>
          {() =>
            list.length === 0 ? (
              <Empty icon="chat" title={t('messages.none')}>
                <p className="soft">{t('messages.noneText')}</p>
                <ButtonLink to="/products">{t('notFound.action')}</ButtonLink>
              </Empty>
            ) : (
              list.map(conversation => <ConversationRow key={conversation.id} conversation={conversation} />)
            )
          }
        </Loaded>
        {conversations.hasNextPage && (
          <Button
            kind="quiet"
            wide
            busy={conversations.isFetchingNextPage}
            onClick={() => void conversations.fetchNextPage()}
          >
            {t('action.more')}
          </Button>
        )}
      </nav>
      {open ? (
        <Thread key={open} id={open} />
      ) : (
        <div className={styles.thread}>
          <Empty icon="chat" title={t('messages.choose')} />
        </div>
      )}
    </div>
  );
}
