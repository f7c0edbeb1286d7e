import { useSearchParams } from 'react-router';
import type { ProductFilter } from '../../api/catalogue';

export const orderings = ['', '-created_at', 'price', '-price', '-rating', 'distance'] as const;

/** The filter stands in the address, so that it can be shared, kept and gone back to. */
export function useFilter() {
  const [params, setParams] = useSearchParams();
  const get = (name: string) => params.get(name) || undefined;
  const number = (name: string) => (params.get(name) ? Number(params.get(name)) : undefined);
  const near = /^-?[\d.]+,-?[\d.]+$/.test(get('near') ?? '') ? get('near') : undefined;
  const ordering = get('ordering') ?? (near ? 'distance' : undefined);
  const filter: ProductFilter = {
    search: get('search'),
    category: params.has('category') ? params.getAll('category') : undefined,
    min_price: number('min_price'),
    max_price: number('max_price'),
    unit: params.has('unit') ? params.getAll('unit') : undefined,
    seller: number('seller'),
    organic: get('organic') === 'true' || undefined,
    in_stock: get('in_stock') === 'true' || undefined,
    near,
    radius_km: near ? (number('radius_km') ?? 50) : undefined,
    ordering: ordering === 'distance' && !near ? undefined : ordering,
    facets: true,
  };

  /** Changes parts of the filter; an empty or undefined value takes one out. */
  function change(parts: Record<string, string | undefined>) {
    const next = new URLSearchParams(params);
    for (const [name, value] of Object.entries(parts)) {
      if (value) {
        next.set(name, value);
      } else {
        next.delete(name);
      }
    }

    setParams(next, { preventScrollReset: true });
  }

  return { params, filter, change, wantsPlace: get('near') === 'here' };
}
