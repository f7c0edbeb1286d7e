import { keepPreviousData, useQuery, useQueryClient } from '@tanstack/react-query';
import { useState } from 'react';
import { useTranslation } from 'react-i18next';
import { Link } from 'react-router';
import { api, ok } from '../../api/client';
import { reportsQuery } from '../../api/staff';
import type { ManagedReport } from '../../api/types';
import { useFilters } from '../../app/useFilters';
import { Button } from '../../design/Button';
import { Badge, Empty, Loaded } from '../../design/feedback';
import { Filters, FilterSelect } from '../../design/Filters';
import { TextArea } from '../../design/Form';
import { Pager } from '../../design/Pager';
import { useFormat } from '../../i18n/format';
import { Confirm } from '../work/Confirm';
import { TalkButton } from '../work/TalkButton';
import styles from './ReportsPage.module.css';
import { StaffPage } from './StaffPage';

/** Messages of chats that somebody reported. */
export function Component() {
  const { t } = useTranslation(['staff', 'work']);
  const filters = useFilters();
  const reports = useQuery({
    ...reportsQuery({ page: filters.page, status: filters.maybe('status') }),
    placeholderData: keepPreviousData,
  });
  return (
    <StaffPage title={t('nav.reports')}>
      <Filters label={t('work:filter.label')}>
        <FilterSelect
          name="status"
          label={t('work:filter.status')}
          value={filters.of('status')}
          options={[
            ['pending', t('reports.pending')],
            ['resolved', t('reports.resolved')],
          ]}
          onChange={status => filters.set({ status })}
        />
      </Filters>
      <Loaded query={reports}>
        {({ results, count }) =>
          results.length === 0 ? (
            <Empty icon="shield" title={t('reports.none')} />
          ) : (
            <>
              <ul className={styles.reports} aria-label={t('nav.reports')}>
                {results.map(report => (
                  <Report key={report.id} report={report} />
                ))}
              </ul>
              <Pager count={count} />
            </>
          )
        }
      </Loaded>
    </StaffPage>
  );
}

function Report({ report }: { report: ManagedReport }) {
  const { t } = useTranslation(['staff', 'common']);
  const format = useFormat();
  const queries = useQueryClient();
  const [resolving, setResolving] = useState(false);
  const open = report.status === 'pending';
  return (
    <li className="panel stack">
      <div className="row">
        <Badge kind={open ? 'warning' : 'good'}>{t(open ? 'reports.pending' : 'reports.resolved')}</Badge>
        <span className="small soft">{format.dateTime(report.created_at)}</span>
      </div>
      <p>
        <b>{t('reports.reason')}:</b> <span dir="auto">{report.reason}</span>
      </p>
      <figure className={styles.message}>
        <figcaption className="small soft">
          {t('reports.by', { sender: report.sender.name, reporter: report.reporter.name })} ·{' '}
          {format.dateTime(report.message.created_at)}
        </figcaption>
        {report.message.text && <blockquote dir="auto">{report.message.text}</blockquote>}
        <div className="row">
          {report.message.images.map(image => (
            <a key={image.id} href={image.image_url} target="_blank" rel="noreferrer">
              <img src={image.thumbnail_url} alt={t('reports.picture')} width={120} loading="lazy" />
            </a>
          ))}
        </div>
      </figure>
      {report.note && (
        <p className="small">
          <b>{t('reports.note')}:</b> <span dir="auto">{report.note}</span>
        </p>
      )}
      <div className="row">
        {open && (
          <Button small icon="check" aria-haspopup="dialog" onClick={() => setResolving(true)}>
            {t('reports.resolve')}
          </Button>
        )}
        <TalkButton user={report.sender.id} />
        <Link to={`/staff/users?search=${encodeURIComponent(report.sender.name)}`}>{t('reports.account')}</Link>
      </div>
      {resolving && (
        <Confirm
          title={t('reports.resolve')}
          action={t('reports.resolve')}
          onClose={() => setResolving(false)}
          onConfirm={async values => {
            await ok(
              api.POST('/api/admin/reports/{id}/resolve/', {
                params: { path: { id: report.id } },
                body: { note: values.text('note') },
              }),
            );
            await queries.invalidateQueries({ queryKey: ['staff'] });
          }}
        >
          <TextArea name="note" label={t('reports.note')} hint={t('reports.noteHint')} optional />
        </Confirm>
      )}
    </li>
  );
}
