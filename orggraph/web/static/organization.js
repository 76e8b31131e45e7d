// The page of the organization: its chart of a day, to be moved, folded, searched and walked through in time.
import { tree } from "./chart/tree.js";
import { view } from "./chart/view.js";
import { events, made } from "./events.js";
import { iso, ordinal, time } from "./time.js";

const KEPT = 40; // pictures
const STATE = ["as-of", "compare", "recorded-by", "view", "root", "depth", "expand", "highlight"];

export async function organization(place) {
  const words = JSON.parse(place.dataset.words);
  const part = (name) => place.querySelector(`[data-part="${name}"]`);
  const still = matchMedia("(prefers-reduced-motion: reduce)");
  const calm = () => still.matches;
  const stage = part("stage");
  const state = Object.fromEntries(STATE.map((name) => [name, place.dataset[camel(name)] ?? ""]));
  const pictures = new Map();
  const camera = view(stage, null, { calm });
  let shown = null; // the tree on the stage
  let turn = 0;

  function address() {
    const asked = new URLSearchParams(STATE.filter((name) => state[name]).map((name) => [name, state[name]]));
    asked.set("part", "true");
    asked.set("readable", "true");
    return `/chart.svg?${asked}`;
  }

  // Ask for a picture once; of those asked for before, the last few are kept.
  function picture(url) {
    if (!pictures.has(url)) {
      if (pictures.size >= KEPT) pictures.delete(pictures.keys().next().value);
      const asked = fetch(url, { headers: { Accept: "image/svg+xml" } }).then(async (answered) => {
        const text = await answered.text();
        if (!answered.ok) throw new Error(detail(text) ?? answered.statusText);
        return text;
      });
      pictures.set(url, asked);
      asked.catch(() => pictures.delete(url));
    }
    return pictures.get(url);
  }

  async function show({ first = false, go = "" } = {}) {
    const number = ++turn;
    stage.setAttribute("aria-busy", "true");
    try {
      const text = await picture(address());
      if (number !== turn) return;
      draw(new DOMParser().parseFromString(text, "image/svg+xml").documentElement, { first });
      part("said").textContent = stage.querySelector("svg > title")?.textContent ?? "";
      if (go) shown.show(go);
    } catch (error) {
      if (number !== turn) return;
      part("said").textContent = "";
      stage.replaceChildren(made("p", { class: "error", role: "alert" }, error.message));
      shown = null;
    } finally {
      if (number === turn) stage.setAttribute("aria-busy", "false");
    }
    beside();
    remember();
    ahead();
  }

  function draw(svg, { first }) {
    const from = first ? new Map() : placesOf(stage.querySelector("svg"));
    const anchor = shown?.current() ?? "";
    const next = document.importNode(svg, true);
    stage.replaceChildren(next);
    const to = placesOf(next);
    const fixed = from.has(anchor) && to.has(anchor) ? anchor : [...from.keys()].find((iri) => to.has(iri));
    camera.onto(next, fixed ? { x: to.get(fixed).x - from.get(fixed).x, y: to.get(fixed).y - from.get(fixed).y } : null);
    shown = tree(next, parentsOf(next), { view: camera, calm });
    if (!fixed) camera.begin(shown.first());
    if (fixed && !calm()) moved(next, from, to, fixed);
  }

  // Who stands elsewhere glides there from where he stood; who is new appears.
  function moved(svg, from, to, fixed) {
    const by = { x: to.get(fixed).x - from.get(fixed).x, y: to.get(fixed).y - from.get(fixed).y };
    const timing = { duration: 450, easing: "ease-in-out" };
    for (const card of svg.querySelectorAll("g.card[data-iri]")) {
      const [was, is] = [from.get(card.dataset.iri), to.get(card.dataset.iri)];
      if (!was) {
        card.animate([{ opacity: 0 }, { opacity: 1 }], timing);
        continue;
      }
      const [right, down] = [was.x - is.x + by.x, was.y - is.y + by.y];
      if (Math.hypot(right, down) > 0.5) {
        card.animate([{ transform: `translate(${right}px, ${down}px)` }, { transform: "none" }], timing);
      }
    }
    for (const line of svg.querySelectorAll("g.line")) line.animate([{ opacity: 0 }, { opacity: 0, offset: 0.5 }, { opacity: 1 }], timing);
  }

  // Beside a comparison stands what happened; beside a card that was chosen, what it says.
  function beside() {
    const place = part("beside");
    const comparing = Boolean(state.compare);
    part("events").hidden = !comparing;
    if (!comparing) part("events").replaceChildren();
    else {
      events(part("events"), { compare: state.compare, day: state["as-of"], known: state["recorded-by"], words, go: find });
    }
    place.hidden = !comparing && part("card").hidden;
  }

  function tell(iri) {
    const card = stage.querySelector(`g.card[data-iri="${CSS.escape(iri)}"]`);
    if (!card) return;
    const stays = new URLSearchParams({ "as-of": state["as-of"] });
    if (state["recorded-by"]) stays.set("recorded-by", state["recorded-by"]);
    const name = card.querySelector("title")?.textContent ?? iri;
    const said = (card.querySelector("desc")?.textContent ?? "").split("\n").filter(Boolean);
    const page = made("a", { href: `/entity/?${new URLSearchParams({ iri })}&${stays}` }, words.page);
    const focus = made("button", { type: "button" }, words.focus);
    const path = made("button", { type: "button" }, words.path);
    focus.addEventListener("click", () => set({ root: iri, expand: "", highlight: "" }));
    path.addEventListener("click", () => set({ highlight: iri, root: "" }, { go: iri }));
    part("card").replaceChildren(
      made("h2", { dir: "auto" }, name), ...said.map((line) => made("p", { dir: "auto" }, line)),
      made("p", { class: "ways" }, page, focus, path),
    );
    part("card").hidden = part("beside").hidden = false;
  }

  function find(iri) {
    if (stage.querySelector(`g.card[data-iri="${CSS.escape(iri)}"]`)) {
      shown.show(iri);
      tell(iri);
    } else set({ highlight: iri, root: "" }, { go: iri });
  }

  // Draw who reports to somebody and has not been drawn.
  function more(card) {
    const iri = card.dataset.iri;
    set({ expand: [state.expand, iri].filter(Boolean).join(" ") }, { go: iri });
  }

  function set(changes, options = {}) {
    Object.assign(state, changes);
    for (const [name, value] of Object.entries(changes)) {
      const field = place.querySelector(`form [name="${name}"]`);
      if (field) field.value = value;
    }
    return show(options);
  }

  // The address always says what is seen, so that it can be kept and passed on.
  function remember() {
    const kept = new URLSearchParams(STATE.filter((name) => state[name]).map((name) => [name, state[name]]));
    history.replaceState(null, "", `?${kept}`);
    part("all").hidden = !(state.root || state.highlight || state.expand);
    for (const field of document.querySelectorAll('header input[name="as-of"]')) field.value = state["as-of"];
  }

  // The next step is most likely one change further or back.
  function ahead() {
    if (!walk) return;
    const now = state["as-of"];
    for (const on of walk.neighbours()) {
      state["as-of"] = iso(on);
      picture(address()).catch(() => {});
    }
    state["as-of"] = now;
  }

  stage.addEventListener("click", (event) => {
    const card = event.target.closest?.("g.card");
    if (!card) return;
    if (event.target.closest("g.more")) more(card);
    else tell(card.dataset.iri);
  });
  stage.addEventListener("keydown", (event) => {
    const card = event.target.closest?.("g.card");
    if (!card) return;
    if (event.key === "i") tell(card.dataset.iri);
    else if (event.key === "ArrowRight" && card.querySelector("g.more")) more(card);
  });
  part("controls").addEventListener("change", (event) => {
    if (event.target.name === "dotted") stage.classList.toggle("undotted", !event.target.checked);
    else if (STATE.includes(event.target.name)) set({ [event.target.name]: event.target.value, expand: "" });
  });
  part("controls").addEventListener("submit", (event) => event.preventDefault());
  for (const [name, act] of Object.entries({
    nearer: () => camera.zoom(1.25), farther: () => camera.zoom(0.8), fit: () => camera.fit(),
    fold: () => shown?.all(true), unfold: () => shown?.all(false),
    all: () => set({ root: "", highlight: "", expand: "" }),
  })) part(name).addEventListener("click", act);
  document.addEventListener("suggested", (event) => {
    if (!["person", "post"].includes(event.detail.kind)) return;
    event.preventDefault();
    find(event.detail.iri);
  });

  part("still")?.remove();
  place.classList.add("alive");
  let walk = null;
  const days = fetch(`/changes${state["recorded-by"] ? `?recorded-by=${encodeURIComponent(state["recorded-by"])}` : ""}`);
  await show({ first: true });
  const { rows } = await (await days).json();
  walk = time(part("time"), rows.map(({ day, begun, ended }) => [ordinal(day), begun, ended]), {
    day: ordinal(state["as-of"]),
    compare: state.compare ? ordinal(state.compare) : null,
    changed: ({ day, compare }) => set({ "as-of": iso(day), compare: compare === null ? "" : iso(compare) }),
    calm,
  });
  ahead();
}

// The cards come depth first, each with its level: whoever is one level up and came last is above.
function parentsOf(svg) {
  const above = [];
  const parents = {};
  for (const card of svg.querySelectorAll("g.card[data-iri]")) {
    const level = Number(card.getAttribute("aria-level") ?? 1);
    const key = (card.matches(".panel") ? "panel of " : "") + card.dataset.iri;
    above.length = Math.min(level - 1, above.length);
    if (above.length) parents[key] = above.at(-1);
    above.push(key);
  }
  return parents;
}

function placesOf(svg) {
  const places = new Map();
  for (const card of svg?.querySelectorAll("g.card[data-iri]") ?? []) {
    const { x, y } = card.getBBox();
    places.set(card.dataset.iri, { x, y });
  }
  return places;
}

function camel(name) {
  return name.replace(/-(.)/g, (_, letter) => letter.toUpperCase());
}

function detail(text) {
  try {
    return JSON.parse(text).detail;
  } catch {
    return undefined;
  }
}
