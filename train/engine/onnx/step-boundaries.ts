// Finds where one training step ends and the next begins, in tfjs code that was not written for it.
//
// A loop over optimizer.minimize() or model.fit() records the same kernels over and over. Cutting the record at the
// same place of every step gives programs of one structure, so that one compiled session serves them all. The place:
// variables are assigned in the same order in every step, so the one assigned just before the first assigned variable
// comes round again is the last of a step. A variable is known by succession: tfjs drops the old data id and takes
// the new one right after.
import type { TensorRecord } from "../../../export/onnx/backend.ts";

export class StepBoundaries {
  private released: TensorRecord | undefined;
  private readonly variableOf = new WeakMap<TensorRecord, object>();
  private assignedInStep = new Set<object>();
  private lastAssigned: object | undefined;
  private closing: object | undefined;

  /** A reference to a data id was dropped. */
  drop(record: TensorRecord): void {
    this.released = record;
  }

  /** A data id was taken by a variable. True when this ends a step. */
  assign(record: TensorRecord): boolean {
    const previous = this.released;
    this.released = undefined;
    if (!previous) return false;
    const variable = this.variableOf.get(previous) ?? {};
    this.variableOf.set(record, variable);
    if (variable === this.closing) {
      this.startStep();
      return true;
    }
    const comesRoundAgain = this.assignedInStep.has(variable);
    if (comesRoundAgain) {
      this.closing = this.lastAssigned;
      this.startStep();
    }
    this.assignedInStep.add(variable);
    this.lastAssigned = variable;
    return comesRoundAgain;
  }

  /** Any kernel in between means that a drop and an assignment do not belong together. */
  interrupt(): void {
    this.released = undefined;
  }

  private startStep(): void {
    this.assignedInStep = new Set();
    this.lastAssigned = undefined;
  }
}
