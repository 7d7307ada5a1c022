// Sends a file of this machine to a store: small ones in one request, others in parts, never with more than a few in memory.
import { open } from "node:fs/promises";
import type { CompletedPart } from "@aws-sdk/client-s3";
import { forEachBounded } from "../../../../data/bounded.ts";
import type { FileSum } from "../sum.ts";
import type { Connection } from "./client.ts";

/** Bytes of a part. The protocol asks for 5 MiB at least, but for the last. */
export const PART_SIZE = 16 * 2 ** 20;
/** Parts of an object, at most, by the protocol. */
const MOST_PARTS = 10_000;
/** Parts under way at a time. */
const UNDER_WAY = 3;

/** Where an object lies. */
export interface ObjectName {
  readonly Bucket: string;
  readonly Key: string;
}

/** The name under which an object's metadata tell the sha256 of all of it. */
export const SHA256 = "sha256";

/** The object is there, whole, when this resolves, and as it was before when this rejects. */
export async function upload(
  { sdk, send }: Connection,
  object: ObjectName,
  path: string,
  { bytes, sha256 }: FileSum,
  partSize: number,
): Promise<void> {
  const Metadata = { [SHA256]: sha256 };
  const size = Math.max(partSize, Math.ceil(bytes / MOST_PARTS));
  const file = await open(path);
  const read = async (from: number) => {
    const body = new Uint8Array(Math.min(size, bytes - from));
    await readFully(body, from);
    return body;
  };
  const readFully = async (into: Uint8Array, from: number) => {
    for (let filled = 0; filled < into.length; ) {
      const { bytesRead } = await file.read(into, filled, into.length - filled, from + filled);
      if (bytesRead === 0) throw new Error(`${path}: became shorter while it was read`);
      filled += bytesRead;
    }
  };
  try {
    if (bytes <= size) {
      const Body = await read(0);
      await send((client) => client.send(new sdk.PutObjectCommand({ ...object, Body, Metadata })));
      return;
    }
    const begin = new sdk.CreateMultipartUploadCommand({ ...object, Metadata });
    const { UploadId } = await send((client) => client.send(begin));
    const parts: CompletedPart[] = [];
    try {
      await forEachBounded(Math.ceil(bytes / size), UNDER_WAY, async (i) => {
        const Body = await read(i * size);
        const part = new sdk.UploadPartCommand({ ...object, UploadId, PartNumber: i + 1, Body });
        const { ETag } = await send((client) => client.send(part));
        parts[i] = { ETag, PartNumber: i + 1 };
      });
      const complete = { ...object, UploadId, MultipartUpload: { Parts: parts } };
      await send((client) => client.send(new sdk.CompleteMultipartUploadCommand(complete)));
    } catch (error) {
      // Parts are kept, and paid for, until they are given up; where this fails as well, `tidy` will find them.
      const abort = new sdk.AbortMultipartUploadCommand({ ...object, UploadId });
      await send((client) => client.send(abort)).catch(() => undefined);
      throw error;
    }
  } finally {
    await file.close();
  }
}
