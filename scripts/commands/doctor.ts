// `latentkit doctor`: what this machine can run, and the reason for every no.

import { Command } from "@commander-js/extra-typings";
import type { EngineReport } from "../../train/engine/index.ts";
import type { CommandFactory } from "../cli/command.ts";
import { formatTable } from "../cli/table.ts";
import { packageVersion } from "../cli/version.ts";
import { describeMachine } from "../machine.ts";

export const doctor: CommandFactory = ({ output }) =>
  new Command("doctor")
    .description("Show what this machine can run, and why not the rest.")
    .addHelpText("after", "\nExample:\n  $ latentkit doctor")
    .action(async () => {
      const report = await examine();
      output.result(report, () => describe(report));
    });

interface Report {
  readonly latentkit: string;
  readonly machine: ReturnType<typeof describeMachine>;
  readonly onnxruntime: string | null;
  /** Versions of the packages that bring further engines; null where one is not installed. */
  readonly packages: Readonly<Record<string, string | null>>;
  /** Fastest first. */
  readonly engines: readonly EngineReport[];
  /** The engine that `auto` takes. */
  readonly auto: string | null;
}

async function examine(): Promise<Report> {
  // Loaded here, so that no other command waits for it.
  const { examineEngines } = await import("../../train/engine/index.ts");
  const { installedVersion, optionalPackages } = await import("../../train/engine/packages.ts");
  const versions = Object.keys(optionalPackages).map((name) => [name, installedVersion(name) ?? null]);
  const engines = await examineEngines();
  return {
    latentkit: packageVersion(),
    machine: describeMachine(),
    onnxruntime: installedVersion("onnxruntime-node") ?? null,
    packages: Object.fromEntries(versions),
    engines,
    auto: engines.find((engine) => engine.works && engine.reason === undefined)?.name ?? null,
  };
}

function describe({ latentkit, machine, onnxruntime, packages, engines, auto }: Report): string {
  const facts = formatTable(
    [{ title: "machine" }, { title: "" }],
    [
      ["latentkit", latentkit],
      ["node", machine.node],
      ["platform", machine.platform],
      ["processor", `${machine.cpu}, ${machine.cores} cores, ${machine.memoryGiB} GiB`],
      ["onnxruntime-node", onnxruntime ?? "not installed"],
      ...Object.entries(packages).map(([name, version]) => [name, version ?? "not installed (optional)"]),
    ],
  );
  const columns = [{ title: "engine" }, { title: "works" }, { title: "device" }, { title: "why not" }];
  return [facts, formatTable(columns, engines.map(row)), `auto takes ${auto ?? "none"}`].join("\n\n");
}

function row(engine: EngineReport): readonly string[] {
  if (!engine.works) return [engine.name, "no", "", engine.reason];
  return [engine.name, "yes", engine.device, engine.reason ? `not by auto: ${engine.reason}` : ""];
}
