import { keepPreviousData, useQuery } from '@tanstack/react-query';
import { useTranslation } from 'react-i18next';
import { Link } from 'react-router';
import { auditQuery } from '../../api/staff';
import type { AuditEntry } from '../../api/types';
import { useFilters } from '../../app/useFilters';
import { Loaded } from '../../design/feedback';
import { Filters, FilterSelect, FilterText } from '../../design/Filters';
import { Pager } from '../../design/Pager';
import { Row, Rows } from '../../design/Rows';
import { useFormat } from '../../i18n/format';
import { NothingFound } from '../work/NothingFound';
import { PersonFilter } from './PersonFilter';
import { StaffPage } from './StaffPage';

const actions = [
  'user.role',
  'user.is_active',
  'user.deleted',
  'product.price',
  'product.stock',
  'product.deleted',
  'order.status',
  'order.item',
  'order.weight',
  'order.paid',
  'review.deleted',
  'report.resolved',
] as const;
const targets = ['user', 'product', 'order', 'review', 'report'] as const;

const nameOf = (action: string) => action.replace('.', '_') as 'user_role';

/** Who changed what, the newest first. */
export function Component() {
  const { t } = useTranslation(['staff', 'work']);
  const filters = useFilters();
  const entries = useQuery({
    ...auditQuery({
      page: filters.page,
      actor: Number(filters.of('actor')) || undefined,
      action: filters.maybe('action'),
      target_type: filters.maybe('target_type'),
      target_id: Number(filters.of('target_id')) || undefined,
    }),
    placeholderData: keepPreviousData,
  });
  return (
    <StaffPage title={t('nav.audit')}>
      <Filters label={t('work:filter.label')}>
        <FilterSelect
          name="action"
          label={t('audit.action')}
          value={filters.of('action')}
          options={actions.map(action => [action, t(`audit.actions.${nameOf(action)}`)])}
          onChange={action => filters.set({ action })}
        />
        <FilterSelect
          name="target_type"
          label={t('audit.target')}
          value={filters.of('target_type')}
          options={targets.map(target => [target, t(`audit.targets.${target}`)])}
          onChange={target_type => filters.set({ target_type })}
        />
        <FilterText
          name="target_id"
          label={t('audit.id')}
          inputMode="numeric"
          value={filters.of('target_id')}
          onChange={target_id => filters.set({ target_id })}
        />
        <PersonFilter label={t('audit.actor')} value={filters.of('actor')} onChange={actor => filters.set({ actor })} />
      </Filters>
      <Loaded query={entries}>
        {({ results, count }) =>
          results.length === 0 ? (
            <NothingFound filters={filters} icon="clock" none={t('audit.none')} />
          ) : (
            <>
              <Rows label={t('nav.audit')}>
                {results.map(entry => (
                  <Entry key={entry.id} entry={entry} />
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

function Entry({ entry }: { entry: AuditEntry }) {
  const { t } = useTranslation('staff');
  const format = useFormat();
  const known = (actions as readonly string[]).includes(entry.action);
  const place = placeOf(entry);
  const target = `${
    (targets as readonly string[]).includes(entry.target_type)
      ? t(`audit.targets.${entry.target_type as (typeof targets)[number]}`)
      : entry.target_type
  } ${entry.target_id}`;
  return (
    <Row
      title={known ? t(`audit.actions.${nameOf(entry.action)}`) : entry.action}
      badges={place ? <Link to={place}>{target}</Link> : <span className="soft">{target}</span>}
      details={
        <>
          <span>{format.dateTime(entry.at)}</span>
          <bdi>{entry.actor?.name ?? t('audit.system')}</bdi>
        </>
      }
    >
      {changesOf(entry).map(([field, before, after]) => (
        <p key={field} className="small" dir="ltr" style={{ overflowWrap: 'anywhere' }}>
          <span className="soft">{field}:</span> {before} → <b>{after}</b>
        </p>
      ))}
    </Row>
  );
}

function placeOf({ target_type, target_id }: AuditEntry) {
  switch (target_type) {
    case 'order':
      return `/staff/orders/${target_id}`;
    case 'product':
      return `/farm/listings/${target_id}`;
    default:
      return null;
  }
}

/** Fields with what they were and what they became, as text. */
function changesOf({ changes }: AuditEntry): [string, string, string][] {
  return Object.entries((changes ?? {}) as Record<string, unknown>)
    .filter((entry): entry is [string, [unknown, unknown]] => Array.isArray(entry[1]))
    .map(([field, [before, after]]) => [field, textOf(before), textOf(after)]);
}

const textOf = (value: unknown) =>
  value === null || value === '' ? '–' : typeof value === 'object' ? JSON.stringify(value) : String(value);
