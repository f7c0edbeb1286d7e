import { useFilters } from '../../app/useFilters';
import { day, zone } from './days';

const lengths: Record<string, number> = { week: 6, month: 29, quarter: 89, year: 364 };

/** The days that a summary is asked for, from the address: the last 30 unless something else was chosen. */
export function usePeriod() {
  const filters = useFilters();
  const choice = filters.of('period') || 'month';
  const back = lengths[choice];
  return {
    choice,
    period: {
      from: back === undefined ? filters.of('from') || day(29) : day(back),
      to: back === undefined ? filters.of('to') || day() : day(),
      tz: filters.of('tz') || zone,
    },
    set: filters.set,
  };
}
