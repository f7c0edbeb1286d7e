import type { RouteObject } from 'react-router';
import { PageFailure } from './PageFailure';
import { RequireSignIn } from './RequireSignIn';
import { Shell } from './Shell';

/** A page is a module with a `Component`, fetched when it is first needed. */
type PageModule = { Component: React.ComponentType };

const page = (path: string, load: () => Promise<PageModule>): RouteObject => ({
  path,
  lazy: load,
  ErrorBoundary: PageFailure,
  hydrateFallbackElement: <></>,
});

const everybodys = [
  page('/', () => import('../pages/home/HomePage')),
  page('/products', () => import('../pages/catalogue/ProductsPage')),
  page('/products/:id', () => import('../pages/catalogue/ProductPage')),
  page('/farms/:id', () => import('../pages/catalogue/FarmPage')),
  page('/ask', () => import('../pages/ask/AskPage')),
  page('/ask/:id', () => import('../pages/ask/AskPage')),
  page('/knowledge/:id', () => import('../pages/ask/ArticlePage')),
  page('/login', () => import('../pages/sign-in/LogInPage')),
  page('/register', () => import('../pages/sign-in/SignUpPage')),
  page('/auth/:provider', () => import('../pages/sign-in/SocialReturnPage')),
  // The addresses of the links in mails (Auth:ActivationUrl and its like).
  page('/activate/:uid/:token', () => import('../pages/sign-in/ActivatePage')),
  page('/password/reset/confirm/:uid/:token', () => import('../pages/sign-in/NewPasswordPage')),
  page('/email/reset/confirm/:uid/:token', () => import('../pages/sign-in/NewEmailPage')),
  page('/activate', async () => (await import('../pages/sign-in/AskForMailPage')).activation),
  page('/password/reset', async () => (await import('../pages/sign-in/AskForMailPage')).password),
  page('/email/reset', async () => (await import('../pages/sign-in/AskForMailPage')).email),
];

const signedIn = [
  page('/cart', () => import('../pages/cart/CartPage')),
  page('/checkout', () => import('../pages/orders/CheckoutPage')),
  page('/orders', () => import('../pages/orders/OrdersPage')),
  page('/orders/:id', () => import('../pages/orders/OrderPage')),
  page('/messages/:id?', () => import('../pages/messages/MessagesPage')),
  page('/account', () => import('../pages/account/AccountPage')),
  page('/account/profile', () => import('../pages/account/ProfilePage')),
  page('/account/security', () => import('../pages/account/SecurityPage')),
  page('/account/sell', () => import('../pages/account/SellPage')),
];

/** Farms' and staff's pages: their translations are namespaces of their own (`farm`, `staff`). */
const farms = [
  page('/farm', () => import('../pages/farm/OverviewPage')),
  page('/farm/pack', () => import('../pages/farm/PackPage')),
  page('/farm/orders', () => import('../pages/farm/OrdersPage')),
  page('/farm/orders/:id', () => import('../pages/farm/OrderPage')),
  page('/farm/listings', () => import('../pages/farm/ListingsPage')),
  page('/farm/listings/new', () => import('../pages/farm/NewListingPage')),
  page('/farm/listings/:id', () => import('../pages/farm/ListingPage')),
  page('/farm/sales', () => import('../pages/farm/SalesPage')),
  page('/farm/reviews', () => import('../pages/farm/ReviewsPage')),
  page('/farm/profile', () => import('../pages/farm/ProfilePage')),
];
const staffs = [
  page('/staff', () => import('../pages/staff/OverviewPage')),
  page('/staff/orders', () => import('../pages/staff/OrdersPage')),
  page('/staff/orders/:id', () => import('../pages/staff/OrderPage')),
  page('/staff/users', () => import('../pages/staff/UsersPage')),
  page('/staff/applications', () => import('../pages/staff/ApplicationsPage')),
  page('/staff/reports', () => import('../pages/staff/ReportsPage')),
  page('/staff/categories', () => import('../pages/staff/CategoriesPage')),
  page('/staff/audit', () => import('../pages/staff/AuditPage')),
];

export const routes: RouteObject[] = [
  {
    element: <Shell />,
    children: [
      {
        ErrorBoundary: PageFailure,
        children: [
          ...everybodys,
          { element: <RequireSignIn />, children: signedIn },
          { element: <RequireSignIn roles={['farmer', 'staff']} />, children: farms },
          { element: <RequireSignIn roles={['staff']} />, children: staffs },
          page('*', () => import('../pages/NotFoundPage')),
        ],
      },
    ],
  },
];
