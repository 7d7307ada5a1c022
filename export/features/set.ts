// A set as a whole: its plan, which comes first, and features.json, which comes last.
import * as v from "valibot";
import { FeatureSetError, FeatureTargetError } from "./errors.ts";
import {
  type FeaturePlan,
  PLAN_FILE,
  PlanSchema,
  parseJson,
  parsePlan,
  planDifferences,
  planText,
} from "./plan.ts";
import type { ShardRecord } from "./record.ts";
import type { Storage } from "./storage/storage.ts";
import { nameIn, putText, readText } from "./storage/text.ts";

/** The description of a set that is whole. */
export const SET_FILE = "features.json";
/** The items that were left out, one JSON object a line; there only where there are any. */
export const BAD_FILE = "bad.jsonl";

const SetSchema = v.object({
  ...PlanSchema.entries,
  /** In all shards. */
  rows: v.number(),
  bad: v.number(),
  shards: v.array(
    v.object({
      name: v.string(),
      start: v.number(),
      end: v.number(),
      rows: v.number(),
      files: v.array(v.string()),
    }),
  ),
});

/** All of features.json: the plan, and what came of it. */
export interface FeatureSetInfo extends v.InferOutput<typeof SetSchema> {
  readonly columns: FeaturePlan["columns"];
}

/**
 * Claims a storage for a plan: writes plan.json, unless there is one for the same tables already. Gives the one that is
 * there.
 *
 * Throws `FeatureTargetError` where it holds another set, named with what is different, or something else.
 */
export async function claimStorage(storage: Storage, plan: FeaturePlan): Promise<FeaturePlan> {
  const there = await readPlan(storage);
  if (there) return sameTables(storage, there, plan);
  const names = await storage.list();
  // Who claims the same place at the same time may have written its plan meanwhile.
  const other = names.includes(PLAN_FILE) ? await readPlan(storage) : undefined;
  if (other) return sameTables(storage, other, plan);
  if (names.length > 0) {
    throw new FeatureTargetError(
      `${storage.where}: holds ${names.length} files but no ${PLAN_FILE}, so it is no set of features; ` +
        "expected an empty folder, or nothing",
    );
  }
  await putText(storage, PLAN_FILE, planText(plan));
  return plan;
}

/** Gives the plan that is there. Throws `FeatureTargetError` where it is of other tables. */
function sameTables({ where }: Storage, there: FeaturePlan, plan: FeaturePlan): FeaturePlan {
  const differences = planDifferences(there, plan);
  if (differences.length === 0) return there;
  throw new FeatureTargetError(
    `${where}: holds another set of features: ${differences.join("; ")}; expected the same, or another place`,
  );
}

/** The plan of a set, finished or not. Throws `FeatureSetError` where it is damaged. */
export async function readPlan(storage: Storage): Promise<FeaturePlan | undefined> {
  const text = await readText(storage, PLAN_FILE);
  return text === undefined ? undefined : parsePlan(text, nameIn(storage, PLAN_FILE));
}

/** Completes a set: bad.jsonl where items were left out, then features.json. */
export async function finishSet(
  storage: Storage,
  plan: FeaturePlan,
  records: readonly ShardRecord[],
): Promise<FeatureSetInfo> {
  const bad = records.flatMap((record) => record.bad);
  if (bad.length > 0) {
    await putText(storage, BAD_FILE, bad.map((item) => `${JSON.stringify(item)}\n`).join(""));
  }
  const info: FeatureSetInfo = {
    ...plan,
    rows: records.reduce((sum, { rows }) => sum + rows, 0),
    bad: bad.length,
    shards: records.map(({ shard, start, end, rows, files }) => ({
      ...{ name: shard, start, end, rows },
      files: files.map(({ name }) => name),
    })),
  };
  await putText(storage, SET_FILE, `${JSON.stringify(info, null, 2)}\n`);
  await storage.tidy();
  return info;
}

/** Throws `FeatureSetError` where there is no finished set. */
export async function readSet(storage: Storage): Promise<FeatureSetInfo> {
  const text = await readText(storage, SET_FILE);
  if (text !== undefined) return parseJson(SetSchema, text, nameIn(storage, SET_FILE));
  const plan = await readPlan(storage);
  const found = plan
    ? `is not finished: there is a ${PLAN_FILE} but no ${SET_FILE}; run the same latentkit encode again`
    : `has no ${SET_FILE}; expected a folder that latentkit encode has filled`;
  throw new FeatureSetError(`${storage.where}: ${found}`);
}
