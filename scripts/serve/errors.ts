// What a client is told when a request fails: a status and one sentence.
import { DisposedError, InputError, QueueFullError, TimeoutError } from "../../runtime/errors.ts";

/** A request that cannot be answered as it is. */
export class RequestError extends Error {
  override name = "RequestError";
  readonly status: 400 | 404 | 413 | 503;

  constructor(status: RequestError["status"], message: string) {
    super(message);
    this.status = status;
  }
}

export interface Failure {
  readonly status: 400 | 404 | 413 | 500 | 503 | 504;
  readonly message: string;
  /** Seconds after which the same request may be answered. */
  readonly retryAfter?: number;
}

/** The status of an error: 400 for what the client did, 503 for what passes, 500 for what the server did. */
export function failureOf(error: unknown): Failure {
  const message = error instanceof Error ? error.message : String(error);
  if (error instanceof InputError) return { status: 400, message };
  if (error instanceof QueueFullError || error instanceof DisposedError) {
    return { status: 503, message, retryAfter: 1 };
  }
  if (error instanceof TimeoutError) return { status: 504, message };
  if (error instanceof RequestError) {
    return { status: error.status, message, ...(error.status === 503 && { retryAfter: 1 }) };
  }
  return { status: 500, message };
}
