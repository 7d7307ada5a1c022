// latentkit/runtime is one thing in two homes: the same names and types, chosen by package.json.
import assert from "node:assert/strict";
import { test } from "node:test";
import * as browser from "../../../runtime/browser/index.ts";
import * as node from "../../../runtime/index.ts";
import { manifest } from "../../helpers/repository.ts";

test("both homes publish the same names, and the compiler takes one for the other", () => {
  const [asNode, asBrowser]: [typeof node, typeof browser] = [browser, node];
  assert.deepEqual(Object.keys(asNode).sort(), Object.keys(asBrowser).sort());
  assert.equal(browser.InputError, node.InputError);
  assert.notEqual(browser.loadRuntime, node.loadRuntime);
});

test("bundlers for browsers get one, everybody else the other", () => {
  // The order counts: the first condition that holds is taken.
  assert.deepEqual(Object.entries(Object(manifest.exports["./runtime"])), [
    ["types", "./dist/runtime/index.d.ts"],
    ["browser", "./dist/runtime/browser/index.js"],
    ["default", "./dist/runtime/index.js"],
  ]);
});

test("options are checked in the browser as in Node, before anything is fetched", async () => {
  const refused = (options: object, message: string) =>
    assert.rejects(browser.loadRuntime({}, options), { name: "OptionError", message });
  await refused({ device: "cpu" }, 'device is "cpu"; expected auto or webgpu or wasm');
  await refused({ fit: "fill" }, 'fit is "fill"; expected cover or contain or stretch');
  await refused({ background: "red" }, 'background is "red"; expected white or black');
  await refused({ maxBytes: 0 }, "maxBytes is 0; expected a whole number, at least 1");
});
