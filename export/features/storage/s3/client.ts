// The connection to an S3-compatible store, by the AWS SDK and the environment variables that it and others read.
import type { S3Client, S3ClientConfig } from "@aws-sdk/client-s3";
import { FeatureStorageError } from "../../errors.ts";
import { storageFailure } from "./failure.ts";

type Sdk = typeof import("@aws-sdk/client-s3");

export interface Connection {
  readonly sdk: Sdk;
  /** Sends a request, again where it failed by chance; rejects with `FeatureStorageError`. */
  send<T>(request: (client: S3Client) => Promise<T>): Promise<T>;
}

/** Times that a request is tried, with longer and longer pauses; AWS_MAX_ATTEMPTS says otherwise. */
const ATTEMPTS = 6;
/** Milliseconds without an answer, and without anything moving, after which a try has failed. */
const CONNECTING = 10_000;
const SILENCE = 60_000;

/** @param where for messages */
export async function connect(where: string): Promise<Connection> {
  const { env } = process;
  const sdk = await loadSdk(where);
  const client = new sdk.S3Client(configOf(env));
  const place = { where, endpoint: endpointOf(env) ?? "AWS" };
  return {
    sdk,
    async send(request) {
      try {
        return await request(client);
      } catch (error) {
        throw storageFailure(place, error);
      }
    },
  };
}

async function loadSdk(where: string): Promise<Sdk> {
  try {
    return await import("@aws-sdk/client-s3");
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== "ERR_MODULE_NOT_FOUND") throw error;
    throw new FeatureStorageError(
      `${where}: needs the package @aws-sdk/client-s3, which is not installed; npm install @aws-sdk/client-s3`,
    );
  }
}

function endpointOf(env: NodeJS.ProcessEnv): string | undefined {
  return env.AWS_ENDPOINT_URL_S3 || env.AWS_ENDPOINT_URL || undefined;
}

/** What the SDK does not read itself. Keys, profiles and roles it finds where AWS's own tools do. */
function configOf(env: NodeJS.ProcessEnv): S3ClientConfig {
  const endpoint = endpointOf(env);
  // Other stores take any region, or have none.
  const region = env.AWS_REGION || env.AWS_DEFAULT_REGION || (endpoint && "us-east-1");
  return {
    // Their hosts seldom have a name for each bucket.
    ...(endpoint && { endpoint, forcePathStyle: true }),
    ...(region && { region }),
    ...(env.AWS_MAX_ATTEMPTS === undefined && { maxAttempts: ATTEMPTS }),
    requestHandler: { connectionTimeout: CONNECTING, socketTimeout: SILENCE },
    // Bodies are signed with their sha256, which every store checks; newer checksums some do not know.
    requestChecksumCalculation: "WHEN_REQUIRED",
    responseChecksumValidation: "WHEN_REQUIRED",
  };
}
