// The source `a folder of images`.
import type { Source } from "../source.ts";
import { openGiven, walkImages } from "./open.ts";

export const images: Source = {
  usage: "a folder of images",
  matches: (_spec, found) => found.kind === "folder",
  open: openGiven,
  walk: walkImages,
};
