// Why a smaller variant of a graph was not written.
import { PackageError } from "../errors.ts";

/** A graph cannot be turned into this variant, or the variant is of no use. */
export class VariantError extends PackageError {
  override name = "VariantError";
}
