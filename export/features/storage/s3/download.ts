// Brings an object of a store here: as a file, or as its size and sha256 alone.
import { createHash } from "node:crypto";
import { createWriteStream } from "node:fs";
import { dirname } from "node:path";
import { Readable, Writable } from "node:stream";
import { pipeline } from "node:stream/promises";
import type { GetObjectCommandOutput } from "@aws-sdk/client-s3";
import { asWriteError } from "../../../synced-file.ts";
import { FeatureStorageError } from "../../errors.ts";
import type { FileSum } from "../sum.ts";
import type { Connection } from "./client.ts";
import { type ObjectName, SHA256 } from "./upload.ts";

/** Times that a transfer is begun which is cut off after its beginning; the SDK sees to failures before. */
const TRANSFERS = 4;
/** Milliseconds before the second; each pause is twice as long as the one before. */
const PAUSE = 200;

/** Writes an object to a file. Rejects with `WriteError` and `FeatureStorageError`. False where there is none. @param where the object, for messages */
export async function download(
  connection: Connection,
  object: ObjectName,
  path: string,
  where: string,
): Promise<boolean> {
  return transfer(connection, object, where, (body) =>
    // A disk that is full is not taken for a connection that was cut off.
    pipeline(body, createWriteStream(path)).catch((error: unknown) => {
      throw asWriteError(dirname(path), error);
    }),
  );
}

/**
 * By what the store tells of an object that was sent by LatentKit, whose sha256 it has checked when it came; of one that
 * came by another way, by reading all of it. Undefined where there is none.
 */
export async function sumOfObject(
  connection: Connection,
  object: ObjectName,
  where: string,
): Promise<FileSum | undefined> {
  const { sdk, send } = connection;
  const head = await send((client) => unlessMissing(client.send(new sdk.HeadObjectCommand(object))));
  if (head === undefined) return undefined;
  const { ContentLength, Metadata } = head;
  const told = Metadata?.[SHA256];
  if (told !== undefined && ContentLength !== undefined) return { bytes: ContentLength, sha256: told };
  let sum: FileSum | undefined;
  await transfer(connection, object, where, async (body) => {
    const hash = createHash("sha256");
    let bytes = 0;
    const write = (chunk: Uint8Array, _: string, done: () => void) => {
      hash.update(chunk);
      bytes += chunk.length;
      done();
    };
    await pipeline(body, new Writable({ write }));
    sum = { bytes, sha256: hash.digest("hex") };
  });
  return sum;
}

async function transfer(
  { sdk, send }: Connection,
  object: ObjectName,
  where: string,
  take: (body: Readable) => Promise<void>,
): Promise<boolean> {
  for (let turn = 1; ; turn++) {
    const answer = await send((client) => unlessMissing(client.send(new sdk.GetObjectCommand(object))));
    if (answer === undefined) return false;
    const cut = await cutOff(answer, take);
    if (cut === undefined) return true;
    if (turn === TRANSFERS) {
      throw new FeatureStorageError(
        `${where}: was cut off ${turn} times while it was read (${cut}); try again later`,
      );
    }
    await new Promise((resolve) => setTimeout(resolve, PAUSE * 2 ** (turn - 1)));
  }
}

/** Why a transfer did not come to its end; undefined where it did. Failures of the file system are thrown. */
async function cutOff(
  { Body, ContentLength }: GetObjectCommandOutput,
  take: (body: Readable) => Promise<void>,
): Promise<string | undefined> {
  if (!(Body instanceof Readable)) throw new TypeError("the SDK's answer has no stream");
  let bytes = 0;
  let failure: Error | undefined;
  Body.on("data", (chunk: Uint8Array) => {
    bytes += chunk.length;
  });
  Body.on("error", (error) => {
    failure ??= error;
  });
  try {
    await take(Body);
  } catch (error) {
    if (failure === undefined || error !== failure) throw error;
    return failure.message;
  }
  return ContentLength === undefined || bytes === ContentLength
    ? undefined
    : `${bytes} of ${ContentLength} bytes`;
}

/** Undefined where an object does not exist; a bucket that does not is an error still. */
async function unlessMissing<T>(answer: Promise<T>): Promise<T | undefined> {
  try {
    return await answer;
  } catch (error) {
    if (error instanceof Error && ["NoSuchKey", "NotFound"].includes(error.name)) return undefined;
    throw error;
  }
}
