// Why a store did not do what it was asked for, in words that say what would be right. Secrets are in none of them.
import { FeatureStorageError } from "../../errors.ts";

interface Failure {
  readonly name?: string;
  readonly message?: string;
  /** Of Node's sockets. */
  readonly code?: string;
  readonly $metadata?: { readonly httpStatusCode?: number };
}

interface Place {
  /** The address as it was given. */
  readonly where: string;
  readonly endpoint: string;
}

const KEYS = "AWS_ACCESS_KEY_ID and AWS_SECRET_ACCESS_KEY";

/** What each kind of failure means, by the store's code, the SDK's name, or the socket's code. */
const meanings: Readonly<Record<string, (place: Place) => string>> = {
  NoSuchBucket: ({ endpoint }) => `there is no such bucket at ${endpoint}; make it, or name another`,
  CredentialsProviderError: () => `no keys were found; set ${KEYS}, or a profile in AWS_PROFILE`,
  InvalidAccessKeyId: ({ endpoint }) => `${endpoint} does not know the access key; check AWS_ACCESS_KEY_ID`,
  SignatureDoesNotMatch: () =>
    "the secret key does not belong to the access key; check AWS_SECRET_ACCESS_KEY",
  ExpiredToken: () => "the keys have expired; get new ones, with their AWS_SESSION_TOKEN",
  InvalidToken: () => "the session token is not right; check AWS_SESSION_TOKEN",
  RequestTimeTooSkewed: () => "this machine's clock is too far from the store's; set it right",
  AccessDenied: () =>
    "the keys have no right to that; they need s3:ListBucket, s3:GetObject and s3:PutObject",
  PermanentRedirect: () => "the bucket is in another region; set AWS_REGION to it",
  AuthorizationHeaderMalformed: () => "the bucket is in another region; set AWS_REGION to it",
};

/** Codes under which stores and the SDK speak of the same. */
const synonyms: Readonly<Record<string, string>> = {
  Forbidden: "AccessDenied",
  "403": "AccessDenied",
  TokenRefreshRequired: "ExpiredToken",
  "301": "PermanentRedirect",
};

const unreachable = new Set([
  ...["ENOTFOUND", "EAI_AGAIN", "ECONNREFUSED", "ECONNRESET", "EPIPE", "EHOSTUNREACH", "ENETUNREACH"],
  ...["ETIMEDOUT", "TimeoutError", "CERT_HAS_EXPIRED", "DEPTH_ZERO_SELF_SIGNED_CERT"],
]);

export function storageFailure(place: Place, error: unknown): unknown {
  if (!(error instanceof Error) || error instanceof FeatureStorageError) return error;
  const { name = "", message, code = "", $metadata } = error as Failure;
  const status = $metadata?.httpStatusCode;
  const fail = (reason: string) => new FeatureStorageError(`${place.where}: ${reason}`);
  for (const key of [name, code, String(status)]) {
    const meaning = meanings[synonyms[key] ?? key];
    if (meaning) return fail(meaning(place));
  }
  if (message === "Region is missing")
    return fail(
      "no region is set; set AWS_REGION to the bucket's, or AWS_ENDPOINT_URL to the store's address",
    );
  if (unreachable.has(code) || unreachable.has(name)) {
    return fail(
      `${place.endpoint} can't be reached (${code || message}); check AWS_ENDPOINT_URL and the network`,
    );
  }
  // What is no answer of the store and no failure of the network is a fault of ours, or of the file system.
  if (status === undefined) return error;
  return fail(
    `the store answered ${status} ${name}: ${message}; nothing of it was kept, run the same again later`,
  );
}
