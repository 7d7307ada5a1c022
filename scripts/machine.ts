// Describes the machine a measurement or a report comes from; never its name.

import { arch, availableParallelism, cpus, platform, totalmem } from "node:os";

export interface Machine {
  readonly platform: string;
  readonly node: string;
  readonly cpu: string;
  /** Cores this process may use. */
  readonly cores: number;
  readonly memoryGiB: number;
}

export function describeMachine(): Machine {
  return {
    platform: `${platform()}-${arch()}`,
    node: process.versions.node,
    cpu: cpus()[0]?.model.trim() || "unknown",
    cores: availableParallelism(),
    memoryGiB: Math.round((totalmem() / 2 ** 30) * 10) / 10,
  };
}

/** The machine in one line. */
export function inWords({ cpu, cores, memoryGiB, node, platform }: Machine): string {
  return `${cpu}, ${cores} cores, ${memoryGiB} GiB, ${platform}, Node ${node}`;
}
