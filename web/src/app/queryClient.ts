import { QueryClient } from '@tanstack/react-query';
import { ApiError } from '../api/errors';
import { isSignedIn, subscribe } from '../api/session';
import { dropOldAnswers, keepAnswers } from '../offline/answers';
import { forgetEverything } from '../offline/database';

export const queryClient = new QueryClient({
  defaultOptions: {
    queries: {
      // Without a network the copy that was kept is better than waiting for one.
      networkMode: 'offlineFirst',
      persister: keepAnswers,
      gcTime: 10 * 60_000,
      refetchOnWindowFocus: false,
      retry: (failures, error) => !(error instanceof ApiError && error.status < 500) && failures < 2,
    },
    mutations: { networkMode: 'always' },
  },
});

void dropOldAnswers();

let wasSignedIn = isSignedIn();

subscribe(() => {
  if (wasSignedIn === isSignedIn()) {
    return;
  }

  wasSignedIn = isSignedIn();
  if (wasSignedIn) {
    void queryClient.invalidateQueries();
  } else {
    void forgetEverything();
    void queryClient.resetQueries();
  }
});
