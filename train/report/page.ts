// The page around the sections.
import { Html, html } from "./html.ts";
import type { Section } from "./section.ts";

/** Nothing may be fetched: all there is lies in the file. */
const POLICY = "default-src 'none'; img-src data:; style-src 'unsafe-inline'";

const style = `
:root { color-scheme: light; }
* { box-sizing: border-box; }
body { margin: 0 auto; max-width: 1320px; padding: 24px 28px 64px; background: #fff; color: #1c2430;
  font: 15px/1.5 system-ui, -apple-system, "Segoe UI", sans-serif; }
h1 { margin: 0; font-size: 26px; }
h2 { margin: 44px 0 4px; padding-top: 12px; border-top: 1px solid #e3e7ec; font-size: 19px; }
nav { margin: 6px 0 0; color: #5a6675; }
nav a { margin-right: 14px; color: #2563a8; text-decoration: none; }
nav a:hover { text-decoration: underline; }
p.note { margin: 0 0 12px; max-width: 78ch; color: #5a6675; }
p.missing { padding: 8px 12px; background: #fff5e0; border-left: 3px solid #e0a030; }
figure { margin: 0; }
figcaption { margin-bottom: 2px; color: #3a4655; font-size: 13px; font-weight: 600; }
figure figure { display: block; }
table { border-collapse: collapse; }
.facts th, .strips th { padding: 3px 22px 3px 0; color: #5a6675; font-weight: 500; text-align: left; vertical-align: middle;
  white-space: nowrap; }
.facts td { padding: 3px 0; }
.strips td { padding: 2px 0; }
.numbers th, .numbers td { padding: 5px 14px; border-bottom: 1px solid #e9edf1; text-align: right;
  font-variant-numeric: tabular-nums; }
.numbers th:first-child { padding-left: 0; text-align: left; font-weight: 500; }
.numbers thead th { color: #3a4655; font-weight: 600; }
.charts { display: flex; flex-wrap: wrap; gap: 22px 26px; align-items: flex-end; }
.charts.small { gap: 6px 10px; }
img { display: block; max-width: 100%; height: auto; image-rendering: pixelated; }
pre { padding: 12px 16px; overflow: auto; background: #f5f7f9; font-size: 13px; }
summary { cursor: pointer; color: #2563a8; }
`;

/** @param missing why items can't be shown, if they can't */
export function page(title: string, sections: readonly Section[], missing: string | undefined): string {
  const { markup } = html`<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta http-equiv="Content-Security-Policy" content="${POLICY}">
<meta name="viewport" content="width=device-width, initial-scale=1">
<link rel="icon" href="data:,">
<title>${title} – LatentKit</title>
<style>${new Html(style)}</style>
</head>
<body>
<h1>${title}</h1>
<nav>${sections.map(({ id, title: name }) => html`<a href="#${id}">${name}</a>`)}</nav>
${missing === undefined ? undefined : html`<p class="missing">Items of the run's data are not shown: ${missing}</p>`}
${sections.map(
  ({ id, title: name, note, body }) => html`<section id="${id}">
<h2>${name}</h2>
${note ? html`<p class="note">${note}</p>` : undefined}
${body}
</section>
`,
)}
</body>
</html>
`;
  return markup;
}
