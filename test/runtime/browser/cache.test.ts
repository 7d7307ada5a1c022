// A second visit needs no network but for latentkit.json, and works offline; what changed is seen and fetched anew.
import assert from "node:assert/strict";
import { type TestContext, test } from "node:test";
import type { Page } from "playwright-core";
import { openRuntimePage, skipWithoutChromium } from "../../helpers/chromium.ts";
import { fileScope } from "../../helpers/file-scope.ts";
import { folder } from "../../helpers/static-server.ts";
import { temporaryFolder } from "../../helpers/temporary-folder.ts";
import { tinyEncoder, writeTinyPackage } from "../../helpers/tiny-autoencoder.ts";

const skip = skipWithoutChromium();
const all = ["/package/latentkit.json", "/package/encoder.onnx", "/package/decoder.onnx"];

/** All tests use one page, which compiles WebAssembly once, and a cache that is empty again. */
async function open(t: TestContext) {
  const path = await writeTinyPackage(await temporaryFolder(t));
  packageFolder = path;
  shared ??= openRuntimePage(fileScope, {
    routes: { "/package/": (rest, response, request) => folder(packageFolder)(rest, response, request) },
  });
  const { page, requests } = await shared;
  await page.context().setOffline(false);
  await page.evaluate(() => caches.delete("latentkit"));
  /** What was asked for since the last call. */
  const taken = () => requests.splice(0).filter((request) => request.startsWith("/package/"));
  taken();
  return { page, path, taken };
}

let packageFolder = "";
let shared: ReturnType<typeof openRuntimePage> | undefined;

const encode = (page: Page, options: { cache?: boolean } = {}) =>
  page.evaluate(async (options) => {
    const runtime = await latentkit.loadRuntime("/package/", { ...options, device: "wasm" });
    const { data } = await runtime.encode(Uint8Array.of(0, 255, 51, 51));
    await runtime.dispose();
    return [...data];
  }, options);

const codes = [0.5, Math.fround(0.2)];

test("the second visit asks for latentkit.json alone, and none is needed without a network", {
  skip,
}, async (t) => {
  const { page, taken } = await open(t);
  assert.deepEqual(await encode(page), codes);
  assert.deepEqual(taken(), all);
  assert.deepEqual(await encode(page), codes);
  assert.deepEqual(taken(), ["/package/latentkit.json"]);
  await page.context().setOffline(true);
  assert.deepEqual(await encode(page), codes);
  assert.deepEqual(taken(), []);
});

test("a kept manifest that this version cannot read is replaced", { skip }, async (t) => {
  const { page } = await open(t);
  const kept = await page.evaluate(async () => {
    const key = new URL("/package/latentkit.json", location.href).href;
    const cache = await caches.open("latentkit");
    await cache.put(key, new Response('{ "schemaVersion": 2 }'));
    await (await latentkit.loadRuntime("/package/", { device: "wasm" })).dispose();
    return (await cache.match(key))?.json();
  });
  assert.equal(kept.name, "tiny");
});

test("with cache: false nothing is kept", { skip }, async (t) => {
  const { page, taken } = await open(t);
  await encode(page, { cache: false });
  assert.equal(await page.evaluate(async () => (await (await caches.open("latentkit")).keys()).length), 0);
  assert.deepEqual(taken(), all);
  await page.context().setOffline(true);
  const name = await encode(page, { cache: false }).catch((error: Error) => error.message);
  assert.match(String(name), /UnreachableError: .*\/package\/latentkit\.json: cannot be fetched/);
});

test("a new model is fetched, and what it no longer has is forgotten", { skip }, async (t) => {
  const { page, path, taken } = await open(t);
  await encode(page);
  taken();
  const constants = {
    ...tinyEncoder.constants,
    weights: { data: Float32Array.of(1, 0, 0, 0, 0, 1, 0, 0), shape: [4, 2] },
  };
  await writeTinyPackage(path, { encoder: { ...tinyEncoder, constants } });
  assert.deepEqual(await encode(page), [0, Math.fround(0.2)]);
  assert.deepEqual(taken(), ["/package/latentkit.json", "/package/encoder.onnx"]);
  assert.equal(await page.evaluate(async () => (await (await caches.open("latentkit")).keys()).length), 3);
});

test("what somebody changed in the cache is not run but fetched again", { skip }, async (t) => {
  const { page, taken } = await open(t);
  await encode(page);
  taken();
  await page.evaluate(async () => {
    const cache = await caches.open("latentkit");
    for (const key of await cache.keys()) {
      if (key.url.startsWith("https://sha256.")) await cache.put(key, new Response("spoilt"));
    }
  });
  assert.deepEqual(await encode(page), codes);
  assert.deepEqual(taken(), all);
});
