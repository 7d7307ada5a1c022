// What `latentkit evaluate` measured.
import { filesFor } from "../../../runtime/manifest.ts";
import { evaluationTable } from "../../evaluation/table.ts";
import { html } from "../html.ts";
import type { SectionMaker } from "../section.ts";

export const evaluation: SectionMaker = ({ evaluation: found, manifest }) => {
  if (!found) return undefined;
  const about = { id: "evaluation", title: "Evaluation" };
  if (found.encoder !== filesFor(manifest, "fp32").encoder.sha256) {
    const body = html`<p class="missing">evaluation.json is of an earlier model of this run: evaluate again.</p>`;
    return { ...about, body };
  }
  const { columns, rows } = evaluationTable(found);
  const fitted = found.train
    ? `PCA and classifiers are fitted on ${found.train.source} (${found.train.items.toLocaleString("en")} items).`
    : "";
  return {
    ...about,
    note: [fitted, ...found.notes.map((note) => `Not measured: ${note}.`)].join(" "),
    body: html`<table class="numbers"><thead><tr>${columns.map((title) => html`<th>${title}</th>`)}</tr></thead>
<tbody>${rows.map(([title, ...cells]) => html`<tr><th>${title}</th>${cells.map((cell) => html`<td>${cell}</td>`)}</tr>`)}</tbody></table>`,
  };
};
