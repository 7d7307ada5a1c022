// What s3://bucket/prefix stands for.
import { FeatureOptionError } from "../../errors.ts";

export interface S3Address {
  readonly bucket: string;
  /** What all keys begin with: empty, or ending with a slash. */
  readonly prefix: string;
}

/** Throws `FeatureOptionError` where it is no bucket's name and a prefix. */
export function parseS3Address(text: string): S3Address {
  const [, bucket = "", path = ""] = /^s3:\/\/([^/]*)(?:\/(.*))?$/s.exec(text) ?? [];
  // The rules of the protocol's author, wide enough for other stores' older names.
  const isName = /^[a-z0-9][a-z0-9._-]{1,61}[a-z0-9]$/i.test(bucket);
  const parts = path.replace(/\/$/, "").split("/");
  const isPath = path === "" || parts.every((part) => !["", ".", ".."].includes(part));
  if (!isName || !isPath) {
    throw new FeatureOptionError("storage", text, "s3://bucket or s3://bucket/prefix");
  }
  return { bucket, prefix: path === "" ? "" : `${parts.join("/")}/` };
}
