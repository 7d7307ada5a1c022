// All kinds of table files: to add one, write its file, put it here and in the plan's schema.
import type { FormatName } from "../plan.ts";
import { arrow } from "./arrow.ts";
import { csv } from "./csv.ts";
import type { Format } from "./format.ts";
import { jsonl } from "./jsonl.ts";
import { npy } from "./npy.ts";
import { parquet } from "./parquet/index.ts";

export const formats: Readonly<Record<FormatName, Format>> = { parquet, npy, arrow, csv, jsonl };
