// What is near: rows of a feature table by their codes.
export { encodeImageFor, findPackageOf, type ImageCodeOptions, openImageFor } from "./image-code.ts";
export type { Metric } from "./metric.ts";
export { type Neighbour, type NeighbourOptions, type Neighbours, openNeighbours } from "./open.ts";
