/** A call that failed. Its status is 0 when no answer came. */
export class ApiError extends Error {
  override name = "ApiError";
  readonly status: number;
  /** After how many seconds the server wants to be asked again, if it said so. */
  readonly retryAfter: number | undefined;

  constructor(status: number, message: string, options?: ErrorOptions & { retryAfter?: number | undefined }) {
    super(message, options);
    this.status = status;
    this.retryAfter = options?.retryAfter;
  }

  /** Whether the very same call may succeed later. */
  get transient(): boolean {
    return this.status === 0 || this.status === 429 || this.status >= 500;
  }

  /** Whether the call is only to be made again later: it never reached its end, or came at a bad time. */
  get waits(): boolean {
    return [0, 429, 503, 504].includes(this.status);
  }
}

/** The session is over: the person has to sign in again. Not a fault to report at the call that met it. */
export class SessionEnded extends Error {
  override name = "SessionEnded";
}
