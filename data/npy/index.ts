// The source `a .npy file`: recognised by its first bytes, else by its name.
import type { Source } from "../source.ts";
import { looksLikeNpy } from "./header.ts";
import { openGiven } from "./open.ts";

export const npy: Source = {
  usage: "a .npy file",
  paths: ["labels"],
  matches(spec, found) {
    if (found.kind === "folder") return false;
    return /\.npy$/i.test(spec) || (found.kind === "file" && looksLikeNpy(found.head));
  },
  open: openGiven,
  walk: ({ range }) => ({ range }),
};
