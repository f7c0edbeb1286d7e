import { useInfiniteQuery, useQuery } from '@tanstack/react-query';
import { cartQuery } from '../api/cart';
import { conversationsQuery } from '../api/chat';
import { useSignedIn } from '../api/session';

/** What the badges of the navigation say: products in the cart, unread messages. */
export function useCounts() {
  const signedIn = useSignedIn();
  const cart = useQuery({ ...cartQuery, enabled: signedIn, select: ({ items }) => items.length });
  const messages = useInfiniteQuery({
    ...conversationsQuery,
    enabled: signedIn,
    select: ({ pages }) => pages.flatMap(page => page.results).reduce((sum, { unread_count }) => sum + unread_count, 0),
  });
  return { cart: (signedIn && cart.data) || 0, messages: (signedIn && messages.data) || 0 };
}
