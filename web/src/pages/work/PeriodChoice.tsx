import { useTranslation } from 'react-i18next';
import { FilterDays, Filters } from '../../design/Filters';
import { Select } from '../../design/Form';
import type { usePeriod } from './usePeriod';
import { zone } from './days';

const zones = [...new Set([zone, 'UTC', ...Intl.supportedValuesOf('timeZone')])];

/** Which days a summary is of, and whose days they are. */
export function PeriodChoice({ choice, period, set }: ReturnType<typeof usePeriod>) {
  const { t } = useTranslation('work');
  return (
    <Filters label={t('period.label')} folds={false}>
      <Select
        name="period"
        label={t('period.label')}
        value={choice}
        onChange={event => set({ period: event.target.value, from: '', to: '' })}
      >
        {(['week', 'month', 'quarter', 'year', 'own'] as const).map(name => (
          <option key={name} value={name}>
            {t(`period.${name}`)}
          </option>
        ))}
      </Select>
      {choice === 'own' && <FilterDays from={period.from} to={period.to} onChange={set} />}
      <Select
        name="tz"
        label={t('period.zone')}
        value={period.tz}
        onChange={event => set({ tz: event.target.value === zone ? '' : event.target.value })}
      >
        {zones.map(name => (
          <option key={name} value={name}>
            {name.replaceAll('_', ' ')}
          </option>
        ))}
      </Select>
    </Filters>
  );
}
