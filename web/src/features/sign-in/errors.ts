/** Why a sign-in did not come to its end; each has a page that says so in plain words. */
export type SignInFailure = "cancelled" | "mismatch" | "expired" | "unreachable" | "refused";

export class SignInError extends Error {
  override name = "SignInError";
  readonly failure: SignInFailure;

  constructor(failure: SignInFailure, options?: ErrorOptions) {
    super(failure, options);
    this.failure = failure;
  }
}

/** The server will never renew this session again. */
export class RenewalRefused extends Error {
  override name = "RenewalRefused";
}
