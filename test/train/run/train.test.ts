// train(): runs in a worker, tells its progress, stops when asked, leaves nothing half-written.
import assert from "node:assert/strict";
import { mkdir, readdir, readFile, writeFile } from "node:fs/promises";
import { join } from "node:path";
import test from "node:test";
import sharp from "sharp";
import { openSource } from "../../../data/index.ts";
import { loadRuntime } from "../../../runtime/index.ts";
import { DivergedError, type RunEvent, resolveConfig, StoppedError, train } from "../../../train/index.ts";
import { writeSmallImages } from "../../helpers/small-images.ts";
import { temporaryFolder } from "../../helpers/temporary-folder.ts";

const small = (data: string) => ({
  data,
  model: { hidden: [32], code: 4 },
  epochs: 3,
  batchSize: 32,
  optimizer: { learningRate: 0.01 },
  threads: 1,
});

test("a run leaves its config, its history and a package that reconstructs better than the mean picture", async (t) => {
  const folder = await temporaryFolder(t);
  const data = await writeSmallImages(folder);
  const out = join(folder, "run");
  const events: RunEvent[] = [];
  const config = { ...small(data), epochs: 40 };
  const run = await train(config, { folder: out, onEvent: (event) => events.push(event) });

  assert.deepEqual(JSON.parse(await readFile(join(out, "config.json"), "utf8")), resolveConfig(config));
  const lines = (await readFile(join(out, "history.jsonl"), "utf8")).trim().split("\n");
  assert.deepEqual(
    lines.map((line) => JSON.parse(line)),
    run.history,
  );
  assert.equal(run.history.length, 40);
  assert.ok(run.package.parityMaxAbs <= 1e-4);
  assert.deepEqual((await readdir(out)).sort(), [
    "checkpoints",
    "config.json",
    "history.jsonl",
    "package",
    "summary.json",
  ]);

  const epochs = events.flatMap((event) => (event.type === "epoch" ? [event.epoch] : []));
  assert.deepEqual(
    epochs,
    Array.from({ length: 40 }, (_, i) => i + 1),
  );
  const [start] = events;
  assert.ok(start?.type === "start");
  assert.deepEqual([start.items, start.validationItems], [200, 0]);
  assert.match(start.engine, /^(onnx|webgpu|tensorflow): /);
  assert.equal(events.at(-1)?.type, "package");

  const dataset = await openSource(data);
  const images = await dataset.read(0, 200);
  const runtime = await loadRuntime(run.package.folder, { inline: true });
  const { error, reconstruction } = await runtime.reconstruct(images);
  assert.deepEqual(reconstruction.shape, [200, 8, 8, 1]);
  await runtime.dispose();
  const mean = (values: ArrayLike<number>) =>
    Array.from(values).reduce((sum, v) => sum + v, 0) / values.length;
  const columns = Array.from({ length: 64 }, (_, p) =>
    mean(Array.from({ length: 200 }, (_, n) => (images[n * 64 + p] as number) / 255)),
  );
  const variance = mean(Array.from(images, (byte, i) => (byte / 255 - (columns[i % 64] as number)) ** 2));
  assert.ok(mean(error) < variance / 3, `error ${mean(error)}, variance ${variance}`);
});

test("two runs of one seed give the same losses, another seed gives others", async (t) => {
  const folder = await temporaryFolder(t);
  const data = await writeSmallImages(folder);
  const losses = async (name: string, seed: number) => {
    const { history } = await train({ ...small(data), seed }, { folder: join(folder, name) });
    return history.map(({ loss }) => loss);
  };
  const first = await losses("a", 1);
  assert.deepEqual(await losses("b", 1), first);
  assert.notDeepEqual(await losses("c", 2), first);
});

test("a run that is asked to stop ends with StoppedError and without a package", async (t) => {
  const folder = await temporaryFolder(t);
  const data = await writeSmallImages(folder);
  const out = join(folder, "run");
  const controller = new AbortController();
  const run = train(
    { ...small(data), epochs: 1_000_000 },
    { folder: out, signal: controller.signal, onEvent: ({ type }) => type === "epoch" && controller.abort() },
  );
  await assert.rejects(
    run,
    (error) => error instanceof StoppedError && /^the run was stopped in epoch \d+/.test(error.message),
  );
  assert.ok(!(await readdir(out)).includes("package"));
});

test("a loss that is no number any more ends the run with the step and the learning rate", async (t) => {
  const folder = await temporaryFolder(t);
  const data = await writeSmallImages(folder);
  const config = {
    ...small(data),
    model: { hidden: [32], code: 4, activation: "elu" },
    loss: "bce",
    optimizer: { learningRate: 1e30, schedule: { kind: "constant" } },
  };
  await assert.rejects(
    train(config as Parameters<typeof train>[0], { folder: join(folder, "run") }),
    (error) =>
      error instanceof DivergedError &&
      /^the loss became (NaN|Infinity) in epoch 1, step \d+, at learning rate 1e\+30; try a smaller optimizer.learningRate$/.test(
        error.message,
      ),
  );
  assert.ok(!(await readdir(join(folder, "run"))).includes("package"));
});

test("an unreadable image ends the run by name; with skipBad it is passed over and reported", async (t) => {
  const folder = await temporaryFolder(t);
  const images = join(folder, "photos");
  await mkdir(images);
  for (let i = 0; i < 40; i++) {
    const pixels = Uint8Array.from({ length: 64 }, (_, p) => (p % 8 === i % 8 ? 255 : 0));
    await sharp(pixels, { raw: { width: 8, height: 8, channels: 1 } })
      .png()
      .toFile(join(images, `${i}.png`));
  }
  await writeFile(join(images, "7.png"), "no image");
  const config = { ...small(images), epochs: 1 };
  await assert.rejects(train(config, { folder: join(folder, "a") }), /7\.png/);
  const run = await train({ ...config, skipBad: true }, { folder: join(folder, "b") });
  assert.equal(run.skipped.length, 1);
  assert.match(run.skipped[0]?.item ?? "", /7\.png$/);
  const summary = JSON.parse(await readFile(join(folder, "b", "summary.json"), "utf8"));
  assert.deepEqual(summary.skipped, run.skipped);
});

test("a source that is not there is named, across the thread, by its own error class", async (t) => {
  const folder = await temporaryFolder(t);
  const missing = join(folder, "none-images-idx3-ubyte");
  await assert.rejects(train(small(missing), { folder: join(folder, "run") }), (error) => {
    assert.ok(error instanceof Error);
    assert.match(error.constructor.name, /^(MissingFileError|UnknownSourceError)$/);
    return error.message.includes("none-images-idx3-ubyte");
  });
});

test("a config that can't be trained is refused before anything is made", async (t) => {
  const folder = await temporaryFolder(t);
  await assert.rejects(train({ epochs: 0 }, { folder: join(folder, "run") }), {
    name: "ConfigError",
    message: "config: epochs is 0; expected a whole number of epochs, at least 1",
  });
  assert.deepEqual(await readdir(folder), []);
});

test("misspelt options of a run are refused before anything is made", async (t) => {
  const folder = await temporaryFolder(t);
  await assert.rejects(train({}, { fodler: folder } as object), {
    name: "ConfigError",
    message:
      "options: unknown option fodler; known here: folder, existing, onEvent, signal, stopAfterEpoch, models",
  });
  await assert.rejects(train({}, { folder: join(folder, "run"), existing: "replace" as "resume" }), {
    name: "ConfigError",
    message: 'options: existing is "replace"; expected one of refuse, resume, overwrite',
  });
  assert.deepEqual(await readdir(folder), []);
});
