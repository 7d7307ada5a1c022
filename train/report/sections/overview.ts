// What the run is, in a table.
import { html } from "../html.ts";
import type { SectionMaker } from "../section.ts";

export const overview: SectionMaker = ({ config, manifest, history }) => {
  const last = history.at(-1);
  const { codeSize, input, training } = manifest;
  const { best } = manifest.metrics as { best?: { loss?: number; epoch?: number } | null };
  const seconds = history.reduce((sum, epoch) => sum + epoch.seconds, 0);
  const itemsSeen = history.reduce((sum, epoch) => sum + epoch.seconds * epoch.itemsPerSecond, 0);
  const corruption = config.corruption.kind === "none" ? undefined : `${config.corruption.kind} corruption`;
  const penalty = config.penalty.kind === "none" ? undefined : `${config.penalty.kind} penalty`;
  const rows: [string, string | undefined][] = [
    [
      "data",
      `${config.data}: ${Number(training.items).toLocaleString("en")} items of ${input.shape.join("×")}`,
    ],
    [
      "model",
      [config.model.architecture, corruption, penalty, `${config.loss} loss`].filter(Boolean).join(", "),
    ],
    ["code", `${codeSize} numbers for ${input.shape.reduce((product, d) => product * d, 1)} values`],
    ["epochs", `${history.length} of ${config.epochs}`],
    ["training loss", last?.loss.toPrecision(4)],
    ["validation loss", last?.validationLoss?.toPrecision(4)],
    ["best epoch", best?.loss === undefined ? undefined : `${best.epoch}: ${best.loss.toPrecision(4)}`],
    [
      "time",
      `${Math.round(seconds).toLocaleString("en")} s, ${Math.round(itemsSeen / seconds).toLocaleString("en")} items/s`,
    ],
    ["engine", typeof training.engine === "string" ? training.engine : undefined],
    ["ended early", typeof training.endedEarly === "string" ? training.endedEarly : undefined],
  ];
  const shown = rows.filter(([, value]) => value !== undefined);
  return {
    id: "overview",
    title: "Run",
    body: html`<table class="facts">${shown.map(([name, value]) => html`<tr><th>${name}</th><td>${value}</td></tr>`)}</table>`,
  };
};
