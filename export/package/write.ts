// Writes a package: graphs, checked against tfjs in ONNX Runtime, and the manifest that describes them.
import { createHash } from "node:crypto";
import { join, resolve } from "node:path";
import type { InputSpec, Manifest, PackageFile, Precision, Role } from "../../runtime/index.ts";
import { checkManifest, loadRuntime, MANIFEST_FILE, SCHEMA_VERSION } from "../../runtime/index.ts";
import { writeSynced } from "../synced-file.ts";
import { PackageOptionError } from "./errors.ts";
import { checkGraph } from "./parity.ts";
import { replaceFolder } from "./replace.ts";
import type { GraphCheck } from "./samples.ts";

/** A graph to be packaged. */
export interface PackageGraph {
  /**
   * `encoder`: `input` → `codes` and switches, where there are any; `decoder`: those → `reconstruction`;
   * `classifier`: `input` → `probabilities`.
   */
  readonly role: Role;
  /** What it computes in: `fp16` and `q8` are variants beside the fp32 graph of the same role. Default fp32. */
  readonly dtype?: Precision;
  /** Its name in the folder, such as `encoder.onnx`. */
  readonly fileName: string;
  /** The ONNX file. */
  readonly bytes: Uint8Array;
  /** At least 2 real samples, and what tfjs makes of them: every output of the graph. */
  readonly check: GraphCheck;
  /** Largest absolute difference to tfjs that is accepted of this graph. Default: the package's `tolerance`. */
  readonly tolerance?: number;
}

export interface PackageContent {
  /** Where the package goes; replaced where it is a package already. */
  readonly folder: string;
  readonly name: string;
  readonly input: InputSpec;
  /** Numbers per code. */
  readonly codeSize: number;
  /** One encoder and one decoder in fp32, a classifier where there are classes, and variants of any. */
  readonly graphs: readonly PackageGraph[];
  /** Shapes, of one item, of the int32 values that the encoder gives and the decoder takes as `switches_0`, … */
  readonly switches?: readonly (readonly number[])[];
  /** What the classifier tells apart, in the order of its `probabilities`. */
  readonly classes?: readonly string[];
  /** Lowest and highest value of the model's own numbers, which `input.range` is mapped onto. Default [0, 1]. */
  readonly modelRange?: readonly [number, number];
  /** Provenance: config, data, epochs, engine, … */
  readonly training?: Readonly<Record<string, unknown>>;
  readonly metrics?: Readonly<Record<string, unknown>>;
  /** Largest absolute difference to tfjs that is accepted. Default 1e-4. */
  readonly tolerance?: number;
}

export interface WrittenPackage {
  /** Absolute. */
  readonly folder: string;
  /** Largest absolute difference to tfjs that was found in a fp32 graph; also in the manifest's metrics. */
  readonly parityMaxAbs: number;
  readonly files: readonly PackageFile[];
}

/**
 * Writes a package folder, whole or not at all: into a temporary sibling first, there every graph is run in ONNX
 * Runtime and compared with tfjs, then it is renamed into place. On any failure an earlier package stays as it was.
 *
 * Rejects with `ParityError` above the tolerance, `GraphCheckError` where a graph cannot run on its samples,
 * `PackageTargetError` where the folder holds something else, `PackageOptionError` or runtime's `ManifestError` for
 * content that is no package, and what the file system says.
 */
export async function writePackage(content: PackageContent): Promise<WrittenPackage> {
  const { graphs, tolerance = 1e-4 } = content;
  checkTolerance("tolerance", tolerance);
  for (const graph of graphs) checkTolerance(`${graph.fileName}: tolerance`, graph.tolerance ?? tolerance);
  const files = graphs.map(describeFile);
  checkNames(files);
  // Before anything is written: a manifest that the runtime would refuse.
  checkManifest(makeManifest(content, files, 0), "writePackage");

  const parityMaxAbs = await replaceFolder(content.folder, MANIFEST_FILE, async (temporary) => {
    let worst = 0;
    for (const { fileName, bytes, check, dtype = "fp32", tolerance: own = tolerance } of graphs) {
      const path = join(temporary, fileName);
      await writeSynced(path, bytes);
      const difference = await checkGraph(path, check, own);
      if (dtype === "fp32") worst = Math.max(worst, difference);
    }
    const json = JSON.stringify(makeManifest(content, files, worst), null, 2);
    await writeSynced(join(temporary, MANIFEST_FILE), `${json}\n`);
    // The proof that it is whole: the runtime takes it, with its checksums, names, types and shapes.
    for (const dtype of new Set(files.map((file) => file.dtype))) {
      const runtime = await loadRuntime(temporary, { inline: true, device: "cpu", dtype });
      await runtime.dispose();
    }
    return worst;
  });
  return { folder: resolve(content.folder), parityMaxAbs, files };
}

function describeFile({ role, fileName, bytes, dtype = "fp32" }: PackageGraph): PackageFile {
  const sha256 = createHash("sha256").update(bytes).digest("hex");
  return { path: fileName, sha256, bytes: bytes.length, role, dtype };
}

function checkTolerance(option: string, value: number): void {
  if (value >= 0 && Number.isFinite(value)) return;
  throw new PackageOptionError(`${option} is ${value}; expected a finite number, at least 0`);
}

function checkNames(files: readonly PackageFile[]): void {
  const taken = new Set([MANIFEST_FILE]);
  for (const { path } of files) {
    if (taken.has(path))
      throw new PackageOptionError(`fileName ${path} is taken; expected a name of its own`);
    taken.add(path);
  }
}

function makeManifest(
  content: PackageContent,
  files: readonly PackageFile[],
  parityMaxAbs: number,
): Manifest {
  const { name, input, codeSize, graphs, modelRange = [0, 1], training = {}, metrics = {} } = content;
  const switches = content.switches?.map(
    (shape, i) => ({ name: `switches_${i}`, shape, dtype: "int32" }) as const,
  );
  const decoder = graphs.find(({ role }) => role === "decoder");
  const [, ...shape] = decoder?.check.expected.reconstruction?.shape ?? [0, ...input.shape];
  return {
    schemaVersion: SCHEMA_VERSION,
    name,
    input,
    codeSize,
    outputs: {
      codes: { shape: [codeSize], dtype: "float32" },
      reconstruction: { shape, dtype: "float32", range: modelRange },
      ...(switches && switches.length > 0 && { switches }),
      ...(content.classes && { classes: content.classes }),
    },
    files,
    training: { ...training },
    metrics: { ...metrics, parityMaxAbs },
  };
}
