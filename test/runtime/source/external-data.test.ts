// Weights outside of the ONNX file are found wherever the format allows them.
import assert from "node:assert/strict";
import { createHash } from "node:crypto";
import { readFile, writeFile } from "node:fs/promises";
import { test } from "node:test";
import { create, toBinary } from "@bufbuild/protobuf";
import {
  AttributeProtoSchema,
  FunctionProtoSchema,
  GraphProtoSchema,
  ModelProtoSchema,
  NodeProtoSchema,
  SparseTensorProtoSchema,
  StringStringEntryProtoSchema,
  TensorProto_DataLocation,
  TensorProtoSchema,
  TrainingInfoProtoSchema,
} from "onnx-buf";
import { folderFiles } from "../../../runtime/node/source.ts";
import { findExternalData } from "../../../runtime/source/external-data.ts";
import { readPackage } from "../../../runtime/source/package.ts";
import { onnxModel } from "../../helpers/onnx-models.ts";
import { temporaryFolder } from "../../helpers/temporary-folder.ts";
import { tinyDecoder, tinyEncoder, writeTinyPackage } from "../../helpers/tiny-autoencoder.ts";

const external = create(TensorProtoSchema, {
  name: "far away",
  dims: [4n],
  dataLocation: TensorProto_DataLocation.EXTERNAL,
  externalData: [create(StringStringEntryProtoSchema, { key: "location", value: "/etc/passwd" })],
});
const unmarked = create(TensorProtoSchema, {
  name: "far away",
  externalData: [create(StringStringEntryProtoSchema, { key: "location", value: "weights.bin" })],
});
const inside = create(TensorProtoSchema, {
  name: "near",
  dims: [300n],
  rawData: new Uint8Array(1200).fill(255),
});
const withTensor = create(GraphProtoSchema, { initializer: [inside, external] });
const nodeOf = (attribute: object) =>
  create(NodeProtoSchema, { opType: "If", attribute: [create(AttributeProtoSchema, attribute)] });

const places = {
  "an initializer": { graph: withTensor },
  "an initializer that is not marked": { graph: create(GraphProtoSchema, { initializer: [unmarked] }) },
  "a sparse initializer": {
    graph: create(GraphProtoSchema, {
      sparseInitializer: [create(SparseTensorProtoSchema, { values: inside, indices: external })],
    }),
  },
  "a constant": { graph: create(GraphProtoSchema, { node: [nodeOf({ name: "value", t: external })] }) },
  "a list of tensors": {
    graph: create(GraphProtoSchema, { node: [nodeOf({ tensors: [inside, external] })] }),
  },
  "a branch in a branch": {
    graph: create(GraphProtoSchema, {
      node: [nodeOf({ g: create(GraphProtoSchema, { node: [nodeOf({ graphs: [withTensor] })] }) })],
    }),
  },
  "a function": { functions: [create(FunctionProtoSchema, { node: [nodeOf({ t: external })] })] },
  "training information": { trainingInfo: [create(TrainingInfoProtoSchema, { algorithm: withTensor })] },
};

for (const [place, content] of Object.entries(places)) {
  test(`a tensor whose values lie in another file is found in ${place}`, () => {
    const bytes = toBinary(ModelProtoSchema, create(ModelProtoSchema, { irVersion: 8n, ...content }));
    assert.equal(findExternalData(bytes), "far away");
  });
}

test("whole models have none, and what is no model is left for others to refuse", () => {
  for (const spec of [tinyEncoder, tinyDecoder]) assert.equal(findExternalData(onnxModel(spec)), undefined);
  const junk = Uint8Array.from({ length: 5000 }, (_, i) => (i * 7919) % 256);
  for (const bytes of [new Uint8Array(0), junk, onnxModel(tinyEncoder).subarray(0, 100)]) {
    assert.doesNotThrow(() => findExternalData(bytes));
  }
});

test("a package with such a graph is refused with the tensor's name", async (t) => {
  const folder = await writeTinyPackage(await temporaryFolder(t));
  const files = folderFiles(folder);
  const bytes = toBinary(ModelProtoSchema, create(ModelProtoSchema, { graph: withTensor }));
  const sha256 = createHash("sha256").update(bytes).digest("hex");
  const path = files.where("latentkit.json");
  const manifest = JSON.parse(await readFile(path, "utf8"));
  manifest.files[0] = { ...manifest.files[0], sha256, bytes: bytes.length };
  await writeFile(path, JSON.stringify(manifest));
  await writeFile(files.where("encoder.onnx"), bytes);
  await assert.rejects(readPackage(files), {
    name: "SourceError",
    message: `${files.where("encoder.onnx")}: tensor "far away" lies in another file; expected it in this one`,
  });
});
