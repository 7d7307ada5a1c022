// The source `an IDX file`: recognised by its name, else by its first bytes.
import { basename } from "node:path";
import type { Source } from "../source.ts";
import { looksLikeIdx } from "./header.ts";
import { openGiven } from "./open.ts";

export const idx: Source = {
  usage: "an IDX file",
  paths: ["labels"],
  matches(spec, found) {
    if (found.kind === "folder") return false;
    const named = /(^|[-._])idx\d?([-._]|$)/i.test(basename(spec));
    return named || (found.kind === "file" && looksLikeIdx(found.head));
  },
  open: openGiven,
};
