import { useQuery, useQueryClient } from '@tanstack/react-query';
import { useEffect, useRef, useState } from 'react';
import { useTranslation } from 'react-i18next';
import { useNavigate, useParams } from 'react-router';
import { ask, questionQuery, questionsQuery } from '../../api/assistant';
import { useSignedIn } from '../../api/session';
import type { Answer } from '../../api/types';
import { Button, ButtonLink } from '../../design/Button';
import { Failure, Loaded, SkeletonList } from '../../design/feedback';
import { AnswerBox, StreamedText } from './AnswerBox';
import styles from './Ask.module.css';
import { AskBox } from './AskBox';
import { EarlierQuestions } from './EarlierQuestions';

type Turn = { question: string; picture?: string; answer?: Partial<Answer> & { reply: string } };

/** A conversation with the assistant; strangers may ask too, but nothing of theirs is kept. */
export function Component() {
  const id = Number(useParams().id) || null;
  const signedIn = useSignedIn();
  const earlier = useQuery({ ...questionQuery(id ?? 0), enabled: id !== null && signedIn });
  return id === null || !signedIn ? (
    <Conversation key="new" id={null} before={[]} />
  ) : (
    <Loaded query={earlier} skeleton={<SkeletonList />}>
      {({ messages }) => (
        <Conversation
          key={id}
          id={id}
          before={messages.map(message =>
            message.role === 'user'
              ? { question: message.text }
              : { question: '', answer: { reply: message.text, message_id: message.id, ...message.answer } },
          )}
        />
      )}
    </Loaded>
  );
}

function Conversation({ id, before }: { id: number | null; before: Turn[] }) {
  const { t } = useTranslation();
  const client = useQueryClient();
  const navigate = useNavigate();
  const signedIn = useSignedIn();
  const [turns, setTurns] = useState(before);
  const [streamed, setStreamed] = useState<string | null>(null);
  const [failure, setFailure] = useState<{ error: unknown; retry: () => void } | null>(null);
  const conversation = useRef(id);
  const running = useRef<AbortController | null>(null);
  const end = useRef<HTMLDivElement>(null);
  useEffect(() => {
    document.title = t('ask.title');
    return () => running.current?.abort();
  }, [t]);

  async function send(message: string, image?: File, again = false) {
    if (!again) {
      setTurns(all => [...all, { question: message, picture: image && URL.createObjectURL(image) }]);
    }

    setFailure(null);
    setStreamed('');
    requestAnimationFrame(() => end.current?.scrollIntoView({ block: 'end' }));
    running.current = new AbortController();
    try {
      const answer = await ask(
        { message, image, conversation: conversation.current },
        setStreamed,
        running.current.signal,
      );
      setTurns(all => [...all, { question: '', answer }]);
      conversation.current = answer.conversation_id;
      void client.invalidateQueries({ queryKey: questionsQuery.queryKey });
      if (answer.conversation_id !== null) {
        client.removeQueries({ queryKey: questionQuery(answer.conversation_id).queryKey });
      }
    } catch (error) {
      if (!running.current.signal.aborted) {
        setFailure({ error, retry: () => void send(message, image, true) });
      }
    } finally {
      setStreamed(null);
    }
  }

  return (
    <div className={styles.page} data-fills="page">
      <div className="row spread">
        <h1>{t('ask.title')}</h1>
        {turns.length > 0 && (
          <Button
            kind="quiet"
            small
            icon="plus"
            onClick={() => (id === null ? window.location.assign('/ask') : void navigate('/ask'))}
          >
            {t('ask.new')}
          </Button>
        )}
      </div>
      <div className={styles.turns}>
        {turns.length === 0 && (
          <>
            <p className="soft">{t('ask.text')}</p>
            <div className={styles.starters}>
              {(['pest', 'soil', 'store', 'season'] as const).map(topic => (
                <button key={topic} type="button" onClick={() => void send(t(`ask.starter.${topic}`))}>
                  {t(`ask.starter.${topic}`)}
                </button>
              ))}
            </div>
            {signedIn ? <EarlierQuestions /> : <p className="soft small">{t('ask.stranger')}</p>}
          </>
        )}
        {turns.map((turn, index) =>
          turn.answer ? (
            <AnswerBox key={index} answer={turn.answer} />
          ) : (
            <div key={index} className={styles.question} dir="auto">
              {turn.picture && <img src={turn.picture} alt={t('messages.picture')} width={160} />}
              {turn.question}
            </div>
          ),
        )}
        {streamed !== null && <StreamedText text={streamed} />}
        {failure && <Failure {...failure} />}
        <div ref={end} />
      </div>
      <AskBox busy={streamed !== null} onAsk={(message, image) => void send(message, image)} />
      {!signedIn && turns.length > 0 && (
        <ButtonLink to="/login?next=/ask" kind="quiet" small>
          {t('ask.logIn')}
        </ButtonLink>
      )}
    </div>
  );
}
