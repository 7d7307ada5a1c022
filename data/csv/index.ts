// The source `a .csv file`: recognised by its name.
import type { Source } from "../source.ts";
import { openGiven } from "./open.ts";

export const csv: Source = {
  usage: "a .csv file",
  matches: (spec, found) => found.kind !== "folder" && /\.[ct]sv(\.gz)?$/i.test(spec),
  open: openGiven,
  walk: ({ range }) => ({ range, memory: 0, check: false }),
};
