// The source `a .parquet file`: recognised by its first bytes, else by its name.
import type { Source } from "../source.ts";
import { openGiven } from "./open.ts";

export const parquet: Source = {
  usage: "a .parquet file",
  matches(spec, found) {
    if (found.kind === "folder") return false;
    const magic = found.kind === "file" && String.fromCharCode(...found.head.subarray(0, 4)) === "PAR1";
    return magic || /\.parquet$/i.test(spec);
  },
  open: openGiven,
  walk: ({ range }) => ({ range, memory: 0, check: false }),
};
