// The same packages in Chromium and in Node: WebAssembly with and without threads, WebGPU in software.
import assert from "node:assert/strict";
import { join } from "node:path";
import { test } from "node:test";
import type { Page } from "playwright-core";
import type { LoadOptions } from "../../../runtime/index.ts";
import { loadRuntime } from "../../../runtime/index.ts";
import { openRuntimePage, skipWithoutChromium } from "../../helpers/chromium.ts";
import { fileScope } from "../../helpers/file-scope.ts";
import { SIDE, writePicturePackage } from "../../helpers/picture-autoencoder.ts";
import { folder } from "../../helpers/static-server.ts";
import { temporaryFolder } from "../../helpers/temporary-folder.ts";
import { tinyDecoder, tinyEncoder, tinyManifest, writeTinyPackage } from "../../helpers/tiny-autoencoder.ts";

const skip = skipWithoutChromium();

/** Bytes without a pattern, the same each time. */
const noise = (length: number) => Uint8Array.from({ length }, (_, i) => (i * i * 31 + i * 7) % 251);

/** The int32 output goes from the encoder to the decoder beside the codes. */
const withSwitches = {
  encoder: {
    ...tinyEncoder,
    outputs: { ...tinyEncoder.outputs, switches_0: ["int32", ["batch", 4]] },
    nodes: [...tinyEncoder.nodes, ["Cast", "rows", "switches_0", { to: 6 }]],
  },
  manifest: {
    outputs: { ...tinyManifest.outputs, switches: [{ name: "switches_0", shape: [4], dtype: "int32" }] },
  },
  decoder: {
    ...tinyDecoder,
    inputs: { ...tinyDecoder.inputs, switches_0: ["int32", ["batch", 4]] },
    nodes: [
      ["Cast", "switches_0", "whole", { to: 1 }],
      ["Reshape", "whole picture", "reconstruction"],
    ],
  },
} as const;

const packages = {
  pictures: { write: writePicturePackage, items: noise(3 * SIDE * SIDE * 3) },
  switches: {
    write: (path: string) => writeTinyPackage(path, withSwitches),
    items: Uint8Array.of(0, 255, 51, 51, 255, 255, 255, 255),
  },
};

const settings: readonly {
  name: string;
  isolated: boolean;
  load: LoadOptions;
  device: string;
  within: number;
}[] = [
  { name: "wasm, one thread", isolated: false, load: {}, device: "wasm", within: 1e-4 },
  { name: "wasm, threads", isolated: true, load: { threads: 2 }, device: "wasm", within: 1e-4 },
  { name: "webgpu", isolated: false, load: { device: "webgpu" }, device: "webgpu", within: 1e-3 },
];

for (const setting of settings) {
  test(`${setting.name}: codes, pictures and errors are Node's`, { skip }, async () => {
    const opened = await openPackages(setting.isolated);
    for (const [name, { items, path }] of Object.entries(opened.packages)) {
      const found = await runInPage(opened.page, `/${name}/`, items, setting.load);
      assert.equal(found.device, setting.device);
      const node = await loadRuntime(path, { inline: true });
      const codes = await node.encode(items);
      const { reconstruction, error } = await node.reconstruct(items);
      await node.dispose();
      close(found.codes, codes.data, setting.within);
      close(found.reconstruction, reconstruction.data, setting.within);
      close(found.error, error, setting.within);
    }
    const workers = opened.page.workers().length;
    assert.equal(workers > 0, setting.isolated, `${workers} workers`);
  });
}

test("auto passes over a GPU in software, and tells why", { skip }, async () => {
  const { page } = await openPackages(false);
  const info = await page.evaluate(async () => {
    const runtime = await latentkit.loadRuntime("/switches/");
    await runtime.dispose();
    return runtime.info;
  });
  assert.equal(info.device, "wasm");
  assert.equal(info.passedOver[0]?.device, "webgpu");
  assert.match(
    info.passedOver[0]?.reason ?? "",
    /^WebGPU is done in software here \(.*swiftshader.*\); ask for webgpu by name to use it$/i,
  );
});

test("a device that cannot be had is refused with the reason", { skip }, async () => {
  const { page } = await openPackages(false);
  const [named, unknown] = await page.evaluate(async () => {
    const message = (error: Error) => `${error.name}: ${error.message}`;
    const load = (device: "webgpu" | "cuda") =>
      latentkit.loadRuntime("/switches/", { device }).then(() => "loaded", message);
    // As in a browser without WebGPU.
    Object.defineProperty(navigator, "gpu", { value: undefined, configurable: true });
    const outcomes = [await load("webgpu"), await load("cuda")];
    Reflect.deleteProperty(navigator, "gpu");
    return outcomes;
  });
  assert.equal(named, 'DeviceError: no device can run model "tiny": webgpu: this browser has no WebGPU');
  assert.equal(unknown, 'OptionError: device is "cuda"; expected auto or webgpu or wasm');
});

test("calls and loads of several models at once take turns, and dispose lets them finish", {
  skip,
}, async () => {
  const { page } = await openPackages(false);
  const results = await page.evaluate(async () => {
    const runtimes = await Promise.all(
      [1, 2, 3].map(() => latentkit.loadRuntime("/switches/", { maxBatchSize: 1 })),
    );
    const calls = runtimes.flatMap((runtime) =>
      [0, 255].map((value) => runtime.encode(Uint8Array.of(value, value, 51, 51, 0, 0, 0, 0))),
    );
    await Promise.all(runtimes.map((runtime) => runtime.dispose()));
    const codes = await Promise.all(calls);
    const [first] = runtimes;
    const after = await first?.encode(new Uint8Array(4)).catch((error: Error) => error.name);
    return { codes: codes.map(({ data }) => [...data]), after };
  });
  const fifth = Math.fround(0.2);
  const pair = [
    [0, fifth, 0, 0],
    [1, fifth, 0, 0],
  ];
  assert.deepEqual(results, { codes: [...pair, ...pair, ...pair], after: "DisposedError" });
});

const pages = new Map<boolean, ReturnType<typeof open>>();

/** One page for all tests, and one that is cross-origin isolated: the slow part is to compile WebAssembly. */
function openPackages(isolated: boolean): ReturnType<typeof open> {
  const opened = pages.get(isolated) ?? open(isolated);
  pages.set(isolated, opened);
  return opened;
}

async function open(isolated: boolean) {
  const root = await temporaryFolder(fileScope);
  const written = Object.entries(packages).map(async ([name, { write, items }]) => {
    return [name, { items, path: await write(join(root, name)) }] as const;
  });
  const { page } = await openRuntimePage(fileScope, { isolated, routes: { "/": folder(root) } });
  return { page, packages: Object.fromEntries(await Promise.all(written)) };
}

function runInPage(page: Page, url: string, items: Uint8Array, options: LoadOptions) {
  return page.evaluate(
    async ({ url, items, options }) => {
      const runtime = await latentkit.loadRuntime(url, options);
      const bytes = Uint8Array.from(items);
      const codes = await runtime.encode(bytes);
      const { reconstruction, error } = await runtime.reconstruct(bytes);
      await runtime.dispose();
      return {
        device: runtime.info.device,
        codes: [...codes.data],
        reconstruction: [...reconstruction.data],
        error: [...error],
      };
    },
    { url, items: [...items], options },
  );
}

function close(found: readonly number[], wanted: Float32Array, within: number): void {
  assert.equal(found.length, wanted.length);
  const worst = found.reduce((most, value, i) => Math.max(most, Math.abs(value - (wanted[i] as number))), 0);
  assert.ok(worst <= within, `differs by ${worst}`);
}
