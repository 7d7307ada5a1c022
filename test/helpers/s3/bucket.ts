// What an S3 store holds, in memory, and its operations as its clients see them.
import { createHash, randomUUID } from "node:crypto";

export interface StoredObject {
  readonly bytes: Uint8Array;
  readonly etag: string;
  readonly metadata: Readonly<Record<string, string>>;
}

interface Upload {
  readonly key: string;
  readonly metadata: StoredObject["metadata"];
  readonly parts: Map<number, Uint8Array>;
}

/** Of every part but the last, by the protocol. */
const LEAST_PART = 5 * 2 ** 20;

export class Bucket {
  readonly objects = new Map<string, StoredObject>();
  readonly uploads = new Map<string, Upload>();

  put(key: string, bytes: Uint8Array, metadata: StoredObject["metadata"] = {}): string {
    const etag = `"${md5(bytes)}"`;
    this.objects.set(key, { bytes, etag, metadata });
    return etag;
  }

  begin(key: string, metadata: StoredObject["metadata"]): string {
    const id = randomUUID();
    this.uploads.set(id, { key, metadata, parts: new Map() });
    return id;
  }

  /** The code of an error, or undefined where the object is there now. */
  complete(id: string, numbers: readonly number[]): string | undefined {
    const upload = this.uploads.get(id);
    if (!upload) return "NoSuchUpload";
    const parts = numbers.map((number) => upload.parts.get(number));
    if (parts.some((part) => part === undefined)) return "InvalidPart";
    const bytes = parts as Uint8Array[];
    if (bytes.slice(0, -1).some(({ length }) => length < LEAST_PART)) return "EntityTooSmall";
    this.put(upload.key, Buffer.concat(bytes), upload.metadata);
    this.uploads.delete(id);
    return undefined;
  }

  /** Keys and common prefixes after `after`, in order, one page of them. */
  list(prefix: string, delimiter: string, after: string, most: number) {
    const entries = new Set<string>();
    for (const key of this.objects.keys()) {
      if (!key.startsWith(prefix)) continue;
      const end = delimiter === "" ? -1 : key.indexOf(delimiter, prefix.length);
      entries.add(end < 0 ? key : key.slice(0, end + delimiter.length));
    }
    const left = [...entries].sort().filter((entry) => entry > after);
    return { entries: left.slice(0, most), isTruncated: left.length > most };
  }
}

function md5(bytes: Uint8Array): string {
  return createHash("md5").update(bytes).digest("hex");
}
