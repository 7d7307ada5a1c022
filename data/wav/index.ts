// The source `a .wav file`: recognised by its first bytes, else by its name.
import type { Source } from "../source.ts";
import { looksLikeWav } from "./header.ts";
import { openGiven } from "./open.ts";

export const wav: Source = {
  usage: "a .wav file",
  matches(spec, found) {
    if (found.kind === "folder") return false;
    return /\.wav$/i.test(spec) || (found.kind === "file" && looksLikeWav(found.head));
  },
  open: openGiven,
};
