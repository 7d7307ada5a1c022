// Whether a Vulkan driver is installed. Without one WebGPU libraries print warnings of their own before they give up.
import { existsSync, readdirSync } from "node:fs";
import path from "node:path";

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
  if (driverFolders(env).some(hasDrivers)) return undefined;
  return "no Vulkan driver is installed (no file in any vulkan/icd.d): install the GPU's driver";
}

/** Driver files that the environment names instead of the installed ones. */
export function chosenDrivers(env: Environment): readonly string[] {
  return list(env.VK_DRIVER_FILES ?? env.VK_ICD_FILENAMES);
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

function hasDrivers(folderOrFile: string): boolean {
  if (folderOrFile.endsWith(".json")) return existsSync(folderOrFile);
  return existsSync(folderOrFile) && readdirSync(folderOrFile).some((file) => file.endsWith(".json"));
}
