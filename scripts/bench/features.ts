// Feature tables: exporting beside each of its stages alone, and the memory of ten times as many rows.

import { spawnSync } from "node:child_process";
import { mkdtemp, open, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { type Dataset, memoryDataset, openToWalk } from "../../data/index.ts";
import { formats } from "../../export/features/formats/registry.ts";
import { readItems } from "../../export/features/items.ts";
import { type FeatureJob, openJob } from "../../export/features/job.ts";
import { checkFeatureOptions } from "../../export/features/options.ts";
import { shardsOf } from "../../export/features/plan.ts";
import { type RowBatch, rowsOf } from "../../export/features/rows.ts";
import { StageClock } from "../../export/features/stage-clock.ts";
import { exportFeatures, readManifest } from "../../export/index.ts";
import { loadRuntime, type Runtime } from "../../runtime/index.ts";
import { root } from "../repository.ts";
import { type BenchContext, type Benchmark, type BenchRow, benchRow } from "./benchmark.ts";
import { PHOTO_HEIGHT, PHOTO_WIDTH, writePhotoFolder } from "./photo-folder.ts";
import { writePngFolder } from "./png-folder.ts";
import { besidePython } from "./python-loop.ts";
import { PIXELS, SIDE, writeUntrainedPackage } from "./untrained-package.ts";

const PNGS = 20_000;
/** Enough for some seconds: threads take one to reach their speed. */
const BYTE_ITEMS = 240_000;
const PHOTOS = 400;
const PHOTOS_AT_ONCE = 32;
/** Side that they are made smaller to. */
const SMALL = 224;
const ROUNDS = 5;
/** Rows of the smaller of two exports whose memory is compared: MNIST has as many. The other has ten times as many. */
const FEW = 60_000;
const MEMORY_ROUNDS = 3;
const MEGABYTE = 2 ** 20;

const memoryProgram = fileURLToPath(new URL("features-memory.ts", import.meta.url));

export const features: Benchmark = {
  name: "features",
  description:
    "feature tables: rows/s beside each stage alone and a loop in Python, memory of ten times as many rows",
  async run(context) {
    const folder = await mkdtemp(join(tmpdir(), "latentkit-bench-"));
    try {
      const model = join(folder, "package");
      await writeUntrainedPackage(model);
      context.say(`making ${PNGS} PNGs`);
      const pngs = join(folder, "pngs");
      await writePngFolder(pngs, PNGS, SIDE);
      const bytes = join(folder, "bytes.npy");
      await writeByteNpy(bytes, BYTE_ITEMS);
      return [
        ...(await stages("PNG files", model, pngs, folder, context)),
        ...(await stages(".npy file", model, bytes, folder, context)),
        ...(await besidePython(model, pngs, folder, context)),
        await photographs(folder, context),
        await memory(model, folder, context),
      ];
    } finally {
      await rm(folder, { recursive: true, force: true });
    }
  },
};

/** How fast pictures of a usual size are decoded and made smaller: what limits most exports, whatever encodes. */
async function photographs(folder: string, { say, compare }: BenchContext): Promise<BenchRow> {
  say(`making ${PHOTOS} JPEGs`);
  const photos = join(folder, "photos");
  await writePhotoFolder(photos, PHOTOS);
  const source = `${photos}?size=${SMALL}x${SMALL}`;
  const input = { shape: [SMALL, SMALL, 3], dtype: "uint8", range: [0, 255], layout: "HWC" } as const;
  const { decode } = await compare({
    rounds: ROUNDS,
    candidates: {
      decode: async () => {
        const dataset = await openToWalk(source, input);
        // The thread that decodes is started by the first.
        await dataset.read(0, 1);
        const start = performance.now();
        const all = { number: 0, name: "all", start: 0, end: PHOTOS };
        for await (const _ of readItems(dataset, all, { batchSize: PHOTOS_AT_ONCE, skipBad: false }));
        const seconds = (performance.now() - start) / 1000;
        await dataset.close?.();
        return PHOTOS / seconds;
      },
    },
  });
  return benchRow({
    metric: `JPEGs of ${PHOTO_WIDTH}×${PHOTO_HEIGHT} to ${SMALL}×${SMALL}: decode alone`,
    ...{ value: decode.median, unit: "items/s" },
  });
}

/** Items/s of everything together against the slowest stage alone. */
async function stages(
  name: string,
  model: string,
  source: string,
  folder: string,
  { say, compare }: BenchContext,
): Promise<BenchRow[]> {
  say(`${name}: decode, encode, write, and all of it`);
  const options = { device: "cpu" } as const;
  const out = join(folder, "out");
  const job = await openJob(model, source, checkFeatureOptions({ out, ...options }));
  const load = () => loadRuntime(model, { device: "cpu", maxBatchSize: job.plan.batchSize });
  const { items } = job.plan.source;
  const manifest = await readManifest(model);
  try {
    const rate = (work: () => Promise<unknown>) => async () => {
      const start = performance.now();
      await work();
      return (1000 * items) / (performance.now() - start);
    };
    const inMemory = { ...job, dataset: noise(items, job.dataset) };
    const rows = await withRuntime(load, (runtime) => collectRows(inMemory, runtime));
    const measured = await compare({
      rounds: ROUNDS,
      candidates: {
        decode: async () => {
          // Opened anew: nothing of an earlier round is kept. As in exporting, the first read is not part of it.
          const dataset = await openToWalk(source, manifest.input);
          await dataset.read(0, 1);
          const perSecond = await rate(() => decodeAll({ ...job, dataset }))();
          await dataset.close?.();
          return perSecond;
        },
        // In new threads each time, as exporting does.
        encode: () => withRuntime(load, (runtime) => rate(() => encodeAll(inMemory, runtime))()),
        write: rate(() => writeAll(job, rows, join(folder, "alone"))),
        whole: async () => {
          await rm(out, { recursive: true, force: true });
          return (await exportFeatures(model, source, { out, ...options })).itemsPerSecond;
        },
      },
    });
    const { whole, ...alone } = measured;
    const slowest = Math.min(...Object.values(alone).map(({ median }) => median));
    const unit = "items/s";
    return [
      ...Object.entries(alone).map(([stage, { median }]) =>
        benchRow({ metric: `${name}: ${stage} alone`, value: median, unit }),
      ),
      benchRow({
        ...{
          metric: `${name}: all, against the slowest stage`,
          value: whole.median,
          unit,
          baseline: slowest,
        },
        goal: { at: "least", limit: 0.85 },
      }),
    ];
  } finally {
    await job.close();
  }
}

async function withRuntime<T>(
  load: () => Promise<Runtime>,
  work: (runtime: Runtime) => Promise<T>,
): Promise<T> {
  const runtime = await load();
  try {
    return await work(runtime);
  } finally {
    await runtime.dispose();
  }
}

async function decodeAll({ plan, dataset }: Pick<FeatureJob, "plan" | "dataset">): Promise<void> {
  for (const shard of shardsOf(plan)) {
    for await (const _ of readItems(dataset, shard, { batchSize: plan.batchSize, skipBad: false }));
  }
}

async function encodeAll(job: FeatureJob, runtime: Runtime): Promise<void> {
  for await (const _ of encoded(job, runtime));
}

async function collectRows(job: FeatureJob, runtime: Runtime): Promise<RowBatch[]> {
  const all: RowBatch[] = [];
  for await (const rows of encoded(job, runtime)) all.push(rows);
  return all;
}

async function* encoded({ plan, dataset }: FeatureJob, runtime: Runtime): AsyncGenerator<RowBatch> {
  const { signal } = new AbortController();
  for (const shard of shardsOf(plan)) {
    yield* rowsOf(shard, { dataset, runtime, plan, skipBad: false, signal, clock: new StageClock() });
  }
}

async function writeAll({ plan }: FeatureJob, rows: readonly RowBatch[], path: string): Promise<void> {
  const format = formats[plan.format];
  const perShard = Math.ceil(plan.shardSize / plan.batchSize);
  for (let from = 0; from < rows.length; from += perShard) {
    const paths = format.suffixes.map((suffix) => path + suffix);
    const writer = await format.open(paths, plan.columns, plan.compression);
    for (const batch of rows.slice(from, from + perShard)) await writer.add(batch);
    await writer.finish();
    await writer.close();
    for (const written of paths) await rm(written);
  }
}

/** As many items of the same kind, in memory, under the same names. */
function noise(count: number, { shape, labels, classNames, id }: Dataset): Dataset {
  const data = Uint8Array.from({ length: count * PIXELS }, (_, i) => (i * 2654435761) >>> 24);
  const facts = { ...(labels && { labels }), ...(classNames && { classNames }), ...(id && { id }) };
  return memoryDataset({ name: "noise", data, shape, range: [0, 255], ...facts });
}

/** Peak of the resident memory of a process that exports, with ten times the rows against without. */
async function memory(model: string, folder: string, { say, compare }: BenchContext): Promise<BenchRow> {
  const sizes = { few: FEW, many: 10 * FEW };
  const sourceOf = (rows: number) => join(folder, `${rows}.npy`);
  for (const rows of Object.values(sizes)) await writeByteNpy(sourceOf(rows), rows);
  const peak = (rows: number) => async () => {
    say(`memory: ${rows} rows`);
    const out = join(folder, `out-${rows}`);
    const args = ["--import", "tsx", memoryProgram, model, sourceOf(rows), out];
    const { status, stdout, stderr } = spawnSync(process.execPath, args, { cwd: root, encoding: "utf8" });
    await rm(out, { recursive: true, force: true });
    if (status !== 0) throw new Error(`exporting ${rows} rows ended with status ${status}: ${stderr}`);
    return Number(stdout) / MEGABYTE;
  };
  const { few, many } = await compare({
    ...{ rounds: MEMORY_ROUNDS, warmup: 0 },
    candidates: { few: peak(sizes.few), many: peak(sizes.many) },
  });
  const metric = `peak memory, ${sizes.many} rows against ${sizes.few}`;
  return benchRow({
    ...{ metric, value: many.median, unit: "MiB", baseline: few.median },
    goal: { at: "most", limit: 1.1 },
  });
}

/** A .npy file of images of bytes, written in pieces. */
async function writeByteNpy(path: string, rows: number): Promise<void> {
  const dict = `{'descr': '|u1', 'fortran_order': False, 'shape': (${rows}, ${SIDE}, ${SIDE}, 1), }`;
  const head = Buffer.alloc(128, " ");
  head.write("\x93NUMPY\x01\x00v\x00", 0, "latin1");
  head.write(dict, 10, "latin1");
  head.write("\n", 127, "latin1");
  const file = await open(path, "w");
  try {
    await file.write(head);
    for (let from = 0; from < rows; from += 1000) {
      const count = Math.min(1000, rows - from);
      await file.write(
        Uint8Array.from({ length: count * PIXELS }, (_, i) => ((i + from) * 2654435761) >>> 24),
      );
    }
  } finally {
    await file.close();
  }
}
