// The results that are kept: docs/reproduced.json, an entry per experiment.
import { readFile } from "node:fs/promises";
import * as v from "valibot";
import { writeWhole } from "../../export/index.ts";

const goal = v.object({ at: v.picklist(["least", "most"]), limit: v.number() });

const line = v.object({
  measure: v.string(),
  obtained: v.number(),
  reference: v.nullable(v.number()),
  source: v.string(),
  goal: v.nullable(goal),
  digits: v.number(),
});

const result = v.object({
  /** ISO date on which it ended. */
  date: v.pipe(v.string(), v.isoDate()),
  /** Processor, cores, platform and Node. */
  machine: v.string(),
  seconds: v.number(),
  lines: v.array(line),
});

const results = v.record(v.string(), result);

/** What one experiment gave, where and when. */
export type Result = v.InferOutput<typeof result>;
/** By the experiment's name. */
export type Results = v.InferOutput<typeof results>;

/** Nothing where the file is not there. Throws an Error that names the file and what is wrong in it. */
export async function readResults(path: string): Promise<Results> {
  let text: string;
  try {
    text = await readFile(path, "utf8");
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === "ENOENT") return {};
    throw error;
  }
  const parsed = v.safeParse(v.pipe(v.string(), v.parseJson(), results), text);
  if (parsed.success) return parsed.output;
  const [issue] = parsed.issues;
  throw new Error(`${path}: ${v.getDotPath(issue) ?? "the whole file"}: ${issue.message}`);
}

export async function keepResult(path: string, name: string, result: Result): Promise<Results> {
  const all: Results = { ...(await readResults(path)), [name]: result };
  await writeWhole(path, `${JSON.stringify(all, null, 2)}\n`);
  return all;
}
