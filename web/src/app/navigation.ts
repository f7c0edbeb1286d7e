import type { IconName } from '../design/Icon';

export type Destination = {
  to: string;
  name: 'home' | 'market' | 'cart' | 'messages' | 'ask' | 'account' | 'logIn' | 'farm' | 'staff';
  icon: IconName;
};

const home: Destination = { to: '/', name: 'home', icon: 'home' };
const market: Destination = { to: '/products', name: 'market', icon: 'search' };
const cart: Destination = { to: '/cart', name: 'cart', icon: 'basket' };
const messages: Destination = { to: '/messages', name: 'messages', icon: 'chat' };
const ask: Destination = { to: '/ask', name: 'ask', icon: 'sprout' };
const account: Destination = { to: '/account', name: 'account', icon: 'person' };
const logIn: Destination = { to: '/login', name: 'logIn', icon: 'person' };
const farm: Destination = { to: '/farm', name: 'farm', icon: 'leaf' };
const staff: Destination = { to: '/staff', name: 'staff', icon: 'shield' };

/** What the bottom bar of a phone holds for a role (five at most), and the top bar of a wide screen. */
export function destinations(role: string | undefined): { bar: Destination[]; top: Destination[] } {
  switch (role) {
    case 'farmer':
      return { bar: [home, market, farm, messages, account], top: [home, market, farm, ask] };
    case 'staff':
      return { bar: [home, market, staff, messages, account], top: [home, market, staff, ask] };
    case undefined:
      return { bar: [home, market, cart, ask, logIn], top: [home, market, ask] };
    default:
      return { bar: [home, market, cart, messages, account], top: [home, market, ask] };
  }
}
