// A bucket of an S3-compatible store as storage: files are written here, then sent whole.
import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import type { ListObjectsV2CommandOutput } from "@aws-sdk/client-s3";
import { asWriteError } from "../../../synced-file.ts";
import { FeatureStorageError } from "../../errors.ts";
import type { Storage } from "../storage.ts";
import { sumOf } from "../sum.ts";
import { nameIn } from "../text.ts";
import { parseS3Address } from "./address.ts";
import { type Connection, connect } from "./client.ts";
import { download, sumOfObject } from "./download.ts";
import { PART_SIZE, upload } from "./upload.ts";

export interface S3Options {
  /** Larger files are sent in parts of as many bytes: 5 MiB at least, by the protocol. Default 16 MiB. */
  readonly partSize?: number;
}

/**
 * A bucket, or what lies under a prefix in one. Endpoint, region and keys come from AWS's environment variables; a
 * connection is made when it is first needed.
 *
 * Throws `FeatureOptionError` for an address that is none; its methods reject with `FeatureStorageError`.
 *
 * @param address `s3://bucket` or `s3://bucket/prefix`
 */
export function s3Storage(address: string, { partSize = PART_SIZE }: S3Options = {}): Storage {
  const { bucket, prefix } = parseS3Address(address);
  const object = (name: string) => ({ Bucket: bucket, Key: prefix + name });
  let connection: Promise<Connection> | undefined;
  const connected = () => {
    connection ??= connect(address);
    return connection;
  };
  const storage: Storage = {
    where: address,
    list: async () => listNames(await connected(), bucket, prefix),
    sum: async (name) => sumOfObject(await connected(), object(name), nameIn(storage, name)),
    async fetch(name) {
      const store = await connected();
      const path = join(await temporaryFolder(), name);
      const found = await download(store, object(name), path, nameIn(storage, name)).catch(
        async (error: unknown) => {
          await storage.release(path);
          throw error;
        },
      );
      if (found) return path;
      await storage.release(path);
      return undefined;
    },
    release: (path) => rm(dirname(path), { recursive: true, force: true }),
    async put(names, fill) {
      const folder = await temporaryFolder();
      try {
        const paths = names.map((name) => join(folder, name));
        const result = await fill(paths);
        for (const [i, path] of paths.entries()) {
          await upload(await connected(), object(names[i] as string), path, await sumOf(path), partSize);
        }
        return result;
      } catch (error) {
        throw asWriteError(folder, error);
      } finally {
        await rm(folder, { recursive: true, force: true });
      }
    },
    tidy: async () => abortUploads(await connected(), bucket, prefix),
  };
  return storage;
}

async function temporaryFolder(): Promise<string> {
  try {
    return await mkdtemp(join(tmpdir(), "latentkit-s3-"));
  } catch (error) {
    throw asWriteError(tmpdir(), error);
  }
}

/** Of what lies right under the prefix, as a folder would list it; a thousand a page, by the protocol. */
async function listNames(
  { sdk, send }: Connection,
  Bucket: string,
  Prefix: string,
): Promise<readonly string[]> {
  const names: string[] = [];
  let ContinuationToken: string | undefined;
  do {
    const command = new sdk.ListObjectsV2Command({ Bucket, Prefix, Delimiter: "/", ContinuationToken });
    const page: ListObjectsV2CommandOutput = await send((client) => client.send(command));
    for (const { Key = "" } of page.Contents ?? []) names.push(Key);
    for (const common of page.CommonPrefixes ?? []) names.push(common.Prefix ?? "");
    ContinuationToken = page.NextContinuationToken;
  } while (ContinuationToken !== undefined);
  // Some tools put an empty object in the place of a folder.
  return names.map((name) => name.slice(Prefix.length)).filter((name) => name !== "");
}

/** Gives up the unfinished uploads of writers that were killed. Some stores have no list of them; then none are found. */
async function abortUploads({ sdk, send }: Connection, Bucket: string, Prefix: string): Promise<void> {
  const list = new sdk.ListMultipartUploadsCommand({ Bucket, Prefix, Delimiter: "/" });
  try {
    const { Uploads = [] } = await send((client) => client.send(list));
    for (const { Key, UploadId } of Uploads) {
      const abort = new sdk.AbortMultipartUploadCommand({ Bucket, Key, UploadId });
      await send((client) => client.send(abort));
    }
  } catch (error) {
    // What was asked for is done by now: rights to see other uploads are a matter of housekeeping.
    if (!(error instanceof FeatureStorageError)) throw error;
  }
}
