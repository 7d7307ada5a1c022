// Finds out by trying what can compute here: ONNX Runtime's execution providers and the optional engines.

import { existsSync, readFileSync } from "node:fs";
import { createRequire } from "node:module";
import path from "node:path";
import { fromJson, toBinary } from "@bufbuild/protobuf";
import { ModelProtoSchema, TensorProto_DataType } from "onnx-buf";
import * as v from "valibot";

/** Execution providers of onnxruntime-node that LatentKit uses, fastest first. */
export const providerNames = ["cuda", "webgpu", "cpu"] as const;
export type ProviderName = (typeof providerNames)[number];

/** Packages that bring further engines when they are installed. */
export const optionalPackages = [
  "@tensorflow/tfjs-node-gpu",
  "@tensorflow/tfjs-node",
  "@tensorflow/tfjs-backend-webgpu",
  "webgpu",
] as const;

/** What became of trying one thing; `reason` says why it does not work. */
export type Probe =
  | { readonly name: string; readonly works: true; readonly version?: string }
  | { readonly name: string; readonly works: false; readonly reason: string };

/**
 * Tries the providers one at a time, each with a session of its own and one run: listing providers is no proof,
 * since `listSupportedBackends()` names CUDA even where its libraries are missing.
 */
export async function probeProviders(
  names: readonly ProviderName[] = providerNames,
): Promise<readonly Probe[]> {
  const probes: Probe[] = [];
  for (const name of names) probes.push(await probeProvider(name));
  return probes;
}

/** Tries one provider; never throws. */
export async function probeProvider(name: ProviderName): Promise<Probe> {
  try {
    const { InferenceSession, Tensor, env } = await import("onnxruntime-node");
    // A provider that fails is an answer here, and the answer holds the reason: no log lines besides.
    env.logLevel = "fatal";
    const session = await InferenceSession.create(negation(), {
      executionProviders: [name],
      logSeverityLevel: 4,
    });
    try {
      const { y } = await session.run({ x: new Tensor("float32", [1, -2], [2]) });
      const result = String(y?.data);
      if (result === "-1,2") return { name, works: true };
      return { name, works: false, reason: `it computes -[1, -2] as [${result}]` };
    } finally {
      await session.release();
    }
  } catch (error) {
    return { name, works: false, reason: reasonOf(error) + needs[name] };
  }
}

/** What to look for where ONNX Runtime's own words do not say it. */
const needs: Readonly<Record<ProviderName, string>> = {
  cuda: " (needs an NVIDIA GPU, CUDA and the CUDA libraries of onnxruntime-node)",
  webgpu: " (needs a GPU with a driver for Vulkan, Metal or Direct3D 12)",
  cpu: "",
};

/** Tells which packages are installed, without loading them: some load large native libraries. */
export function probePackages(names: readonly string[] = optionalPackages): readonly Probe[] {
  return names.map((name) => {
    const version = installedVersion(name);
    return version
      ? { name, works: true, version }
      : { name, works: false, reason: "not installed (it is optional)" };
  });
}

/** The installed version of a package as LatentKit sees it, or undefined. */
export function installedVersion(name: string): string | undefined {
  const folders = createRequire(import.meta.url).resolve.paths(name) ?? [];
  const manifest = folders.map((folder) => path.join(folder, name, "package.json")).find(existsSync);
  return (
    manifest && v.parse(v.object({ version: v.string() }), JSON.parse(readFileSync(manifest, "utf8"))).version
  );
}

/** The smallest model that computes something: y = -x for two numbers. */
function negation(): Uint8Array {
  const elemType = TensorProto_DataType.FLOAT;
  const type = { tensorType: { elemType, shape: { dim: [{ dimValue: "2" }] } } };
  const model = fromJson(ModelProtoSchema, {
    irVersion: "8",
    opsetImport: [{ version: "17" }],
    graph: {
      name: "negation",
      node: [{ opType: "Neg", input: ["x"], output: ["y"] }],
      input: [{ name: "x", type }],
      output: [{ name: "y", type }],
    },
  });
  return toBinary(ModelProtoSchema, model);
}

/** The message without ONNX Runtime's source file and the condition that did not hold. */
function reasonOf(error: unknown): string {
  const text = error instanceof Error ? error.message : String(error);
  return text.replace(/^\S+\.cc:\d+ .* was false\. /s, "").trim();
}
