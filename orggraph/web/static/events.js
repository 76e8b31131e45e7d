// What happened between two days, as the diff tells it, by unit; an event leads to whom it is about.
const SIGNS = { "+": "plus", "-": "minus", "~": "tilde" };
const MOST = 400;

export async function events(place, { from, to, known, words, go }) {
  place.replaceChildren();
  const asked = new URLSearchParams({ from, to, format: "json" });
  if (known) asked.set("recorded-by", known);
  const answered = await fetch(`/diff?${asked}`, { headers: { Accept: "application/json" } });
  const found = await answered.json();
  if (!answered.ok) {
    place.append(made("p", { class: "error" }, found.detail ?? answered.statusText));
    return;
  }
  place.append(made("h2", {}, words.happened), made("p", { class: "quiet" }, found.summary ?? ""));
  const groups = new Map();
  for (const event of found.events.slice(0, MOST)) {
    const title = [event.organization, event.unit].filter(Boolean).join(", ") || words.elsewhere;
    if (!groups.has(title)) groups.set(title, []);
    groups.get(title).push(event);
  }
  for (const [title, told] of groups) {
    place.append(made("h3", { dir: "auto" }, title), made("ul", { class: "events" }, ...told.map((event) => item(event, go))));
  }
  if (found.events.length > MOST) place.append(made("p", { class: "quiet" }, words.more.replace("{number}", found.events.length - MOST)));
  if (!found.events.length) place.append(made("p", {}, words.nothing));
}

function item(event, go) {
  const entry = made("li", { class: `${SIGNS[event.sign] ?? "tilde"} ${event.certainty}`, dir: "auto" });
  const who = made("button", { type: "button" }, event.text);
  who.addEventListener("click", () => go(event.iri));
  entry.append(who);
  return entry;
}

export function made(name, attributes, ...content) {
  const element = document.createElement(name);
  for (const [key, value] of Object.entries(attributes)) element.setAttribute(key, value);
  element.append(...content);
  return element;
}
