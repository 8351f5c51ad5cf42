/** A call that failed. Its status is 0 when no answer came. */
export class ApiError extends Error {
  override name = "ApiError";
  readonly status: number;

  constructor(status: number, message: string, options?: ErrorOptions) {
    super(message, options);
    this.status = status;
  }

  /** Whether the very same call may succeed later. */
  get transient(): boolean {
    return this.status === 0 || this.status === 429 || this.status >= 500;
  }
}

/** The session is over: the person has to sign in again. Not a fault to report at the call that met it. */
export class SessionEnded extends Error {
  override name = "SessionEnded";
}
