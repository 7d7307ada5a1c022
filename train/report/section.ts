// What a part of the report is.
import type { Html } from "./html.ts";
import type { ReportRun } from "./run.ts";

export interface Section {
  /** Of the page's anchor. */
  readonly id: string;
  readonly title: string;
  /** What one sees, and how to read it. */
  readonly note?: string;
  readonly body: Html;
}

/** Nothing where the run has nothing to show for it. */
export type SectionMaker = (run: ReportRun) => Section | undefined | Promise<Section | undefined>;
