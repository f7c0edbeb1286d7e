import { useSearchParams } from 'react-router';

/** Filters of a list, kept in the address: they survive going back, and can be sent to somebody. */
export function useFilters() {
  const [params, setParams] = useSearchParams();
  return {
    /** The value of a filter; empty when it is not set. */
    of: (name: string) => params.get(name) ?? '',
    /** The same, or undefined: what the API takes for "not filtered". */
    maybe: (name: string) => params.get(name) || undefined,
    page: Math.max(1, Number(params.get('page')) || 1),
    any: [...params.keys()].some(name => name !== 'page'),
    /** Sets filters (empty ones go) and begins at the first page again. */
    set: (values: Record<string, string>) =>
      setParams(
        before => {
          const after = new URLSearchParams(before);
          after.delete('page');
          for (const [name, value] of Object.entries(values)) {
            if (value) {
              after.set(name, value);
            } else {
              after.delete(name);
            }
          }

          return after;
        },
        { replace: true, preventScrollReset: true },
      ),
    clear: () => setParams({}, { replace: true, preventScrollReset: true }),
  };
}
