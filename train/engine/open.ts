// openEngine(): the fastest engine that really works here, or the one asked for.
import { EngineError } from "../errors.ts";
import { type CandidateName, candidateNames, type EngineOptions, openCandidate } from "./candidates.ts";
import type { Engine } from "./engine.ts";
import { proveEngine } from "./proof.ts";

/** `auto`: of all engines; `onnx`, `tensorflow`: of theirs; or one by its full name. */
export type EngineChoice = "auto" | "onnx" | "tensorflow" | CandidateName;

export const engineChoices: readonly EngineChoice[] = ["auto", "onnx", "tensorflow", ...candidateNames];

export interface PassedOver {
  readonly name: CandidateName;
  readonly reason: string;
}

export interface OpenedEngine {
  /** Proven, and in use: tfjs's backend from now on. */
  readonly engine: Engine;
  readonly passedOver: readonly PassedOver[];
}

/** What became of trying one engine. */
export type EngineReport =
  | {
      readonly name: CandidateName;
      readonly works: true;
      readonly device: string;
      /** Why `auto` does not take it although it works, if so. */
      readonly reason?: string;
    }
  | { readonly name: CandidateName; readonly works: false; readonly reason: string };

/**
 * Opens an engine, has it train a tiny step, and makes it tfjs's backend if the losses come out right.
 *
 * `auto` tries, in this order, tensorflow:gpu, tensorflow:cpu, onnx:cuda, webgpu, onnx:webgpu, onnx:cpu. Software
 * imitations of a GPU (SwiftShader, llvmpipe) are slower than the CPU: only their full name, as `webgpu`, gets them.
 *
 *     const { engine, passedOver } = await openEngine("auto", { threads: 2 });
 *
 * @throws EngineError when nothing that was asked for works: the reason of each, and what to install
 */
export async function openEngine(
  choice: EngineChoice = "auto",
  options: EngineOptions = {},
): Promise<OpenedEngine> {
  const passedOver: PassedOver[] = [];
  for (const name of candidatesOf(choice)) {
    try {
      return { engine: await openProven(name, options, name === choice), passedOver };
    } catch (error) {
      passedOver.push({ name, reason: reasonOf(error) });
    }
  }
  const reasons = passedOver.map(({ name, reason }) => (name === choice ? reason : `${name}: ${reason}`));
  throw new EngineError(`the engine ${JSON.stringify(choice)} can't be had here: ${reasons.join("; ")}`);
}

/** Tries every engine, one after the other, and leaves none open: what `latentkit doctor` shows. Never throws. */
export async function examineEngines(options: EngineOptions = {}): Promise<readonly EngineReport[]> {
  const reports: EngineReport[] = [];
  for (const name of candidateNames) {
    try {
      const engine = await openProven(name, options, true);
      const { device, isSoftware } = engine;
      await engine.dispose();
      reports.push({ name, works: true, device, ...(isSoftware && { reason: softwareReason(engine) }) });
    } catch (error) {
      reports.push({ name, works: false, reason: reasonOf(error) });
    }
  }
  return reports;
}

function candidatesOf(choice: EngineChoice): readonly CandidateName[] {
  const names = candidateNames.filter(
    (name) => choice === "auto" || name === choice || name.startsWith(`${choice}:`),
  );
  if (names.length > 0) return names;
  throw new EngineError(
    `engine: there is no ${JSON.stringify(choice)}; expected one of ${engineChoices.join(", ")}`,
  );
}

async function openProven(
  name: CandidateName,
  options: EngineOptions,
  allowsSoftware: boolean,
): Promise<Engine> {
  const engine = await openCandidate(name, options);
  try {
    if (engine.isSoftware && !allowsSoftware) throw new EngineError(softwareReason(engine));
    await proveEngine(engine);
    return engine;
  } catch (error) {
    await engine.dispose();
    throw error;
  }
}

function softwareReason({ device }: Engine): string {
  return `${device} imitates a GPU on the CPU, slower than the CPU itself; it can be had by name`;
}

/** The message without ONNX Runtime's source file and the condition that did not hold. */
function reasonOf(error: unknown): string {
  const text = error instanceof Error ? error.message : String(error);
  return text.replace(/^\S+\.cc:\d+ .* was false\. /s, "").trim();
}
