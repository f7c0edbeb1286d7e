import { useMutation } from '@tanstack/react-query';
import { useTranslation } from 'react-i18next';
import { Link } from 'react-router';
import { api, ok } from '../../api/client';
import { useSite } from '../../api/site';
import type { Answer } from '../../api/types';
import { Button } from '../../design/Button';
import { Notice } from '../../design/feedback';
import { Markdown } from '../../design/Markdown';
import { useFormat } from '../../i18n/format';
import styles from './Ask.module.css';

/** A finished answer: caution first, then the text, what it stands on, and what of it is for sale here. */
export function AnswerBox({ answer }: { answer: Partial<Answer> & { reply: string } }) {
  const { t } = useTranslation();
  const format = useFormat();
  const currency = useSite()?.currency;
  const { citations = [], products = [], safety_notice, message_id, degraded } = answer;
  return (
    <article className={styles.answer} lang={answer.language}>
      {safety_notice && (
        <Notice kind="warning" icon="alert">
          <Markdown text={safety_notice} />
        </Notice>
      )}
      <Markdown text={answer.reply} />
      {degraded && <p className="soft small">{t('ask.degraded')}</p>}
      {citations.length > 0 && (
        <div className={styles.sources}>
          <b>{t('ask.sources')}</b>
          <ol>
            {citations.map(({ id, title, section, source }) => (
              <li key={id + section}>
                <Link to={`/knowledge/${id}`}>{title}</Link>
                {section && `, ${section}`}
                <br />
                <span className="soft">{source}</span>
              </li>
            ))}
          </ol>
        </div>
      )}
      {products.length > 0 && (
        <div>
          <b className="small">{t('ask.products')}</b>
          <div className={styles.goods}>
            {products.map(product => (
              <Link key={product.id} to={`/products/${product.id}`}>
                {product.name} <b>{currency && format.money(product.price, currency)}</b> / {format.unit(product.unit)}
              </Link>
            ))}
          </div>
        </div>
      )}
      {message_id != null && <Feedback message={message_id} />}
    </article>
  );
}

/** The answer while it is written; a screen reader hears what is added. */
export function StreamedText({ text }: { text: string }) {
  const { t } = useTranslation();
  return (
    <div className={styles.answer} role="log" aria-live="polite" aria-busy="true">
      {text ? <Markdown text={text} /> : <span className={styles.dots}>{t('ask.thinking')}</span>}
    </div>
  );
}

function Feedback({ message }: { message: number }) {
  const { t } = useTranslation();
  const send = useMutation({
    mutationFn: (helpful: boolean) =>
      ok(
        api.POST('/api/chatbot/messages/{id}/feedback/', {
          params: { path: { id: message } },
          body: { helpful, comment: '' },
        }),
      ),
  });
  return send.isSuccess ? (
    <p className="soft small" role="status">
      {t('ask.thanks')}
    </p>
  ) : (
    <div className="row small">
      <span className="soft">{t('ask.helpful')}</span>
      <Button kind="quiet" small onClick={() => send.mutate(true)}>
        {t('ask.yes')}
      </Button>
      <Button kind="quiet" small onClick={() => send.mutate(false)}>
        {t('ask.no')}
      </Button>
    </div>
  );
}
