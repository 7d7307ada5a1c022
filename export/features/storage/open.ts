// From what a user names to a storage.
import { FeatureOptionError } from "../errors.ts";
import { folderStorage } from "./folder.ts";
import { s3Storage } from "./s3/storage.ts";
import type { Storage } from "./storage.ts";

/**
 * A storage as it is; else a bucket for `s3://bucket/prefix`, or the folder of that path. Nothing is read or made yet.
 *
 * Throws `FeatureOptionError` for addresses of other kinds.
 */
export function openStorage(place: string | Storage): Storage {
  if (typeof place !== "string") return place;
  if (isS3(place)) return s3Storage(place);
  if (/^[a-z][a-z0-9+.-]+:\/\//i.test(place)) {
    throw new FeatureOptionError("storage", place, "a folder, s3://bucket or s3://bucket/prefix");
  }
  return folderStorage(place);
}

export function isS3(place: string): boolean {
  return place.startsWith("s3://");
}
