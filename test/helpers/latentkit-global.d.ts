// What pages under test have as a global.
declare var latentkit: typeof import("../../runtime/browser/index.ts");
