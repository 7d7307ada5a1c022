// What of an evaluation can be measured with the items there are, and why the rest can't.
import { type Dataset, itemSize } from "../../data/index.ts";
import type { Manifest } from "../../runtime/index.ts";
import { EvaluationError } from "../errors.ts";
import { type Metric, metrics } from "./metrics.ts";
import type { Sets } from "./sets.ts";
import type { EvaluationTask } from "./task.ts";

/** Values of an item up to which PCA is computed: its time grows with their cube. */
const MOST_FEATURES = 2048;
/** Items of a test set that the measures of neighbours need. */
const LEAST_ITEMS = 30;

export interface Plan {
  has(metric: Metric): boolean;
  readonly pca: boolean;
  readonly needsTrainCodes: boolean;
  readonly needsErrors: boolean;
  /** Numbers of the test set's labels that are outliers, where they are to be found. */
  readonly outlierLabels: ReadonlySet<number> | undefined;
  readonly notes: readonly string[];
}

export interface PlanRequest {
  readonly task: Pick<EvaluationTask, "metrics" | "normal" | "references" | "neighbours">;
  readonly manifest: Manifest;
  readonly sets: Pick<Sets, "train" | "test">;
}

/**
 * All metrics that can be had, or those named.
 *
 * @throws EvaluationError where one that is named can't be had, and for `normal` labels that the test set lacks
 */
export function planMeasures({ task, manifest, sets }: PlanRequest): Plan {
  const { train, test } = sets;
  const notes: string[] = [];
  const obstacles = obstaclesTo(task, manifest, sets);
  const chosen = metrics.filter((metric) => {
    if (task.metrics && !task.metrics.includes(metric)) return false;
    const obstacle = obstacles[metric];
    if (obstacle === undefined) return true;
    if (task.metrics) {
      throw new EvaluationError(`metrics: ${metric} can't be measured: ${obstacle.reason}`);
    }
    if (!obstacle.usual) notes.push(`${metric}: ${obstacle.reason}`);
    return false;
  });
  const features = itemSize(manifest.input.shape);
  if (!train) notes.push(`PCA: ${noTrain(manifest)}`);
  if (features > MOST_FEATURES) {
    notes.push(`PCA: items have ${features} values; it is computed for up to ${MOST_FEATURES}`);
  }
  if (task.references && test.length < LEAST_ITEMS) {
    throw new EvaluationError(
      `${test.name}: holds ${test.length} items; expected ${LEAST_ITEMS} and more for references`,
    );
  }
  const has = (metric: Metric) => chosen.includes(metric);
  return {
    has,
    pca: train !== undefined && features <= MOST_FEATURES,
    needsTrainCodes: has("knn") || has("probe"),
    needsErrors: has("reconstruction") || has("outliers"),
    outlierLabels: task.normal && has("outliers") ? outlierLabels(test, task.normal) : undefined,
    notes,
  };
}

/** Why a metric can't be had. */
interface Obstacle {
  readonly reason: string;
  /** Nobody misses the metric: it need not be told of. */
  readonly usual: boolean;
}

function obstaclesTo(
  { normal, neighbours }: PlanRequest["task"],
  manifest: Manifest,
  { train, test }: PlanRequest["sets"],
): Partial<Record<Metric, Obstacle>> {
  const labelled = (dataset: Dataset) => (dataset.labels ? undefined : `${dataset.name} has no labels`);
  const few =
    test.length < LEAST_ITEMS
      ? `${test.name} holds ${test.length} items, ${LEAST_ITEMS} are needed`
      : undefined;
  const classified = train ? (labelled(train) ?? labelled(test)) : noTrain(manifest);
  const points = train?.length ?? 0;
  const tooFew =
    points < neighbours
      ? `${train?.name} holds ${points} items, fewer than ${neighbours} neighbours`
      : undefined;
  const classes = new Set(train?.labels).size;
  const oneClass = classes < 2 ? `the items of ${train?.name} are all of one class` : undefined;
  const outliers = normal && labelled(test);
  if (outliers !== undefined) {
    throw new EvaluationError(`normal is ${normal?.join(",")}: ${outliers}, so none can be normal`);
  }
  const missed = (reason: string | undefined) => reason !== undefined && { reason, usual: false };
  const isMap = manifest.codeSize === 2;
  const hasClassifier = manifest.outputs.classes !== undefined;
  const obstacles: Partial<Record<Metric, Obstacle | false>> = {
    knn: missed(classified ?? tooFew),
    probe: missed(classified ?? oneClass),
    classifier: hasClassifier
      ? missed(labelled(test))
      : { reason: `${manifest.name} has no classifier`, usual: true },
    trustworthiness: missed(few),
    "leave-one-out": isMap
      ? missed(labelled(test) ?? few)
      : { reason: `the code has ${manifest.codeSize} numbers; expected 2`, usual: true },
    outliers: !normal && { reason: "no labels are said to be normal", usual: true },
  };
  return Object.fromEntries(Object.entries(obstacles).filter(([, obstacle]) => obstacle));
}

const noTrain = ({ name }: Manifest) =>
  `the package of ${name} does not name what it was trained on; name it with train`;

function outlierLabels(test: Dataset, normal: readonly string[]): ReadonlySet<number> {
  const found = [...new Set(Array.from(test.labels ?? []))].sort((a, b) => a - b);
  const nameOf = (label: number) => test.classNames?.[label] ?? String(label);
  const isNormal = (label: number) => normal.includes(nameOf(label)) || normal.includes(String(label));
  const unknown = normal.find(
    (name) => !found.some((label) => nameOf(label) === name || String(label) === name),
  );
  if (unknown !== undefined) {
    throw new EvaluationError(
      `normal holds ${JSON.stringify(unknown)}; expected labels of ${test.name}: ${found.map(nameOf).join(", ")}`,
    );
  }
  const outliers = found.filter((label) => !isNormal(label));
  if (outliers.length > 0) return new Set(outliers);
  throw new EvaluationError(
    `normal is ${normal.join(",")}: all labels of ${test.name}, which leaves no outliers; expected some of them`,
  );
}
