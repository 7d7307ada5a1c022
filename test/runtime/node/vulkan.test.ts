// Where a Vulkan driver is looked for.
import assert from "node:assert/strict";
import { mkdir, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { test } from "node:test";
import { whyNoVulkan } from "../../../runtime/node/vulkan.ts";
import { temporaryFolder } from "../../helpers/temporary-folder.ts";

test("a driver file that the environment names counts if it is there", async (t) => {
  const file = join(await temporaryFolder(t), "driver.json");
  const missing = `the Vulkan driver ${file} of VK_DRIVER_FILES or VK_ICD_FILENAMES is not there`;
  assert.equal(whyNoVulkan({ VK_ICD_FILENAMES: file }, "linux"), missing);
  await writeFile(file, "{}");
  assert.equal(whyNoVulkan({ VK_ICD_FILENAMES: file }, "linux"), undefined);
  assert.equal(whyNoVulkan({ VK_DRIVER_FILES: `/no/such/file:${file}` }, "linux"), undefined);
});

test("an installed driver is found in the data folders", async (t) => {
  const data = await temporaryFolder(t);
  const env = { XDG_DATA_HOME: data, XDG_DATA_DIRS: data };
  await mkdir(join(data, "vulkan/icd.d"), { recursive: true });
  await writeFile(join(data, "vulkan/icd.d/nvidia_icd.json"), "{}");
  assert.equal(whyNoVulkan(env, "linux"), undefined);
});

test("other systems need no Vulkan", () => {
  for (const platform of ["darwin", "win32"] as const) assert.equal(whyNoVulkan({}, platform), undefined);
});
