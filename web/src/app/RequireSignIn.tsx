import { Navigate, Outlet, useLocation } from 'react-router';
import { useMe } from '../api/account';
import { useSignedIn } from '../api/session';
import { SkeletonList } from '../design/feedback';

/** Pages for whoever is signed in; others log in first and come back. With `roles`, for those alone. */
export function RequireSignIn({ roles }: { roles?: string[] }) {
  const signedIn = useSignedIn();
  const me = useMe();
  const { pathname, search } = useLocation();
  if (!signedIn) {
    return <Navigate to={`/login?next=${encodeURIComponent(pathname + search)}`} replace />;
  }

  return !roles ? (
    <Outlet />
  ) : !me ? (
    <SkeletonList />
  ) : roles.includes(me.role) ? (
    <Outlet />
  ) : (
    <Navigate to="/" replace />
  );
}
