// Adds smaller variants of its graphs to a package: fp16 and q8 files beside the fp32 ones.
import { createHash } from "node:crypto";
import { readFile } from "node:fs/promises";
import { join, resolve } from "node:path";
import { loadRuntime, MANIFEST_FILE, type Manifest, type PackageFile } from "../../../runtime/index.ts";
import { writeSynced } from "../../synced-file.ts";
import { PackageOptionError } from "../errors.ts";
import { readManifest } from "../read-manifest.ts";
import { replaceFolder } from "../replace.ts";
import type { VariantDtype } from "./dtypes.ts";
import { VariantError } from "./errors.ts";
import { type Fidelity, type NamedSamples, runGraph } from "./fidelity.ts";
import { asBatch, type RawItems, randomItems } from "./samples.ts";
import { makeVariant, type VariantGraph } from "./variant.ts";

export interface VariantOptions {
  /** Which variants; those that the package has already are made anew, its others stay. */
  readonly dtypes: readonly VariantDtype[];
  /** Raw items of the model's input to compare on. Random ones unless given, on which codes say little. */
  readonly items?: RawItems | undefined;
}

/** What a variant is worth; kept in the manifest as `metrics.variants[file name]`. */
export interface VariantReport extends Fidelity {
  readonly path: string;
  readonly role: PackageFile["role"];
  readonly dtype: VariantDtype;
  readonly bytes: number;
  /** Its size by that of the float32 file. */
  readonly sizeRatio: number;
  /** Operators whose weights stayed float32. */
  readonly kept: readonly string[];
  /** Where the items that it was compared on are from. */
  readonly comparedOn: string;
}

export interface WrittenVariants {
  /** Absolute. */
  readonly folder: string;
  readonly files: readonly PackageFile[];
  readonly variants: readonly VariantReport[];
}

/**
 * Copies the package `from` to `to`, which may be the same folder, with variants of every graph. Each is run in ONNX
 * Runtime against its float32 graph first; the folder takes its place whole or not at all. A decoder or classifier
 * without weights to quantise gets no q8 file: the runtime then takes the fp32 one.
 *
 * Rejects with `VariantError` for a variant that cannot be made or is of no use, with the figure;
 * `PackageOptionError` for items that are not the model's; and as `copyPackage` does.
 *
 * @example
 * await writeVariants("runs/mnist/package", "web/model", { dtypes: ["fp16", "q8"] });
 * await loadRuntime("web/model", { dtype: "q8" });
 */
export async function writeVariants(
  from: string,
  to: string,
  { dtypes, items }: VariantOptions,
): Promise<WrittenVariants> {
  // Before anything is made: the package must be whole itself.
  await (await loadRuntime(from, { inline: true })).dispose();
  const manifest = await readManifest(from);
  const kept = manifest.files.filter(({ dtype }) => dtype === "fp32" || !dtypes.includes(dtype));
  const contents = new Map<string, Uint8Array>();
  for (const file of kept) contents.set(file.path, await readFile(join(from, file.path)));

  const raw = items ?? randomItems(manifest.input);
  const made = await makeVariants(manifest, contents, dtypes, raw);
  const files = [...kept];
  const reports: VariantReport[] = [];
  for (const { source, variant } of made) {
    const { fileName, dtype, bytes, ...rest } = variant;
    contents.set(fileName, bytes);
    const sha256 = createHash("sha256").update(bytes).digest("hex");
    files.push({ path: fileName, sha256, bytes: bytes.length, role: source.role, dtype });
    const sizeRatio = bytes.length / source.bytes;
    const place = { path: fileName, role: source.role, dtype, bytes: bytes.length, sizeRatio };
    reports.push({ ...place, ...rest, comparedOn: raw.from });
  }

  await replaceFolder(to, MANIFEST_FILE, async (temporary) => {
    for (const [name, bytes] of contents) await writeSynced(join(temporary, name), bytes);
    const metrics = { ...manifest.metrics, variants: metricsOf(manifest, files, reports) };
    const json = JSON.stringify({ ...manifest, files, metrics }, null, 2);
    await writeSynced(join(temporary, MANIFEST_FILE), `${json}\n`);
    for (const dtype of new Set(files.map((file) => file.dtype))) {
      await (await loadRuntime(temporary, { inline: true, dtype })).dispose();
    }
  });
  return { folder: resolve(to), files, variants: reports };
}

interface MadeVariant {
  readonly source: PackageFile;
  readonly variant: VariantGraph;
}

async function makeVariants(
  manifest: Manifest,
  contents: ReadonlyMap<string, Uint8Array>,
  dtypes: readonly VariantDtype[],
  raw: RawItems,
): Promise<MadeVariant[]> {
  const input = asBatch(raw, manifest.input);
  if (!Number.isInteger(input.shape[0]) || input.shape[0] === 0) {
    throw new PackageOptionError(
      `items: holds ${raw.data.length} values; expected at least one item of [${manifest.input.shape.join(", ")}]`,
    );
  }
  const sources = manifest.files.filter(({ dtype }) => dtype === "fp32");
  const graphOf = ({ path }: PackageFile) => ({ fileName: path, bytes: contents.get(path) as Uint8Array });
  const run = (file: PackageFile, feeds: NamedSamples) =>
    runGraph(graphOf(file).bytes, feeds, graphOf(file).fileName);
  // What the encoder gives is what the decoder takes: codes, and switches where there are any.
  const encoder = sources.find(({ role }) => role === "encoder") as PackageFile;
  const encoded = await run(encoder, { input });

  const made: MadeVariant[] = [];
  for (const source of sources) {
    const feeds = source.role === "decoder" ? encoded : { input };
    const expected = source === encoder ? encoded : await run(source, feeds);
    for (const dtype of dtypes) {
      const variant = await makeVariant(graphOf(source), dtype, feeds, expected);
      if (variant) made.push({ source, variant });
      else if (source === encoder) {
        throw new VariantError(
          `${source.path}: holds no weights that ${dtype} could make smaller: leave it out`,
        );
      }
    }
  }
  return made;
}

/** The new reports, and those of variants that stayed. */
function metricsOf(
  { metrics }: Manifest,
  files: readonly PackageFile[],
  reports: readonly VariantReport[],
): Record<string, unknown> {
  const earlier = typeof metrics.variants === "object" && metrics.variants !== null ? metrics.variants : {};
  const stayed = Object.entries(earlier).filter(([name]) => files.some(({ path }) => path === name));
  return Object.fromEntries([...stayed, ...reports.map(({ path, ...report }) => [path, report] as const)]);
}
