// Fills in a config's defaults, or says what is wrong with it.
import * as v from "valibot";
import { ConfigError } from "../errors.ts";
import { checkpoint, earlyStopping, model, optimizer, schedule, schema, validation } from "./schema.ts";

/** A config as people write it: every key may be left out. */
export type TrainConfigInput = v.InferInput<typeof schema>;
/** A config with all defaults filled in. */
export type TrainConfig = v.InferOutput<typeof schema>;

/**
 * Fills in defaults. Throws `ConfigError` for the first thing wrong, as in
 * `config: optimizer.learningRate is -1; expected a number above 0`.
 */
export function resolveConfig(config: unknown): TrainConfig {
  const result = v.safeParse(schema, config);
  if (result.success) return checkTogether(result.output);
  const [issue] = result.issues;
  const path = v.getDotPath(issue) ?? "";
  if (issue.type === "strict_object" && issue.expected === "never") {
    throw new ConfigError(`config: unknown key ${path}${known(path)}`);
  }
  const received = JSON.stringify(issue.input) ?? String(issue.input);
  const wanted = issue.message.startsWith("Invalid") ? `expected ${issue.expected}` : issue.message;
  throw new ConfigError(`config: ${path === "" ? "the whole" : path} is ${received}; ${wanted}`);
}

/** Parts that are right alone and can't go together. */
function checkTogether(config: TrainConfig): TrainConfig {
  const { warmup } = config.optimizer.schedule;
  if (warmup >= config.epochs) {
    throw new ConfigError(
      `config: optimizer.schedule.warmup is ${warmup}; expected less than the run's ${config.epochs} epochs`,
    );
  }
  return config;
}

const parents: Readonly<Record<string, { readonly entries: object }>> = {
  "": schema,
  model,
  optimizer,
  "optimizer.schedule": schedule,
  validation,
  earlyStopping,
  checkpoint,
};

/** "; known here: a, b" for the object that a dotted path leads into. */
function known(path: string): string {
  const parent = parents[path.split(".").slice(0, -1).join(".")];
  return parent ? `; known here: ${Object.keys(parent.entries).join(", ")}` : "";
}
