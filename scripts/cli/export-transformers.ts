// Exports a package's encoder as a model of transformers.js.

import { type VariantDtype, type WrittenTransformers, writeTransformers } from "../../export/index.ts";
import { comparedItems } from "./compared-items.ts";
import { figures } from "./export-package.ts";
import { formatTable } from "./table.ts";

export interface ExportTransformersRequest {
  readonly out: string;
  /** All unless told. */
  readonly dtypes: readonly VariantDtype[] | undefined;
  /** A source of items on which variants are compared; the training data unless told. */
  readonly samples?: string | undefined;
}

export async function exportTransformers(
  folder: string,
  { out, dtypes, samples }: ExportTransformersRequest,
  tell: (message: string) => void,
): Promise<WrittenTransformers> {
  const items = await comparedItems(folder, samples, tell);
  return writeTransformers(folder, out, { ...(dtypes && { dtypes }), items });
}

export function describeTransformers({ folder, files, comparedOn }: WrittenTransformers): string {
  const right = (title: string) => ({ title, align: "right" }) as const;
  const columns = ["bytes", "size", "largest difference", "mean difference", "cosine"].map(right);
  const rows = files.map(({ path, dtype, bytes, fidelity }) => [
    path,
    dtype,
    bytes.toLocaleString("en"),
    ...figures(fidelity),
  ]);
  const table = formatTable([{ title: "file" }, { title: "dtype" }, ...columns], rows);
  const items = files.find(({ fidelity }) => fidelity)?.fidelity?.items;
  const compared = items === undefined ? [] : [`compared with fp32 on ${items} items of ${comparedOn}`];
  return [table, ...compared, `model for transformers.js   ${folder}`].join("\n\n");
}
