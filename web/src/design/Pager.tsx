import { useTranslation } from 'react-i18next';
import { useLocation, useSearchParams } from 'react-router';
import { useFormat } from '../i18n/format';
import { ButtonLink } from './Button';

/** Goes through the pages of a list by links: the page is in the address as `page`. Nothing when there is one page alone. */
export function Pager({ count, size = 20 }: { count: number; size?: number }) {
  const { t } = useTranslation('work');
  const format = useFormat();
  const { pathname } = useLocation();
  const [params] = useSearchParams();
  const page = Math.max(1, Number(params.get('page')) || 1);
  const last = Math.max(1, Math.ceil(count / size));
  const at = (to: number) => {
    const next = new URLSearchParams(params);
    next.set('page', String(to));
    return `${pathname}?${next}`;
  };

  return last === 1 ? null : (
    <nav className="row spread" aria-label={t('pager.label')}>
      {page > 1 ? (
        <ButtonLink kind="secondary" small icon="back" to={at(page - 1)}>
          {t('pager.previous')}
        </ButtonLink>
      ) : (
        <span />
      )}
      <span className="soft small" aria-current="page">
        {t('pager.page', { page: format.number(page), last: format.number(last) })}
      </span>
      {page < last ? (
        <ButtonLink kind="secondary" small to={at(page + 1)}>
          {t('pager.next')}
        </ButtonLink>
      ) : (
        <span />
      )}
    </nav>
  );
}
