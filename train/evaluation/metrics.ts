// Groups of measures that an evaluation can be asked for.

export const metrics = [
  "reconstruction",
  "knn",
  "probe",
  "classifier",
  "trustworthiness",
  "leave-one-out",
  "outliers",
] as const;
export type Metric = (typeof metrics)[number];
