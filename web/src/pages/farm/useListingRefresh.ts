import { useQueryClient } from '@tanstack/react-query';

/** After a change of a listing: reads it again, and the lists that it is in. */
export function useListingRefresh(id: number) {
  const queries = useQueryClient();
  return () =>
    Promise.all([['listings'], ['products'], ['product', id]].map(queryKey => queries.invalidateQueries({ queryKey })));
}
