// The source `a .tar file of images`: recognised by its name.
import { walkImages } from "../images/open.ts";
import type { Source } from "../source.ts";
import { openGiven } from "./open.ts";

export const tar: Source = {
  usage: "a .tar file of images (WebDataset)",
  matches: (spec, found) => found.kind !== "folder" && /\.(tar(\.gz)?|tgz)$/i.test(spec),
  open: openGiven,
  walk: walkImages,
};
