/** Where to go after the log-in: a page of ours, whatever the address says. */
export function next(params: URLSearchParams): string {
  const wanted = params.get('next') ?? '/';
  return wanted.startsWith('/') && !wanted.startsWith('//') && !wanted.startsWith('/\\') ? wanted : '/';
}
