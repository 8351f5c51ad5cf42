import createClient, { type Client } from "openapi-fetch";
import { ApiError } from "./errors.ts";
import type { paths } from "./schema.d.ts";

/** The REST API, typed by the contract in openapi.yaml. */
export type Api = Client<paths>;

/** An answer that takes longer counts as none, so that nobody waits in front of a dead connection. */
const patience = 30_000;

/** `send` adds what a call needs to be let in. */
export function createApi(baseUrl: string, send: (request: Request) => Promise<Response>): Api {
  return createClient<paths>({
    baseUrl,
    fetch: (request) =>
      send(
        new Request(request, { signal: AbortSignal.any([request.signal, AbortSignal.timeout(patience)]) }),
      ),
  });
}

interface Answer<T> {
  data?: T;
  error?: unknown;
  response: Response;
}

/** The body of a successful answer. Every failure, also of the network, becomes an ApiError. */
export async function body<T>(call: Promise<Answer<T>>): Promise<T> {
  const { data, error, response } = await call.catch((cause: unknown) => {
    if (meansNoAnswer(cause)) throw new ApiError(0, "", { cause });
    throw cause;
  });
  if (!response.ok || data === undefined) {
    throw new ApiError(response.status, messageOf(error), { retryAfter: retryAfter(response) });
  }
  return data;
}

/** Seconds; a date, or nonsense, counts as nothing said. */
function retryAfter(response: Response): number | undefined {
  const seconds = Number.parseInt(response.headers.get("Retry-After") ?? "", 10);
  return seconds >= 0 ? Math.min(seconds, 300) : undefined;
}

/** fetch reports all that it could not do as a TypeError; a body cut short is a SyntaxError. */
function meansNoAnswer(cause: unknown): boolean {
  return (
    cause instanceof TypeError ||
    cause instanceof SyntaxError ||
    (cause instanceof DOMException && cause.name === "TimeoutError")
  );
}

function messageOf(error: unknown): string {
  const message = typeof error === "object" && error !== null ? Reflect.get(error, "message") : undefined;
  return typeof message === "string" ? message : "";
}
