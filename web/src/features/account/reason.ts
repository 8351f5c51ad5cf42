import { ApiError } from "../../api/errors.ts";
import { PoolError } from "./api/pool.ts";

/** Why something did not work, as far as a person can do something about it. */
export type Reason =
  | "wrong-password"
  | "password-length"
  | "password-upper"
  | "password-lower"
  | "password-number"
  | "password-symbol"
  | "password-form"
  | "wrong-code"
  | "too-often"
  | "unreachable"
  | "failed";

/** The user pool's refusals: type, what its message holds, and what it means. The first that fits counts. */
const refusals: [type: string, holds: string, reason: Reason][] = [
  ["NotAuthorizedException", "Incorrect username or password", "wrong-password"],
  ["InvalidPasswordException", "not long enough", "password-length"],
  ["InvalidPasswordException", "uppercase", "password-upper"],
  ["InvalidPasswordException", "lowercase", "password-lower"],
  ["InvalidPasswordException", "numeric", "password-number"],
  ["InvalidPasswordException", "symbol", "password-symbol"],
  ["InvalidParameterException", "'previousPassword'", "wrong-password"],
  ["InvalidParameterException", "greater than or equal", "password-length"],
  ["InvalidParameterException", "assword'", "password-form"],
  ["EnableSoftwareTokenMFAException", "", "wrong-code"],
  ["CodeMismatchException", "", "wrong-code"],
  ["InvalidParameterException", "'userCode'", "wrong-code"],
  ["LimitExceededException", "", "too-often"],
  ["TooManyRequestsException", "", "too-often"],
  ["NotAuthorizedException", "Password attempts exceeded", "too-often"],
];

export function reasonOf(error: unknown): Reason {
  if (error instanceof PoolError) {
    const found = refusals.find(([type, holds]) => error.type === type && error.message.includes(holds));
    return found?.[2] ?? "failed";
  }
  return error instanceof ApiError && error.status === 0 ? "unreachable" : "failed";
}
