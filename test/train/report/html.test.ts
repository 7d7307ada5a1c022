// The template that pages are made with.
import assert from "node:assert/strict";
import test from "node:test";
import { Html, html } from "../../../train/report/html.ts";

test("text is escaped, HTML is not, lists are joined and undefined is nothing", () => {
  const name = `<script>alert("it's")</script> & more`;
  assert.equal(
    html`<p title="${name}">${name}</p>`.markup,
    '<p title="&lt;script&gt;alert(&quot;it&#39;s&quot;)&lt;/script&gt; &amp; more">' +
      "&lt;script&gt;alert(&quot;it&#39;s&quot;)&lt;/script&gt; &amp; more</p>",
  );
  const row = (n: number) => html`<td>${n}</td>`;
  assert.equal(
    html`<tr>${[1, 2].map(row)}${undefined}${new Html("<!-- -->")}</tr>`.markup,
    "<tr><td>1</td><td>2</td><!-- --></tr>",
  );
});
