import { queryOptions } from '@tanstack/react-query';
import { api, ok } from './client';
import type { Period } from './farm';
import type { paths } from './schema';

type Query<Path extends keyof paths> = paths[Path] extends { get: { parameters: { query?: infer Q } } }
  ? NonNullable<Q>
  : never;

export type UserFilter = Query<'/api/admin/users/'>;
export type OrderFilter = Query<'/api/admin/orders/'>;
export type AuditFilter = Query<'/api/admin/audit/'>;

/** What staff see of others is not left in a browser. */
const meta = { keepOffline: false };

export const usersQuery = (query: UserFilter) =>
  queryOptions({
    queryKey: ['staff', 'users', query],
    queryFn: ({ signal }) => ok(api.GET('/api/admin/users/', { params: { query }, signal })),
    meta,
  });

export const applicationsQuery = (query: Query<'/api/admin/farmer-applications/'>) =>
  queryOptions({
    queryKey: ['staff', 'applications', query],
    queryFn: ({ signal }) => ok(api.GET('/api/admin/farmer-applications/', { params: { query }, signal })),
    meta,
  });

export const allOrdersQuery = (query: OrderFilter) =>
  queryOptions({
    queryKey: ['orders', 'all', query],
    queryFn: ({ signal }) => ok(api.GET('/api/admin/orders/', { params: { query }, signal })),
    meta,
  });

export const reportsQuery = (query: Query<'/api/admin/reports/'>) =>
  queryOptions({
    queryKey: ['staff', 'reports', query],
    queryFn: ({ signal }) => ok(api.GET('/api/admin/reports/', { params: { query }, signal })),
    meta,
  });

export const auditQuery = (query: AuditFilter) =>
  queryOptions({
    queryKey: ['staff', 'audit', query],
    queryFn: ({ signal }) => ok(api.GET('/api/admin/audit/', { params: { query }, signal })),
    meta,
  });

export const marketSummaryQuery = (query: Period) =>
  queryOptions({
    queryKey: ['staff', 'summary', query],
    queryFn: () => ok(api.GET('/api/admin/summary/', { params: { query } })),
    staleTime: 60_000,
    meta,
  });
