// The source `speech`: a voice reading texts (Allison Smith, CC BY-SA 3.0, 8 kHz), as the telephone system Asterisk has it.
import { access } from "node:fs/promises";
import { join } from "node:path";
import type { Dataset } from "./dataset.ts";
import { MissingFileError, UnknownSourceError } from "./errors.ts";
import type { Source } from "./source.ts";
import { openGiven } from "./wav/open.ts";

/** Two texts, of 73 and of 30 seconds. */
const parts: ReadonlyMap<string, { readonly split: string; readonly file: string }> = new Map([
  ["speech", { split: "train", file: "demo-instruct.wav" }],
  ["speech:train", { split: "train", file: "demo-instruct.wav" }],
  ["speech:test", { split: "test", file: "demo-congrats.wav" }],
]);

/** Where Debian's package has them, and Asterisk's own installation. */
export const speechFolders: readonly string[] = [
  "/usr/share/asterisk/sounds/en_US_f_Allison",
  "/var/lib/asterisk/sounds/en",
];

/** Takes the options of .wav files. */
export const speech = speechIn(speechFolders);

/** The source whose files are in the first of these folders that has them. */
export function speechIn(folders: readonly string[]): Source {
  return {
    usage: [...parts.keys()].join(", "),
    named: true,
    matches: (spec) => spec === "speech" || spec.startsWith("speech:"),
    async open(spec, given): Promise<Dataset> {
      const part = parts.get(spec);
      if (!part) throw new UnknownSourceError(spec, "speech has no such part", [...parts.keys()]);
      const path = await locate(spec, part.file, folders);
      return openGiven(path, { name: `speech:${part.split}`, ...given });
    },
  };
}

async function locate(spec: string, file: string, folders: readonly string[]): Promise<string> {
  for (const folder of folders) {
    const path = join(folder, file);
    if (await isThere(path)) return path;
  }
  throw new MissingFileError(
    spec,
    `there is no ${file} in ${folders.join(" or ")}`,
    "Asterisk's English sounds: apt-get install asterisk-core-sounds-en-wav; or the path of a .wav file instead",
  );
}

function isThere(path: string): Promise<boolean> {
  return access(path).then(
    () => true,
    () => false,
  );
}
