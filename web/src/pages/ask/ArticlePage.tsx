import { useQuery } from '@tanstack/react-query';
import { useTranslation } from 'react-i18next';
import { Link, useParams } from 'react-router';
import { articleQuery } from '../../api/assistant';
import { Page } from '../../app/Page';
import { Loaded, Notice } from '../../design/feedback';
import { Markdown } from '../../design/Markdown';
import { useFormat } from '../../i18n/format';

/** An article that an answer stands on. Title and summary are translated, its sections are in English. */
export function Component() {
  const { t, i18n } = useTranslation();
  const format = useFormat();
  const article = useQuery(articleQuery(useParams().id ?? ''));
  const translated = article.data?.translations[i18n.language];
  return (
    <Page title={translated?.title ?? article.data?.title ?? t('state.loading')} hideHeading={!article.data} narrow>
      <Loaded query={article}>
        {({ summary, safety, sections, sources, see_also, last_reviewed }) => (
          <article className="stack">
            <p>{translated?.summary ?? summary}</p>
            {safety !== 'none' && (
              <Notice kind="warning" icon="alert">
                {t(`article.safety.${safety as 'food'}`)}
              </Notice>
            )}
            <div className="stack" lang="en" dir="ltr">
              {sections.map(section => (
                <section key={section.heading} className="stack" style={{ gap: 'var(--s2)' }}>
                  <h2>{section.heading}</h2>
                  <Markdown text={section.text} />
                </section>
              ))}
            </div>
            <section className="small">
              <h2>{t('ask.sources')}</h2>
              <ul>
                {sources.map(source => (
                  <li key={source.title}>
                    {source.name}: {source.title} {source.year}
                  </li>
                ))}
              </ul>
              <p className="soft">{t('article.reviewed', { date: format.date(last_reviewed) })}</p>
            </section>
            {see_also.length > 0 && (
              <p className="row">
                {t('article.more')}
                {see_also.map(id => (
                  <Link key={id} to={`/knowledge/${id}`}>
                    {id.replaceAll('-', ' ')}
                  </Link>
                ))}
              </p>
            )}
          </article>
        )}
      </Loaded>
    </Page>
  );
}
