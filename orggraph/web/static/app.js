// What the pages do beside what they say: each part looks for its own marks and leaves every other page alone.
import { copying } from "./copy.js";
import { sorting } from "./sort.js";
import { suggesting } from "./suggest.js";

for (const field of document.querySelectorAll("input[data-suggest]")) suggesting(field);
for (const table of document.querySelectorAll("table[data-sort]")) sorting(table);
for (const place of document.querySelectorAll("[data-copy]")) copying(place);
if (document.querySelector("textarea[data-editor]")) {
  import("./editor.js").then(({ editing }) => editing(document.querySelector("textarea[data-editor]")));
}
if (document.querySelector("[data-drop]")) {
  import("./drop.js").then(({ dropping }) => dropping(document.querySelector("[data-drop]")));
}
const organization = document.querySelector("[data-organization]");
if (organization) import("./organization.js").then(({ organization: begin }) => begin(organization));
