import createClient from 'openapi-fetch';
import { ApiError, NetworkError } from './errors';
import type { paths } from './schema';
import { accessToken, replaceToken } from './session';

/**
 * The API, typed by its own document. Every call goes through `ok`, which gives what a success carries and throws the rest:
 *
 *   const product = await ok(api.GET('/api/products/{id}/', { params: { path: { id } } }));
 */
export const api = createClient<paths>({ fetch: authorised });

/** What a success carries. Throws `ApiError` for other answers, `NetworkError` when there was none. */
export async function ok<T>(call: Promise<{ data?: T; error?: unknown; response: Response }>): Promise<T> {
  const { data, error, response } = await call;
  if (!response.ok) {
    throw new ApiError(response.status, error);
  }

  return data as T;
}

/** `fetch` with the token of whoever is signed in; a token that was refused is replaced once. */
export async function authorised(request: Request): Promise<Response> {
  try {
    const again = request.clone();
    const token = await accessToken();
    const answer = await fetch(withToken(request, token));
    if (answer.status !== 401 || !token) {
      return answer;
    }

    // Also when the log-in has ended: what is for everybody is then answered as to a stranger.
    return await fetch(withToken(again, await replaceToken(token)));
  } catch (error) {
    if (error instanceof DOMException && error.name === 'AbortError') {
      throw error;
    }

    throw new NetworkError('The server could not be reached.', { cause: error });
  }
}

function withToken(request: Request, token: string | null) {
  if (token) {
    request.headers.set('Authorization', `Bearer ${token}`);
  }

  return request;
}

/** A body with files: the API takes forms wherever it takes JSON. */
export const asForm = { bodySerializer: (body: unknown) => body as FormData };
