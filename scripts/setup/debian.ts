// Installs Debian packages without questions, where that is possible: as root, with apt-get.

import { spawnSync } from "node:child_process";

/** Why packages cannot be installed here, or undefined where they can. */
export function whyNotInstallable(): string | undefined {
  if (process.platform !== "linux") return `this is ${process.platform}, not Debian`;
  if (spawnSync("apt-get", ["--version"], { stdio: "ignore" }).status !== 0) return "there is no apt-get";
  if (process.getuid?.() !== 0) return "only root may install packages";
  return undefined;
}

/** Installs the packages; returns the reason where it did not work. */
export function installPackages(packages: readonly string[]): string | undefined {
  return aptGet(["update"]) ?? aptGet(["install", "--yes", "--no-install-recommends", ...packages]);
}

function aptGet(args: readonly string[]): string | undefined {
  const { status, stdout, stderr, error } = spawnSync("apt-get", ["--quiet", ...args], {
    encoding: "utf8",
    env: { ...process.env, DEBIAN_FRONTEND: "noninteractive" },
  });
  if (status === 0) return undefined;
  return `apt-get ${args.join(" ")} failed:\n${error?.message ?? (stderr.trim() || stdout.trim())}`;
}
