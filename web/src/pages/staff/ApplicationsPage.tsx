import { keepPreviousData, useMutation, useQuery, useQueryClient } from '@tanstack/react-query';
import { useTranslation } from 'react-i18next';
import { api, ok } from '../../api/client';
import { applicationsQuery } from '../../api/staff';
import type { FarmerApplication } from '../../api/types';
import { useFilters } from '../../app/useFilters';
import { Button } from '../../design/Button';
import { Badge, Empty, Loaded } from '../../design/feedback';
import { Filters, FilterSelect } from '../../design/Filters';
import { Pager } from '../../design/Pager';
import { Row, Rows } from '../../design/Rows';
import { say } from '../../design/toasts';
import { useErrorText } from '../../i18n/errors';
import { useFormat } from '../../i18n/format';
import { TalkButton } from '../work/TalkButton';
import { StaffPage } from './StaffPage';

/** Who asks to sell here. */
export function Component() {
  const { t } = useTranslation(['staff', 'work']);
  const filters = useFilters();
  const applications = useQuery({
    ...applicationsQuery({ page: filters.page, status: filters.maybe('status') }),
    placeholderData: keepPreviousData,
  });
  return (
    <StaffPage title={t('nav.applications')}>
      <Filters label={t('work:filter.label')}>
        <FilterSelect
          name="status"
          label={t('work:filter.status')}
          value={filters.of('status')}
          options={(['pending', 'approved', 'rejected'] as const).map(status => [status, t(`applications.${status}`)])}
          onChange={status => filters.set({ status })}
        />
      </Filters>
      <Loaded query={applications}>
        {({ results, count }) =>
          results.length === 0 ? (
            <Empty icon="sprout" title={t('applications.none')} />
          ) : (
            <>
              <Rows label={t('nav.applications')}>
                {results.map(application => (
                  <ApplicationRow key={application.id} application={application} />
                ))}
              </Rows>
              <Pager count={count} />
            </>
          )
        }
      </Loaded>
    </StaffPage>
  );
}

function ApplicationRow({ application }: { application: FarmerApplication }) {
  const { t } = useTranslation('staff');
  const format = useFormat();
  const textOf = useErrorText();
  const queries = useQueryClient();
  const params = { path: { id: application.id } };
  const decide = useMutation({
    mutationFn: (approve: boolean) =>
      ok(
        approve
          ? api.POST('/api/admin/farmer-applications/{id}/approve/', { params })
          : api.POST('/api/admin/farmer-applications/{id}/reject/', { params }),
      ),
    onSuccess: ({ status, user }) => {
      say(t(status === 'approved' ? 'applications.didApprove' : 'applications.didReject', { name: user.name }));
      return queries.invalidateQueries({ queryKey: ['staff'] });
    },
    onError: error => say(textOf(error), { kind: 'failed' }),
  });
  const { status } = application;
  return (
    <Row
      title={<bdi>{application.farm_name || application.user.name}</bdi>}
      badges={
        <Badge kind={status === 'approved' ? 'good' : status === 'rejected' ? 'bad' : 'warning'}>
          {t(`applications.${status}` as 'applications.pending')}
        </Badge>
      }
      details={
        <>
          <bdi>{application.user.name}</bdi>
          <span dir="ltr">{application.user.email}</span>
          <span>{format.dateTime(application.created_at)}</span>
          {application.decided_at && (
            <span>{t('applications.decided', { date: format.date(application.decided_at) })}</span>
          )}
        </>
      }
    >
      {application.message && <p dir="auto">{application.message}</p>}
      <div className="row">
        {status === 'pending' && (
          <>
            <Button small icon="check" busy={decide.isPending} onClick={() => decide.mutate(true)}>
              {t('applications.approve')}
            </Button>
            <Button small kind="danger" busy={decide.isPending} onClick={() => decide.mutate(false)}>
              {t('applications.reject')}
            </Button>
          </>
        )}
        <TalkButton user={application.user.id} />
      </div>
    </Row>
  );
}
