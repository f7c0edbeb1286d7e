import { createBrowserRouter, type RouteObject } from 'react-router';
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

const everybodys = [page('/', () => import('../pages/home/HomePage'))];

const signedIn = [page('/sell', () => import('../pages/farm/ApplyPage'))];

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

export const router = createBrowserRouter([
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
]);
