import { authorised } from './client';
import { ApiError, NetworkError } from './errors';
import { accessToken, replaceToken } from './session';

/**
 * Sends a form with files and says how far it is, which `fetch` can't.
 * @param onProgress Gets the part that is sent, from 0 to 1.
 */
export async function upload<T>(
  method: 'POST' | 'PUT',
  path: string,
  form: FormData,
  onProgress: (part: number) => void,
  signal?: AbortSignal,
): Promise<T> {
  const token = await accessToken();
  let answer = await send(method, path, form, token, onProgress, signal);
  if (answer.status === 401 && token) {
    answer = await send(method, path, form, await replaceToken(token), onProgress, signal);
  }

  if (answer.status >= 300) {
    throw new ApiError(answer.status, answer.body);
  }

  return answer.body as T;
}

function send(
  method: string,
  path: string,
  form: FormData,
  token: string | null,
  onProgress: (part: number) => void,
  signal?: AbortSignal,
) {
  return new Promise<{ status: number; body: unknown }>((resolve, reject) => {
    const request = new XMLHttpRequest();
    request.open(method, path);
    if (token) {
      request.setRequestHeader('Authorization', `Bearer ${token}`);
    }

    request.responseType = 'json';
    request.upload.onprogress = event => event.lengthComputable && onProgress(event.loaded / event.total);
    request.onload = () => resolve({ status: request.status, body: request.response });
    request.onerror = () => reject(new NetworkError('The server could not be reached.'));
    request.onabort = () => reject(new DOMException('The upload was stopped.', 'AbortError'));
    signal?.addEventListener('abort', () => request.abort());
    request.send(form);
  });
}

/** Saves a document of the API that only its owner may read, which a link can't ask for. */
export async function download(path: string, name: string) {
  const answer = await authorised(new Request(path));
  if (!answer.ok) {
    throw new ApiError(answer.status, await answer.json().catch(() => null));
  }

  const url = URL.createObjectURL(await answer.blob());
  const link = Object.assign(document.createElement('a'), { href: url, download: name });
  link.click();
  setTimeout(() => URL.revokeObjectURL(url), 60_000);
}
