/** Texts of the API by field; nested objects are joined with dots (`delivery.phone`). */
export type FieldErrors = Record<string, string[]>;

/** An answer of the API that is no success. */
export class ApiError extends Error {
  readonly status: number;
  readonly body: unknown;

  constructor(status: number, body: unknown) {
    super(detailOf(body) ?? `HTTP ${status}`);
    this.status = status;
    this.body = body;
  }

  /** What a program may branch on, such as `insufficient_stock`. */
  get code(): string | undefined {
    return isObject(this.body) && typeof this.body.code === 'string' ? this.body.code : undefined;
  }

  /** The `detail`, when there is one. */
  get detail(): string | undefined {
    return detailOf(this.body);
  }

  /** Errors of fields, of a 400. */
  get fields(): FieldErrors {
    return this.status === 400 ? flatten(this.body) : {};
  }
}

/** The server could not be reached, or gave up. */
export class NetworkError extends Error {}

export const isNetworkError = (error: unknown) =>
  error instanceof NetworkError || (error instanceof ApiError && [502, 503, 504].includes(error.status));

const isObject = (value: unknown): value is Record<string, unknown> =>
  typeof value === 'object' && value !== null && !Array.isArray(value);

const detailOf = (body: unknown) =>
  isObject(body) && typeof body.detail === 'string' ? body.detail : typeof body === 'string' && body ? body : undefined;

function flatten(value: unknown, path = ''): FieldErrors {
  if (Array.isArray(value)) {
    const texts = value.filter(item => typeof item === 'string');
    return texts.length > 0
      ? { [path || 'non_field_errors']: texts }
      : Object.assign({}, ...value.map(v => flatten(v, path)));
  }

  return isObject(value)
    ? Object.assign({}, ...Object.entries(value).map(([key, inner]) => flatten(inner, path ? `${path}.${key}` : key)))
    : {};
}
