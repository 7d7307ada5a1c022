// The plan of a set of feature tables: what goes in, what comes out, and which rows each shard has. It follows from the
// package, the source and the options alone, so that every process that works on the set has the same.
import { createHash } from "node:crypto";
import * as v from "valibot";
import type { Column } from "./columns.ts";
import { FeatureSetError } from "./errors.ts";

/** The file a plan is kept in, beside the shards. */
export const PLAN_FILE = "plan.json";

const text = v.string();
const count = v.pipe(v.number(), v.integer(), v.minValue(1));

const Scalar = v.object({
  kind: v.literal("scalar"),
  name: text,
  type: v.picklist(["text", "integer", "int32", "number", "float32", "boolean"]),
});
const Vector = v.object({
  kind: v.literal("vector"),
  name: text,
  type: v.picklist(["float32", "float16", "int8"]),
  size: count,
});

export const PlanSchema = v.object({
  schemaVersion: v.literal(1),
  package: v.object({
    name: text,
    /** Of what the codes depend on: the graphs that are run, and how input is read. */
    sha256: text,
    dtype: v.picklist(["fp32", "fp16", "q8"]),
    /** Where it lay, as it was given. */
    folder: v.optional(text),
  }),
  source: v.object({
    /** As it was given. */
    spec: text,
    name: text,
    items: count,
    /** Of ids, labels, shape, and some items' values. */
    fingerprint: text,
  }),
  format: v.picklist(["parquet", "npy", "arrow", "csv", "jsonl"]),
  compression: v.picklist(["none", "snappy", "zstd"]),
  columns: v.array(v.variant("kind", [Scalar, Vector])),
  /** Rows of a shard, where none are bad; the last has fewer. */
  shardSize: count,
  /** Items encoded at a time: codes may differ in their last bits with it. */
  batchSize: count,
});

export interface FeaturePlan extends v.InferOutput<typeof PlanSchema> {
  readonly columns: Column[];
}

export type FormatName = FeaturePlan["format"];
export type Compression = FeaturePlan["compression"];

/** Items `start` (included) to `end` (excluded) of the source. */
export interface Shard {
  readonly number: number;
  /** Such as `part-00000`. */
  readonly name: string;
  readonly start: number;
  readonly end: number;
}

/** All shards of a set, in the order of the source. */
export function shardsOf({ source, shardSize }: FeaturePlan): readonly Shard[] {
  return Array.from({ length: Math.ceil(source.items / shardSize) }, (_, number) => ({
    number,
    name: shardName(number),
    start: number * shardSize,
    end: Math.min((number + 1) * shardSize, source.items),
  }));
}

export function shardName(number: number): string {
  return `part-${String(number).padStart(5, "0")}`;
}

/** How many items of the source these shards have, bad ones included. */
export function itemsOf(shards: readonly Shard[]): number {
  return shards.reduce((sum, { start, end }) => sum + end - start, 0);
}

/** Names the plan: shards of another one are not taken for its own. Where package and source lie makes no difference. */
export function planHash(plan: FeaturePlan): string {
  const { source, package: model, ...others } = plan;
  return createHash("sha256")
    .update(canonical({ ...others, package: graphsOf(model), source: contentOf(source) }))
    .digest("hex");
}

/** A package without its path: the same graphs may be found under another. */
function graphsOf({ folder: _, ...graphs }: FeaturePlan["package"]) {
  return graphs;
}

/** A source without its path and name: the same items may be found under another. */
function contentOf({ items, fingerprint }: FeaturePlan["source"]) {
  return { items, fingerprint };
}

export function planText(plan: FeaturePlan): string {
  return `${JSON.stringify(plan, null, 2)}\n`;
}

/** Throws `FeatureSetError`. @param where the file, for messages */
export function parsePlan(json: string, where: string): FeaturePlan {
  return parseJson(PlanSchema, json, where);
}

/** Checks the text of a JSON file of a set. Throws `FeatureSetError` that names the field. */
export function parseJson<S extends v.GenericSchema>(
  schema: S,
  json: string,
  where: string,
): v.InferOutput<S> {
  let value: unknown;
  try {
    value = JSON.parse(json);
  } catch (error) {
    throw new FeatureSetError(`${where}: is not JSON (${error instanceof Error ? error.message : error})`);
  }
  const result = v.safeParse(schema, value);
  if (result.success) return result.output;
  const [issue] = result.issues;
  const field = issue.path?.map(({ key }) => String(key)).join(".") ?? "the whole file";
  throw new FeatureSetError(`${where}: ${field}: ${issue.message}`);
}

/** How one plan differs from another, field by field, in words; empty where they ask for the same tables. */
export function planDifferences(there: FeaturePlan, wanted: FeaturePlan): readonly string[] {
  const lines: string[] = [];
  const inWords = ({ package: { name, sha256, dtype } }: FeaturePlan) =>
    `${JSON.stringify(name)} (${dtype}, sha256 ${sha256.slice(0, 12)}…)`;
  if (canonical(graphsOf(there.package)) !== canonical(graphsOf(wanted.package)))
    lines.push(`package ${inWords(there)} instead of ${inWords(wanted)}`);
  if (canonical(contentOf(there.source)) !== canonical(contentOf(wanted.source))) {
    const source = ({ source: { spec, items, fingerprint } }: FeaturePlan) =>
      `${JSON.stringify(spec)} (${items} items, fingerprint ${fingerprint.slice(0, 12)}…)`;
    lines.push(`source ${source(there)} instead of ${source(wanted)}`);
  }
  for (const field of ["format", "compression", "shardSize", "batchSize"] as const) {
    if (there[field] !== wanted[field]) lines.push(`${field} ${there[field]} instead of ${wanted[field]}`);
  }
  if (canonical(there.columns) !== canonical(wanted.columns))
    lines.push(`columns ${describeColumns(there.columns)} instead of ${describeColumns(wanted.columns)}`);
  return lines;
}

function describeColumns(columns: readonly Column[]): string {
  return columns
    .map((column) => `${column.name} ${column.type}${column.kind === "vector" ? `[${column.size}]` : ""}`)
    .join(", ");
}

/** JSON with the keys of every object in one order. */
function canonical(value: unknown): string {
  return JSON.stringify(value, (_, inner: unknown) => {
    if (typeof inner !== "object" || inner === null || Array.isArray(inner)) return inner;
    return Object.fromEntries(Object.entries(inner).sort(([a], [b]) => (a < b ? -1 : 1)));
  });
}
