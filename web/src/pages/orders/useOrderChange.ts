import { useMutation, useQueryClient } from '@tanstack/react-query';
import { orderQuery } from '../../api/orders';
import type { Order } from '../../api/types';
import { say } from '../../design/toasts';
import { useErrorText } from '../../i18n/errors';

/** A call that changes an order and answers with it. */
export function useOrderChange<T = void>(call: (input: T) => Promise<Order>, done?: string) {
  const client = useQueryClient();
  const textOf = useErrorText();
  return useMutation({
    mutationFn: call,
    onSuccess: order => {
      client.setQueryData(orderQuery(order.id).queryKey, order);
      if (done) {
        say(done);
      }

      return client.invalidateQueries({ queryKey: ['orders'] });
    },
    onError: error => say(textOf(error), { kind: 'failed' }),
  });
}
