// `latentkit doctor`: what this machine can run, and the reason for every no.

import { Command } from "@commander-js/extra-typings";
import type { Probe } from "../../train/engine/probe.ts";
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
  readonly providers: readonly Probe[];
  readonly packages: readonly Probe[];
}

async function examine(): Promise<Report> {
  // Loaded here, so that no other command waits for it.
  const { installedVersion, probePackages, probeProviders } = await import("../../train/engine/probe.ts");
  return {
    latentkit: packageVersion(),
    machine: describeMachine(),
    onnxruntime: installedVersion("onnxruntime-node") ?? null,
    providers: await probeProviders(),
    packages: probePackages(),
  };
}

function describe({ latentkit, machine, onnxruntime, providers, packages }: Report): string {
  const facts = formatTable(
    [{ title: "machine" }, { title: "" }],
    [
      ["latentkit", latentkit],
      ["node", machine.node],
      ["platform", machine.platform],
      ["processor", `${machine.cpu}, ${machine.cores} cores, ${machine.memoryGiB} GiB`],
      ["onnxruntime-node", onnxruntime ?? "not installed"],
    ],
  );
  const probes = (title: string, list: readonly Probe[]) =>
    formatTable([{ title }, { title: "works" }, { title: "why not" }], list.map(row));
  return [facts, probes("provider", providers), probes("package", packages)].join("\n\n");
}

function row(probe: Probe): readonly string[] {
  return probe.works
    ? [probe.name, probe.version ? `yes, ${probe.version}` : "yes", ""]
    : [probe.name, "no", probe.reason];
}
