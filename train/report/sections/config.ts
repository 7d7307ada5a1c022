// The whole config, for those who want to train the same again.
import { html } from "../html.ts";
import type { SectionMaker } from "../section.ts";

export const config: SectionMaker = ({ config: found }) => ({
  id: "config",
  title: "Config",
  body: html`<details><summary>config.json</summary><pre>${JSON.stringify(found, null, 2)}</pre></details>`,
});
