// The atoms of linear decoders.
import assert from "node:assert/strict";
import { test } from "node:test";
import { loadRuntime } from "../../../runtime/index.ts";
import { atomsOf, hasAtoms } from "../../../train/evaluation/atoms.ts";
import { resolveConfig } from "../../../train/index.ts";
import { temporaryFolder } from "../../helpers/temporary-folder.ts";
import { tinyDecoder, writeTinyPackage } from "../../helpers/tiny-autoencoder.ts";

test("an atom is what its number adds to an item, whatever the decoder's constant", async (t) => {
  const constant = { data: Float32Array.of(0.25, 0.5, 0.75, 1), shape: [4] };
  const decoder = {
    ...tinyDecoder,
    nodes: [
      ["MatMul", "codes weights", "sums"],
      ["Add", "sums constant", "rows"],
      ["Reshape", "rows picture", "reconstruction"],
    ],
    constants: { ...tinyDecoder.constants, constant },
  } as typeof tinyDecoder;
  const folder = await writeTinyPackage(await temporaryFolder(t), { decoder });
  const runtime = await loadRuntime(folder, { inline: true });
  t.after(() => runtime.dispose());
  assert.deepEqual(await atomsOf(runtime), [Float32Array.of(1, 1, 0, 0), Float32Array.of(0, 0, 1, 1)]);
});

test("a decoder of one linear layer has atoms, others have none", () => {
  const has = (model: object) => hasAtoms(resolveConfig({ model }).model);
  assert.ok(has({ architecture: "linear" }));
  assert.ok(has({ architecture: "tied", hidden: [], output: "linear", codeActivation: "relu" }));
  assert.ok(has({ architecture: "dense", hidden: [], output: "linear" }));
  assert.ok(!has({ architecture: "linear", output: "sigmoid" }));
  assert.ok(!has({ architecture: "dense", hidden: [20], output: "linear" }));
  assert.ok(!has({ architecture: "conv1d", output: "linear" }));
});
