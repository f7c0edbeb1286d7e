import { isRouteErrorResponse, useRouteError } from 'react-router';
import { ApiError } from '../api/errors';
import { Failure } from '../design/feedback';

/** A page that broke, or that there is none of. */
export function PageFailure() {
  const error = useRouteError();
  return (
    <Failure
      error={isRouteErrorResponse(error) ? new ApiError(error.status, null) : error}
      retry={() => window.location.reload()}
    />
  );
}
