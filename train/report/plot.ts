// Charts as SVG, drawn by Observable Plot outside of a browser: the report needs no script.
import * as Plot from "@observablehq/plot";
import { parseHTML } from "linkedom";
import { Html } from "./html.ts";

/** One chart; see Observable Plot. */
export function chart(options: Plot.PlotOptions): Html {
  const { document } = parseHTML("<!doctype html><html><body></body></html>");
  const drawn = Plot.plot({ ...options, document: document as unknown as Document });
  return new Html(drawn.outerHTML);
}
