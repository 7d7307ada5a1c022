// The inference thread: the main thread stays free, nothing is cut off, and both .ts and compiled .js work.
import assert from "node:assert/strict";
import { execFile } from "node:child_process";
import { mkdir, symlink, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { test } from "node:test";
import { fileURLToPath } from "node:url";
import { promisify } from "node:util";
import { loadRuntime } from "../../../runtime/index.ts";
import { temporaryFolder } from "../../helpers/temporary-folder.ts";
import { slowEncoder, writeTinyPackage } from "../../helpers/tiny-autoencoder.ts";

const run = promisify(execFile);
const root = fileURLToPath(new URL("../../../", import.meta.url));
const image = Uint8Array.of(0, 255, 51, 51);

test("timers of the main thread go on while a graph runs", async (t) => {
  const folder = await writeTinyPackage(await temporaryFolder(t), { encoder: slowEncoder(20) });
  const ticksDuring = async (inline: boolean) => {
    const runtime = await loadRuntime(folder, { inline, threads: 1 });
    let ticks = 0;
    const timer = setInterval(() => ticks++, 1);
    const codes = await runtime.encode(image);
    clearInterval(timer);
    await runtime.dispose();
    assert.deepEqual(codes.data, Float32Array.of(0.5, 0.2));
    return ticks;
  };
  const blocked = await ticksDuring(true);
  const enough = 10 * (blocked + 1);
  // This thread may be kept waiting by the machine, but not each time.
  let free = 0;
  for (let attempt = 1; attempt <= 5 && free <= enough; attempt++) free = await ticksDuring(false);
  assert.ok(free > enough, `${free} ticks beside a worker, ${blocked} in this thread`);
});

test("dispose in the middle of many runs lets every one of them finish", async (t) => {
  const folder = await writeTinyPackage(await temporaryFolder(t), { encoder: slowEncoder(2) });
  const runtime = await loadRuntime(folder, { maxBatchSize: 1 });
  const calls = Array.from({ length: 4 }, () => runtime.encode(Uint8Array.of(...image, ...image)));
  await runtime.dispose();
  for (const codes of await Promise.all(calls)) {
    assert.deepEqual(codes.data, Float32Array.of(0.5, 0.2, 0.5, 0.2));
  }
});

test("a runtime that nobody disposes of does not keep the process alive, but calls in progress do", async (t) => {
  const folder = await writeTinyPackage(await temporaryFolder(t), { encoder: slowEncoder(10) });
  const script = join(folder, "app.mts");
  await writeFile(
    script,
    `import { loadRuntime } from ${JSON.stringify(`${root}runtime/index.ts`)};
     const runtime = await loadRuntime(${JSON.stringify(folder)});
     runtime.encode(Uint8Array.of(0, 255, 51, 51)).then(({ data }) => console.log(data.join()));`,
  );
  const { stdout } = await run(process.execPath, ["--import", "tsx", script], { cwd: root });
  assert.equal(stdout, `0.5,${Math.fround(0.2)}\n`);
});

test("compiled to JavaScript it works in plain node, also from a script given by --eval", async (t) => {
  const folder = await temporaryFolder(t);
  await mkdir(join(folder, "dist"));
  const config = join(folder, "tsconfig.json");
  const compilerOptions = {
    noEmit: false,
    outDir: join(folder, "dist"),
    rootDir: root,
    typeRoots: [`${root}node_modules/@types`],
  };
  await writeFile(
    config,
    JSON.stringify({ extends: `${root}tsconfig.json`, compilerOptions, include: [`${root}runtime`] }),
  );
  await run(process.execPath, [`${root}node_modules/typescript/bin/tsc`, "-p", config], { cwd: root });
  await writeFile(join(folder, "dist/package.json"), '{ "type": "module" }');
  await symlink(`${root}node_modules`, join(folder, "dist/node_modules"));
  const packageFolder = await writeTinyPackage(join(folder, "package"));
  const { stdout } = await run(process.execPath, [
    "--input-type=module",
    "--eval",
    `import { loadRuntime } from ${JSON.stringify(join(folder, "dist/runtime/index.js"))};
     const runtime = await loadRuntime(${JSON.stringify(packageFolder)});
     console.log((await runtime.encode(Uint8Array.of(0, 255, 51, 51))).data.join());
     await runtime.dispose();`,
  ]);
  assert.equal(stdout, `0.5,${Math.fround(0.2)}\n`);
});
