// Exports a package: a copy, and beside its graphs smaller variants of them where they are asked for.

import { copyPackage, type VariantDtype, type VariantReport, writeVariants } from "../../export/index.ts";
import type { PackageFile } from "../../runtime/index.ts";
import { comparedItems } from "./compared-items.ts";
import { formatTable } from "./table.ts";

export interface ExportPackageRequest {
  /** The folder that becomes a package. */
  readonly out: string;
  readonly dtypes: readonly VariantDtype[];
  /** A source of items on which variants are compared; the training data unless told. */
  readonly samples?: string | undefined;
}

export interface PackageReport {
  readonly folder: string;
  readonly files: readonly PackageFile[];
  readonly variants: readonly VariantReport[];
}

/** Copies, makes variants, writes. `tell` is told where the items to compare on could not be had. */
export async function exportPackage(
  folder: string,
  { out, dtypes, samples }: ExportPackageRequest,
  tell: (message: string) => void,
): Promise<PackageReport> {
  if (dtypes.length === 0) return { ...(await copyPackage(folder, out)), variants: [] };
  return writeVariants(folder, out, { dtypes, items: await comparedItems(folder, samples, tell) });
}

export function describePackage({ folder, files, variants }: PackageReport): string {
  const rows = files.map(({ role, dtype, path, bytes }) => {
    const variant = variants.find((one) => one.path === path);
    return [role, path, dtype, bytes.toLocaleString("en"), ...(variants.length > 0 ? figures(variant) : [])];
  });
  const right = (title: string) => ({ title, align: "right" }) as const;
  const compared = ["size", "largest difference", "mean difference", "cosine"].map(right);
  const columns = [
    { title: "role" },
    { title: "file" },
    { title: "dtype" },
    right("bytes"),
    ...(variants.length > 0 ? compared : []),
  ];
  const notes = variants.flatMap(({ path, kept }) =>
    kept.length > 0 ? [`${path} keeps the float32 weights of ${kept.join(", ")}`] : [],
  );
  const [first] = variants;
  if (first) notes.push(`compared with fp32 on ${first.items} items of ${first.comparedOn}`);
  return [formatTable(columns, rows), ...notes, `package   ${folder}`].join("\n\n");
}

type Figures = Pick<VariantReport, "sizeRatio" | "maxAbs" | "meanAbs" | "cosine">;

/** Columns of a variant: its size by fp32's, and how near it is; empty ones for fp32 itself. */
export function figures(variant: Figures | undefined): string[] {
  if (!variant) return ["", "", "", ""];
  const { sizeRatio, maxAbs, meanAbs, cosine } = variant;
  const percent = `${(100 * sizeRatio).toFixed(1)} %`;
  return [percent, maxAbs.toExponential(1), meanAbs.toExponential(1), cosine.toFixed(6)];
}
