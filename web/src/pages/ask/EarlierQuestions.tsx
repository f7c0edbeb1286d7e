import { useMutation, useQuery, useQueryClient } from '@tanstack/react-query';
import { useTranslation } from 'react-i18next';
import { Link } from 'react-router';
import { questionsQuery } from '../../api/assistant';
import { api, ok } from '../../api/client';
import { IconButton } from '../../design/Button';
import { useFormat } from '../../i18n/format';

export function EarlierQuestions() {
  const { t } = useTranslation();
  const format = useFormat();
  const client = useQueryClient();
  const earlier = useQuery(questionsQuery);
  const remove = useMutation({
    mutationFn: (id: number) => ok(api.DELETE('/api/chatbot/conversations/{id}/', { params: { path: { id } } })),
    onSuccess: () => client.invalidateQueries({ queryKey: questionsQuery.queryKey }),
  });
  return (
    earlier.data &&
    earlier.data.results.length > 0 && (
      <section className="stack" style={{ gap: 'var(--s1)' }} aria-labelledby="earlier">
        <h2 id="earlier">{t('ask.earlier')}</h2>
        <ul className="stack" style={{ gap: 0 }}>
          {earlier.data.results.map(({ id, title, updated_at }) => (
            <li key={id} className="row spread" style={{ flexWrap: 'nowrap' }}>
              <Link to={`/ask/${id}`} dir="auto">
                {title}
              </Link>
              <span className="row" style={{ flexWrap: 'nowrap' }}>
                <span className="soft small">{format.ago(updated_at)}</span>
                <IconButton icon="trash" label={t('ask.delete', { title })} onClick={() => remove.mutate(id)} />
              </span>
            </li>
          ))}
        </ul>
      </section>
    )
  );
}
