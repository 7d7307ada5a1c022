// A process that exits while its images are being decoded: for decoder.test.ts.
import { openImages } from "../../../data/index.ts";

const dataset = await openImages(process.argv[2] as string, { memory: 0 });
await dataset.read(0, 1);
void dataset.read(0, dataset.length);
console.log("reading");
setTimeout(() => process.exit(7), 2);
