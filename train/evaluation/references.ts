// Maps by t-SNE and UMAP: what codes of two numbers are measured against.
import { UMAP } from "umap-js";
import { seededRandom } from "../../data/index.ts";
import { EvaluationError } from "../errors.ts";

/** Makes t-SNE; not installed with LatentKit, as its licence is the LGPL. */
const TSNE_PACKAGE = "@saehrimnir/druidjs";
const TSNE_STEPS = 1000;
/** Shares that t-SNE and UMAP tell of their progress. */
const TELL_EVERY = 0.1;

export interface MapOptions {
  readonly seed: number;
  /** Called now and then with the share that is done; may throw to stop. */
  readonly onProgress?: (share: number) => void;
}

/** Throws `EvaluationError` where the package that makes t-SNE is not installed. */
export async function loadTsne(): Promise<typeof import("@saehrimnir/druidjs").TSNE> {
  try {
    return (await import(TSNE_PACKAGE)).TSNE;
  } catch {
    throw new EvaluationError(
      `references: t-SNE needs ${TSNE_PACKAGE}, which is not installed: npm install ${TSNE_PACKAGE}`,
    );
  }
}

/**
 * t-SNE (van der Maaten & Hinton 2008), exact: time and memory grow with the square of the rows.
 *
 * @param rows [n, size]
 * @returns [n, 2]
 */
export async function tsneMap(rows: Float32Array, size: number, options: MapOptions): Promise<Float32Array> {
  const TSNE = await loadTsne();
  const points = toRows(rows, size);
  const perplexity = Math.min(30, (points.length - 1) / 3);
  const steps = new TSNE(points, { perplexity, d: 2, seed: options.seed }).generator(TSNE_STEPS);
  let last: readonly ArrayLike<number>[] = [];
  let step = 0;
  for (const map of steps) {
    last = map as readonly ArrayLike<number>[];
    step++;
    if (step % (TSNE_STEPS * TELL_EVERY) === 0) options.onProgress?.(step / TSNE_STEPS);
  }
  return Float32Array.from(last.flatMap((point) => Array.from(point)));
}

/** UMAP (McInnes, Healy & Melville 2018), 15 neighbours, least distance 0.1. @returns [n, 2] */
export async function umapMap(rows: Float32Array, size: number, options: MapOptions): Promise<Float32Array> {
  const points = toRows(rows, size);
  const random = seededRandom(options.seed, points.length);
  const umap = new UMAP({ random, nNeighbors: Math.min(15, points.length - 1), minDist: 0.1 });
  const steps = umap.initializeFit(points);
  const every = Math.max(1, Math.floor(steps * TELL_EVERY));
  for (let step = 1; step <= steps; step++) {
    umap.step();
    if (step % every === 0) options.onProgress?.(step / steps);
  }
  return Float32Array.from(umap.getEmbedding().flat());
}

function toRows(rows: Float32Array, size: number): number[][] {
  return Array.from({ length: rows.length / size }, (_, i) => [...rows.subarray(i * size, (i + 1) * size)]);
}
