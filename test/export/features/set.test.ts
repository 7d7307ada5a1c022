// Claiming a place for a set.
import assert from "node:assert/strict";
import { mkdir, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { type TestContext, test } from "node:test";
import type { FeaturePlan } from "../../../export/features/plan.ts";
import { claimStorage } from "../../../export/features/set.ts";
import { folderStorage } from "../../../export/features/storage/folder.ts";
import { temporaryFolder } from "../../helpers/temporary-folder.ts";

const plan: FeaturePlan = {
  schemaVersion: 1,
  package: { name: "tiny", sha256: "0".repeat(64), dtype: "fp32", folder: "package" },
  source: { spec: "items.npy", name: "items", items: 100, fingerprint: "1".repeat(64) },
  format: "parquet",
  compression: "snappy",
  columns: [{ name: "id", kind: "scalar", type: "text" }],
  shardSize: 10,
  batchSize: 5,
};

/** A folder that another process claims just after it was found to have no plan. */
async function contested(t: TestContext, otherPlan: FeaturePlan) {
  const storage = folderStorage(await temporaryFolder(t));
  return {
    ...storage,
    async list() {
      await claimStorage(storage, otherPlan);
      return storage.list();
    },
  };
}

test("two that claim a place for the same tables at the same moment both have it", async (t) => {
  assert.deepEqual(await claimStorage(await contested(t, plan), plan), plan);
});

test("a place that was claimed for other tables at the same moment is refused with what is different", async (t) => {
  const storage = await contested(t, { ...plan, shardSize: 20 });
  await assert.rejects(claimStorage(storage, plan), {
    name: "FeatureTargetError",
    message:
      /: holds another set of features: shardSize 20 instead of 10; expected the same, or another place$/,
  });
});

test("a place with other files is not claimed, nor one where plan.json is a folder", async (t) => {
  const [files, folders] = [await temporaryFolder(t), await temporaryFolder(t)];
  await writeFile(join(files, "notes.txt"), "");
  await mkdir(join(folders, "plan.json"));
  for (const folder of [files, folders]) {
    await assert.rejects(claimStorage(folderStorage(folder), plan), {
      name: "FeatureTargetError",
      message:
        `${folder}: holds 1 files but no plan.json, so it is no set of features; ` +
        "expected an empty folder, or nothing",
    });
  }
});
