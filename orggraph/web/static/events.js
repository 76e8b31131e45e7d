// What happened from an earlier day on, as the diff tells it, by unit; a sentence leads to whom it is about.
const SIGNS = { "+": "plus", "-": "minus", "~": "tilde" };
const MOST = 300;

let asked = 0;

export async function events(place, { compare, day, known, words, go }) {
  const number = ++asked;
  const times = new URLSearchParams({ compare, "as-of": day });
  if (known) times.set("recorded-by", known);
  const answered = await fetch(`/happened?${times}`, { headers: { Accept: "application/json" } });
  const found = await answered.json();
  if (number !== asked) return; // another day has been chosen meanwhile
  if (!answered.ok) {
    place.replaceChildren(made("p", { class: "error" }, found.detail ?? answered.statusText));
    return;
  }
  const parts = [made("h2", {}, words.happened), made("p", { class: "quiet" }, found.summary)];
  let left = MOST;
  for (const { title, lines } of found.groups) {
    if (left <= 0) break;
    parts.push(made("h3", { dir: "auto" }, title), made("ul", { class: "events" }, ...lines.slice(0, left).map((line) => entry(line, go))));
    left -= lines.length;
  }
  if (left < 0) parts.push(made("p", {}, words.more.replace("{number}", -left)));
  if (!found.groups.length) parts.push(made("p", {}, words.nothing));
  parts.push(made("p", {}, made("a", { href: found.diff }, words.whole)));
  place.replaceChildren(...parts);
}

function entry({ sign, text, part, certainty, entities }, go) {
  const item = made("li", { class: [SIGNS[sign], certainty, part ? "part" : ""].filter(Boolean).join(" "), dir: "auto" });
  if (!entities.length) {
    item.append(text);
    return item;
  }
  const who = made("button", { type: "button" }, text);
  who.addEventListener("click", () => go(entities[0]));
  item.append(who);
  return item;
}

export function made(name, attributes, ...content) {
  const element = document.createElement(name);
  for (const [key, value] of Object.entries(attributes)) element.setAttribute(key, value);
  element.append(...content);
  return element;
}
