import { keepPreviousData, useMutation, useQuery, useQueryClient } from '@tanstack/react-query';
import { useState } from 'react';
import { useTranslation } from 'react-i18next';
import { api, ok } from '../../api/client';
import { usersQuery } from '../../api/staff';
import type { ManagedUser } from '../../api/types';
import { useFilters } from '../../app/useFilters';
import { Button, ButtonLink } from '../../design/Button';
import { Badge, Loaded } from '../../design/feedback';
import { Filters, FilterSelect, FilterText } from '../../design/Filters';
import { Select } from '../../design/Form';
import { Pager } from '../../design/Pager';
import { Row, Rows } from '../../design/Rows';
import { say } from '../../design/toasts';
import { useErrorText } from '../../i18n/errors';
import { useFormat } from '../../i18n/format';
import { Confirm } from '../work/Confirm';
import { NothingFound } from '../work/NothingFound';
import { StaffPage } from './StaffPage';

export const roles = ['buyer', 'farmer', 'staff'] as const;

/** Everybody who has an account: what they may do, and whether they may come in. */
export function Component() {
  const { t } = useTranslation(['staff', 'work', 'common']);
  const filters = useFilters();
  const active = filters.of('is_active');
  const users = useQuery({
    ...usersQuery({
      page: filters.page,
      search: filters.maybe('search'),
      role: filters.maybe('role'),
      is_active: active ? active === 'true' : undefined,
    }),
    placeholderData: keepPreviousData,
  });
  return (
    <StaffPage title={t('nav.users')}>
      <Filters label={t('work:filter.label')}>
        <FilterText
          name="search"
          label={t('users.search')}
          value={filters.of('search')}
          onChange={search => filters.set({ search })}
        />
        <FilterSelect
          name="role"
          label={t('users.role')}
          value={filters.of('role')}
          options={roles.map(role => [role, t(`users.${role}`)])}
          onChange={role => filters.set({ role })}
        />
        <FilterSelect
          name="is_active"
          label={t('users.state')}
          value={active}
          options={[
            ['true', t('users.active')],
            ['false', t('users.inactive')],
          ]}
          onChange={is_active => filters.set({ is_active })}
        />
      </Filters>
      <Loaded query={users}>
        {({ results, count }) =>
          results.length === 0 ? (
            <NothingFound filters={filters} icon="person" none={t('work:filter.none')} />
          ) : (
            <>
              <p className="soft small" role="status">
                {t('users.count', { count })}
              </p>
              <Rows label={t('nav.users')}>
                {results.map(user => (
                  <UserRow key={user.id} user={user} />
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

function UserRow({ user }: { user: ManagedUser }) {
  const { t } = useTranslation('staff');
  const format = useFormat();
  const [editing, setEditing] = useState(false);
  return (
    <Row
      title={<bdi>{user.name}</bdi>}
      badges={
        <>
          {user.role !== 'buyer' && (
            <Badge kind={user.role === 'staff' ? 'warning' : 'good'}>{t(`users.${user.role}` as 'users.buyer')}</Badge>
          )}
          {!user.is_active && <Badge kind="bad">{t('users.inactive')}</Badge>}
        </>
      }
      details={
        <>
          <span dir="ltr">{user.email}</span>
          <span>{t('users.since', { date: format.date(user.date_joined) })}</span>
          <span>{user.last_login ? t('users.seen', { ago: format.ago(user.last_login) }) : t('users.never')}</span>
        </>
      }
      end={
        <Button
          kind="secondary"
          small
          aria-haspopup="dialog"
          onClick={() => setEditing(true)}
          aria-label={t('users.change', { name: user.name })}
        >
          {t('users.edit')}
        </Button>
      }
    >
      {editing && <UserDialog user={user} onClose={() => setEditing(false)} />}
    </Row>
  );
}

function UserDialog({ user, onClose }: { user: ManagedUser; onClose: () => void }) {
  const { t } = useTranslation(['staff', 'common']);
  const textOf = useErrorText();
  const queries = useQueryClient();
  const change = (body: { role?: string; is_active?: boolean }) =>
    ok(api.PATCH('/api/admin/users/{id}/', { params: { path: { id: user.id } }, body })).then(() =>
      queries.invalidateQueries({ queryKey: ['staff'] }),
    );
  const activate = useMutation({
    mutationFn: () => change({ is_active: !user.is_active }),
    onSuccess: () => {
      say(t(user.is_active ? 'users.deactivated' : 'users.activated', { name: user.name }));
      onClose();
    },
    onError: error => say(textOf(error), { kind: 'failed' }),
  });
  return (
    <Confirm
      title={user.name}
      action={t('common:action.save')}
      onClose={onClose}
      onConfirm={async values => {
        await change({ role: values.text('role') });
        say(t('users.saved', { name: user.name }));
      }}
    >
      <Select name="role" label={t('users.role')} hint={t('users.roleHint')} defaultValue={user.role}>
        {roles.map(role => (
          <option key={role} value={role}>
            {t(`users.${role}`)}
          </option>
        ))}
      </Select>
      <div className="row" style={{ gap: 0 }}>
        <ButtonLink kind="quiet" small to={`/staff/orders?user=${user.id}`}>
          {t('users.orders')}
        </ButtonLink>
        {user.role !== 'buyer' && (
          <ButtonLink kind="quiet" small to={`/staff/orders?seller=${user.id}`}>
            {t('users.sales')}
          </ButtonLink>
        )}
        <ButtonLink kind="quiet" small to={`/staff/audit?actor=${user.id}`}>
          {t('users.did')}
        </ButtonLink>
      </div>
      <div>
        <p className="small soft">{t(user.is_active ? 'users.deactivateHint' : 'users.activateHint')}</p>
        <Button
          kind={user.is_active ? 'danger' : 'secondary'}
          small
          busy={activate.isPending}
          onClick={() => activate.mutate()}
        >
          {t(user.is_active ? 'users.deactivate' : 'users.activate')}
        </Button>
      </div>
    </Confirm>
  );
}
