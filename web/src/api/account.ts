import { queryOptions, useQuery } from '@tanstack/react-query';
import { api, ok } from './client';
import { useSignedIn } from './session';

export const meQuery = queryOptions({
  queryKey: ['me'],
  queryFn: () => ok(api.GET('/api/auth/users/me/')),
  staleTime: 5 * 60_000,
});

/** Whoever is signed in; undefined while that is read, or when it is nobody. */
export function useMe() {
  const signedIn = useSignedIn();
  const me = useQuery({ ...meQuery, enabled: signedIn });
  return signedIn ? me.data : undefined;
}
