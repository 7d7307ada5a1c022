// Whether a Vulkan driver is installed. Without one WebGPU libraries print warnings of their own before they give up.
import { existsSync, readdirSync } from "node:fs";
import path from "node:path";
import { isSoftwareGpu } from "../software-gpu.ts";

type Environment = Readonly<Record<string, string | undefined>>;

/**
 * Why there is no Vulkan here, or undefined where there may be: on Linux alone WebGPU needs it. Driver files are looked
 * for where the Vulkan loader does (github.com/KhronosGroup/Vulkan-Loader, LoaderDriverInterface.md).
 */
export function whyNoVulkan(env: Environment = process.env, platform = process.platform): string | undefined {
  if (platform !== "linux") return undefined;
  const chosen = chosenDrivers(env);
  if (chosen.length > 0) {
    if (chosen.some((file) => existsSync(file))) return undefined;
    return `the Vulkan driver ${chosen.join(", ")} of VK_DRIVER_FILES or VK_ICD_FILENAMES is not there`;
  }
  if (driverFolders(env).some((place) => driverFiles(place).length > 0)) return undefined;
  return "no Vulkan driver is installed (no file in any vulkan/icd.d): install the GPU's driver";
}

/** Driver files that the environment names instead of the installed ones. */
function chosenDrivers(env: Environment): readonly string[] {
  return list(env.VK_DRIVER_FILES ?? env.VK_ICD_FILENAMES);
}

/** Without a GPU's device file any Vulkan on Linux is software, and with one where all drivers to be used are. */
export function looksLikeSoftware(env: Environment = process.env, platform = process.platform): boolean {
  if (platform !== "linux") return false;
  const chosen = chosenDrivers(env);
  const drivers = chosen.length > 0 ? chosen : driverFolders(env).flatMap(driverFiles);
  if (drivers.length > 0 && drivers.every(isSoftwareGpu)) return true;
  const renders =
    existsSync("/dev/dri") && readdirSync("/dev/dri").some((name) => name.startsWith("renderD"));
  return !renders && !existsSync("/dev/nvidia0") && !existsSync("/dev/dxg");
}

function driverFolders(env: Environment): readonly string[] {
  const home = env.HOME ?? "/";
  const roots = [
    ...[
      env.XDG_CONFIG_HOME ?? path.join(home, ".config"),
      ...list(env.XDG_CONFIG_DIRS ?? "/etc/xdg"),
      "/etc",
    ],
    ...[env.XDG_DATA_HOME ?? path.join(home, ".local/share")],
    ...list(env.XDG_DATA_DIRS ?? "/usr/local/share:/usr/share"),
  ];
  return [...list(env.VK_ADD_DRIVER_FILES), ...roots.map((root) => path.join(root, "vulkan/icd.d"))];
}

function list(value: string | undefined): readonly string[] {
  return value?.split(path.delimiter).filter(Boolean) ?? [];
}

function driverFiles(folderOrFile: string): string[] {
  if (!existsSync(folderOrFile)) return [];
  if (folderOrFile.endsWith(".json")) return [folderOrFile];
  return readdirSync(folderOrFile).filter((file) => file.endsWith(".json"));
}
