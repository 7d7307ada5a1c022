// What a process needs to make shards of a set: the package and the source opened, held against each other, planned.
import { type Dataset, itemBytes, itemSize, openToWalk } from "../../data/index.ts";
import { loadRuntime, type Manifest, type Runtime } from "../../runtime/index.ts";
import { readManifest } from "../package/read-manifest.ts";
import { ownColumns, planColumns } from "./columns.ts";
import { FeatureOptionError } from "./errors.ts";
import { packageHash, sourceFingerprint } from "./fingerprint.ts";
import { type CheckedFeatureOptions, usualBatchSize } from "./options.ts";
import type { FeaturePlan } from "./plan.ts";

export interface FeatureJob {
  readonly plan: FeaturePlan;
  readonly dataset: Dataset;
  /** The package, started when it is first asked for. */
  runtime(): Promise<Runtime>;
  close(): Promise<void>;
}

/**
 * Rejects with `FeatureOptionError` where package, source and options do not go together, and with what reading package
 * and source says.
 */
export async function openJob(
  packageFolder: string,
  source: string,
  options: CheckedFeatureOptions,
): Promise<FeatureJob> {
  const { keep, dtype, device, workers, threads } = options;
  const manifest = await readManifest(packageFolder);
  const sha256 = packageHash(manifest, dtype);
  const dataset = await openToWalk(source, manifest.input, keep.length > 0 ? { keep } : {});
  let runtime: Promise<Runtime> | undefined;
  const close = async () => {
    await (await runtime?.catch(() => undefined))?.dispose();
    await dataset.close?.();
  };
  try {
    checkItems(source, dataset, manifest);
    const { format, compression, shardSize, batchSize = usualBatchSize(itemBytes(dataset)) } = options;
    const plan: FeaturePlan = {
      schemaVersion: 1,
      package: { name: manifest.name, sha256, dtype, folder: packageFolder },
      source: {
        ...{ spec: source, name: dataset.name, items: dataset.length },
        fingerprint: await sourceFingerprint(dataset),
      },
      ...{ format, compression, columns: [...columnsFor(dataset, manifest, options)], shardSize, batchSize },
    };
    return {
      plan,
      dataset,
      runtime() {
        runtime ??= loadRuntime(packageFolder, {
          ...{ dtype, maxBatchSize: batchSize },
          ...(device !== undefined && { device }),
          ...(workers !== undefined && { workers }),
          ...(threads !== undefined && { threads }),
        });
        return runtime;
      },
      close,
    };
  } catch (error) {
    await close();
    throw error;
  }
}

function columnsFor(
  dataset: Dataset,
  { codeSize }: Manifest,
  { codes, label, error, keep }: CheckedFeatureOptions,
) {
  const kept = dataset.kept ?? [];
  for (const name of keep) {
    const taken = ownColumns.includes(name) || /^code_\d+$/.test(name);
    if (taken)
      throw new FeatureOptionError("keep", name, `a name other than ${ownColumns.join(", ")}, code_…`);
  }
  const labelType = dataset.classNames ? "text" : "int32";
  return planColumns({
    ...{ codeSize, codeType: codes, error, kept },
    label: label && dataset.labels ? labelType : undefined,
  });
}

/** Shapes may be the same, or one of them flat. Throws `FeatureOptionError`. */
export function checkItems(
  source: string,
  { shape, dtype, skipped }: Dataset,
  { name, input }: Manifest,
): void {
  const same = shape.join() === input.shape.join();
  const isFlat = shape.length === 1 || input.shape.length === 1;
  const fits = same || (isFlat && itemSize(shape) === itemSize(input.shape));
  if (!fits || dtype !== input.dtype) {
    throw new FeatureOptionError(
      "source",
      source,
      `${input.dtype} items of [${input.shape.join(", ")}], which model ${JSON.stringify(name)} takes; ` +
        `it holds ${dtype} items of [${shape.join(", ")}]`,
    );
  }
  if (!skipped) return;
  throw new FeatureOptionError(
    "source",
    source,
    "no skipBad in it: the option skipBad (--skip-bad) leaves items out and records which",
  );
}
