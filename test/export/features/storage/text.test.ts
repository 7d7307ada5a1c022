// Small text files of a storage that others tidy up.
import assert from "node:assert/strict";
import { readdir, readFile, rm } from "node:fs/promises";
import { join } from "node:path";
import test from "node:test";
import { folderStorage } from "../../../../export/features/storage/folder.ts";
import type { Storage } from "../../../../export/features/storage/storage.ts";
import { putText } from "../../../../export/features/storage/text.ts";
import { temporaryFolder } from "../../../helpers/temporary-folder.ts";

/** A folder where what is written is taken away so many times before it gets its name. */
function tidied(folder: string, times: number): Storage {
  const storage = folderStorage(folder);
  let left = times;
  return {
    ...storage,
    put: (names, fill) =>
      storage.put(names, async (paths) => {
        const result = await fill(paths);
        if (left-- > 0) for (const path of paths) await rm(path);
        return result;
      }),
  };
}

test("a file that another coordinator has tidied away while it was written is written again", async (t) => {
  const folder = await temporaryFolder(t);
  await putText(tidied(folder, 2), "features.json", "whole");
  assert.equal(await readFile(join(folder, "features.json"), "utf8"), "whole");
  assert.deepEqual(await readdir(folder), ["features.json"]);
});

test("where it is taken away each time the reason is told, and nothing is left", async (t) => {
  const folder = await temporaryFolder(t);
  await assert.rejects(putText(tidied(folder, 99), "features.json", "whole"), { code: "ENOENT" });
  assert.deepEqual(await readdir(folder), []);
});
