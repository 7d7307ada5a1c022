// Tells GPUs from their imitations on the CPU, which compute right but slowly.

/** Names of Google's, of Mesa's and of Windows'. */
const software = /swiftshader|llvmpipe|lavapipe|\blvp|softpipe|basic render/i;

/** Whether an adapter or driver of this name, description or file computes on the CPU. */
export function isSoftwareGpu(name: string): boolean {
  return software.test(name);
}
