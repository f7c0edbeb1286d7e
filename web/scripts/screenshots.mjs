// Pictures of every page, as the demo's people see them: node screenshots.mjs SITE [--folder=…] [--language=ur] [--theme=dark] [--full] [NAME…]
// Says of each page what looks broken: errors in the console, texts without a translation, what is wider than the screen or cut off.
import { mkdir, rm } from 'node:fs/promises';
import { join } from 'node:path';
import { parseArgs } from 'node:util';
import { chromium } from 'playwright-core';

const { values: options, positionals } = parseArgs({
  allowPositionals: true,
  options: {
    folder: { type: 'string', default: new URL('../../docs/images/web', import.meta.url).pathname },
    language: { type: 'string' },
    theme: { type: 'string' },
    full: { type: 'boolean' },
  },
});
const [site, ...names] = positionals;
const password = 'Harvest-2026!';
const people = { buyer: 'buyer@example.com', staff: 'admin@example.com' };
const screens = {
  phone: { viewport: { width: 390, height: 844 }, isMobile: true, hasTouch: true },
  wide: { viewport: { width: 1280, height: 800 } },
};

async function call(token, path, body) {
  const answer = await fetch(site + path, {
    method: body ? 'POST' : 'GET',
    headers: {
      ...(token && { Authorization: `Bearer ${token}` }),
      ...(body && { 'Content-Type': 'application/json' }),
    },
    body: body && JSON.stringify(body),
  });
  const found = await answer.json();
  if (!answer.ok) {
    throw new Error(`${path}: ${answer.status} ${JSON.stringify(found)}`);
  }

  return found;
}

const tokenOf = async email => (await call(null, '/api/auth/jwt/create/', { email, password })).access;
const [buyer, staff, applicant] = await Promise.all(
  [people.buyer, people.staff, 'asha.mohamed@example.com'].map(tokenOf),
);

// The farm that has sold most often: its pages have something to show.
const sold = {};
for (const { fulfilments } of (await call(staff, '/api/admin/orders/?page_size=100')).results) {
  for (const { seller } of fulfilments) {
    sold[seller.id] = (sold[seller.id] ?? 0) + 1;
  }
}

const farm = Number(Object.keys(sold).sort((a, b) => sold[b] - sold[a])[0]);
people.farmer = (await call(staff, '/api/admin/users/?page_size=100')).results.find(({ id }) => id === farm).email;
const farmer = await tokenOf(people.farmer);

// What the demo market leaves empty: a cart, a question, something for staff to decide.
const shop = (await call(null, '/api/products/?in_stock=true&page_size=12')).results;
if ((await call(buyer, '/api/orders/cart/')).items.length === 0) {
  for (const product of [shop[0], shop[3], shop[7]]) {
    const quantity = Math.max(Number(product.min_order_quantity), 2 * Number(product.quantity_step));
    await call(buyer, '/api/orders/cart/items/', { product: product.id, quantity });
  }
}

const talk = (await call(buyer, '/api/chat/conversations/')).results[0];
if ((await call(staff, '/api/admin/reports/')).count === 0) {
  const said = (await call(buyer, `/api/chat/conversations/${talk.id}/messages/`)).results;
  const { id: me } = await call(buyer, '/api/auth/users/me/');
  const theirs = said.find(message => message.sender !== me);
  await call(buyer, `/api/chat/messages/${theirs.id}/report/`, { reason: 'Asks to be paid outside the market.' });
  await call(applicant, '/api/sales/apply/', {
    farm_name: 'Mohamed Greens',
    message: 'Kale and spinach from two acres in Athi River.',
  });
}

const question = await call(buyer, '/api/chatbot/', { message: 'How do I keep weevils out of stored maize?' });
const [product] = (await call(null, '/api/products/?search=tomato&page_size=1')).results;
const ids = {
  product: product.id,
  farm,
  order: (await call(buyer, '/api/orders/')).results[0].id,
  talk: talk.id,
  question: question.conversation_id,
  article: (await call(null, '/api/knowledge/?page_size=1')).results[0].id,
  sale: (await call(farmer, '/api/sales/')).results[0].order.id,
  staffOrder: (await call(staff, '/api/admin/orders/')).results[0].id,
};
ids.listing = (await call(farmer, `/api/products/?seller=${farm}&page_size=1`)).results[0].id;

const pages = {
  nobody: {
    home: '/',
    market: '/products',
    search: '/products?search=bhindi',
    product: `/products/${ids.product}`,
    farm: `/farms/${ids.farm}`,
    ask: '/ask',
    article: `/knowledge/${ids.article}`,
    'log-in': '/login',
    'sign-up': '/register',
    password: '/password/reset',
    missing: '/nowhere',
  },
  buyer: {
    cart: '/cart',
    checkout: '/checkout',
    orders: '/orders',
    order: `/orders/${ids.order}`,
    messages: '/messages',
    chat: `/messages/${ids.talk}`,
    answer: `/ask/${ids.question}`,
    account: '/account',
    profile: '/account/profile',
    security: '/account/security',
    sell: '/account/sell',
  },
  farmer: {
    'farm-overview': '/farm',
    'farm-pack': '/farm/pack',
    'farm-orders': '/farm/orders',
    'farm-order': `/farm/orders/${ids.sale}`,
    'farm-listings': '/farm/listings',
    'farm-new-listing': '/farm/listings/new',
    'farm-listing': `/farm/listings/${ids.listing}`,
    'farm-sales': '/farm/sales',
    'farm-reviews': '/farm/reviews',
    'farm-profile': '/farm/profile',
  },
  staff: {
    'staff-overview': '/staff',
    'staff-orders': '/staff/orders',
    'staff-order': `/staff/orders/${ids.staffOrder}`,
    'staff-users': '/staff/users',
    'staff-applications': '/staff/applications',
    'staff-reports': '/staff/reports',
    'staff-categories': '/staff/categories',
    'staff-audit': '/staff/audit',
  },
};

/** In the page: whether nothing of it is still on its way. */
const isThere = () => document.querySelector('h1') !== null && document.querySelector('[class*=skeleton]') === null;

/** In the page: waits for the letters and the pictures on the screen, which come when they are near. */
async function isDrawn() {
  await document.fonts.ready;
  const seen = [...document.images].filter(image => {
    const { width, top, bottom, left, right } = image.getBoundingClientRect();
    return width > 0 && top < innerHeight && bottom > 0 && left < innerWidth && right > 0;
  });
  await Promise.all(seen.map(image => image.decode().catch(() => undefined)));
}

/** In the page: what looks broken. */
function findFaults() {
  const faults = [];
  const width = document.documentElement.clientWidth;
  if (document.documentElement.scrollWidth > width) {
    const wide = [...document.querySelectorAll('body *')].filter(
      element => element.getBoundingClientRect().right > width + 1,
    );
    faults.push(`wider than the screen: ${wide.slice(-1)[0]?.outerHTML.slice(0, 120)}`);
  }

  for (const element of document.querySelectorAll('body *')) {
    const text = [...element.childNodes].some(node => node.nodeType === 3 && node.textContent.trim());
    const style = getComputedStyle(element);
    const cuts =
      style.textOverflow !== 'ellipsis' &&
      style.overflowX !== 'visible' &&
      style.overflowX !== 'auto' &&
      style.overflowX !== 'scroll';
    if (
      text &&
      cuts &&
      element.offsetWidth > 1 &&
      element.scrollWidth > element.clientWidth + 1 &&
      style.display !== 'inline'
    ) {
      faults.push(`cut off: ${element.textContent.trim().slice(0, 80)}`);
    }
  }

  const walker = document.createTreeWalker(document.body, NodeFilter.SHOW_TEXT);
  while (walker.nextNode()) {
    const text = walker.currentNode.textContent.trim();
    if (/^[a-z][a-zA-Z]*([.:][a-zA-Z_]+)+$/.test(text) || text.includes('{{') || /\b(undefined|NaN)\b/.test(text)) {
      faults.push(`untranslated: ${text.slice(0, 80)}`);
    }
  }

  for (const image of document.images) {
    if (image.complete && image.naturalWidth === 0 && image.src) {
      faults.push(`no picture: ${image.src}`);
    }
  }

  return faults;
}

const browser = await chromium.launch({ executablePath: process.env.CHROME_PATH, args: ['--no-sandbox'] });
const everything = names.length === 0 && !options.language && !options.theme;
if (everything) {
  await rm(options.folder, { recursive: true, force: true });
}

await mkdir(options.folder, { recursive: true });
let count = 0;

async function shoot(wanted, { language, theme }) {
  for (const [person, theirs] of Object.entries(pages)) {
    const list = Object.entries(theirs).filter(([name]) => wanted.length === 0 || wanted.includes(name));
    for (const [screen, device] of list.length > 0 ? Object.entries(screens) : []) {
      const context = await browser.newContext({
        ...device,
        locale: 'en-GB',
        serviceWorkers: 'block',
        reducedMotion: 'reduce',
      });
      await context.addInitScript(
        chosen => {
          for (const [key, value] of Object.entries(chosen)) {
            localStorage.setItem(`agroconnect.${key}`, value);
          }
        },
        { ...(language && { language }), ...(theme && { theme }) },
      );
      const page = await context.newPage();
      if (person !== 'nobody') {
        await page.goto(`${site}/login`);
        await page.locator('input[name=email]').fill(people[person]);
        await page.locator('input[name=password]').fill(password);
        await page.locator('form button[type=submit]').click();
        await page.waitForURL(`${site}/`);
      }

      for (const [name, path] of list) {
        const faults = [];
        const hear = message => message.type() === 'error' && faults.push(`console: ${message.text()}`);
        const fail = error => faults.push(`thrown: ${error.message}`);
        page.on('console', hear).on('pageerror', fail);
        await page.goto(site + path, { waitUntil: 'networkidle' });
        await page.waitForFunction(isThere).catch(() => faults.push('still on its way'));
        await page.evaluate(isDrawn);
        faults.push(...(await page.evaluate(findFaults)));
        page.off('console', hear).off('pageerror', fail);
        const file = [name, language, theme, screen].filter(Boolean).join('-');
        await page.screenshot({
          path: join(options.folder, `${file}.jpg`),
          type: 'jpeg',
          quality: 60,
          fullPage: options.full,
        });
        count++;
        for (const fault of new Set(faults)) {
          console.log(`${file}: ${fault}`);
        }
      }

      await context.close();
    }
  }
}

await shoot(names, options);
if (everything) {
  await shoot(['home', 'product'], { language: 'ur' });
  await shoot(['home', 'chat'], { theme: 'dark' });
}

await browser.close();
console.log(`${count} pictures.`);
