// Time: a slider over the days on which something changed, a strip that shows how much, and a second handle to compare.
const DAY = 86_400_000;
const BARS = 240;

export const ordinal = (iso) => Math.round(Date.parse(`${iso}T00:00:00Z`) / DAY);
export const iso = (ordinal) => new Date(ordinal * DAY).toISOString().slice(0, 10);

// ``days`` are [day, begun, ended] in order, days as ordinals. ``changed`` is told a day, or both, that were chosen.
export function time(place, days, { day, compare, changed, calm }) {
  const part = (name) => place.querySelector(`[data-part="${name}"]`);
  const slide = part("slide");
  const other = part("other");
  const change = days.map(([on]) => on);
  const first = Math.min(change[0] ?? day, day, compare ?? day) - 1;
  const last = Math.max(change.at(-1) ?? day, day, compare ?? day) + 1;
  const state = { day, compare, playing: 0, waiting: 0 };

  for (const range of [slide, other]) {
    range.min = first;
    range.max = last;
    range.step = 1;
  }
  strip(part("strip"), days, first, last);
  show();
  place.hidden = false;

  function show() {
    slide.value = state.day;
    slide.setAttribute("aria-valuetext", iso(state.day));
    part("day").textContent = iso(state.day);
    other.hidden = state.compare === null;
    other.value = state.compare ?? first;
    other.setAttribute("aria-valuetext", iso(Number(other.value)));
    part("before").textContent = state.compare === null ? "" : `${iso(state.compare)} →`;
    part("previous").disabled = before(state.day) === undefined;
    part("next").disabled = after(state.day) === undefined;
    part("compare").setAttribute("aria-pressed", String(state.compare !== null));
    part("play").setAttribute("aria-pressed", String(state.playing > 0));
    part("now").style.setProperty("--at", (state.day - first) / (last - first));
  }

  function before(on) {
    const at = change.findLastIndex((one) => one < on);
    return at < 0 ? undefined : change[at];
  }

  function after(on) {
    return change.find((one) => one > on);
  }

  function go(on, { soon = false } = {}) {
    if (on === undefined || on === state.day) return;
    state.day = on;
    told(soon);
  }

  function compareWith(on, { soon = false } = {}) {
    state.compare = on;
    told(soon);
  }

  // While a handle is dragged only the last of many days is asked for.
  function told(soon) {
    show();
    clearTimeout(state.waiting);
    if (soon) state.waiting = setTimeout(() => changed({ day: state.day, compare: state.compare }), 90);
    else changed({ day: state.day, compare: state.compare });
  }

  function stop() {
    state.playing = 0;
    show();
  }

  async function play() {
    const turn = ++state.turns || (state.turns = 1);
    state.playing = 1;
    if (after(state.day) === undefined) state.day = first;
    show();
    while (state.playing && state.turns === turn) {
      const on = after(state.day);
      if (on === undefined) break;
      state.day = on;
      show();
      await changed({ day: on, compare: state.compare });
      await new Promise((done) => setTimeout(done, calm() ? 1500 : 900));
    }
    if (state.turns === turn) stop();
  }

  for (const [range, chosen] of [[slide, go], [other, compareWith]]) {
    range.addEventListener("input", () => { stop(); chosen(Number(range.value), { soon: true }); });
    range.addEventListener("keydown", (event) => {
      const on = Number(range.value);
      const to = {
        ArrowLeft: before(on), ArrowDown: before(on), ArrowRight: after(on), ArrowUp: after(on),
        Home: change[0], End: change.at(-1),
      };
      if (!(event.key in to)) return;
      event.preventDefault();
      stop();
      if (to[event.key] !== undefined) chosen(to[event.key], { soon: true });
    });
  }
  part("previous").addEventListener("click", () => { stop(); go(before(state.day)); });
  part("next").addEventListener("click", () => { stop(); go(after(state.day)); });
  part("play").addEventListener("click", () => (state.playing ? stop() : play()));
  part("compare").addEventListener("click", () => {
    stop();
    compareWith(state.compare === null ? before(state.day) ?? state.day - 1 : null);
  });

  return {
    neighbours: () => [before(state.day), after(state.day)].filter((on) => on !== undefined),
    go,
  };
}

// Draw how much changed when: a bar for a day, or for as many as share its place.
function strip(svg, days, first, last) {
  const bars = new Map();
  for (const [on, begun, ended] of days) {
    const at = Math.floor(((on - first) / (last - first)) * BARS);
    bars.set(at, (bars.get(at) ?? 0) + begun + ended);
  }
  const most = Math.log1p(Math.max(1, ...bars.values()));
  svg.setAttribute("viewBox", `0 0 ${BARS} 24`);
  svg.setAttribute("preserveAspectRatio", "none");
  svg.replaceChildren(...[...bars].map(([at, count]) => {
    const bar = document.createElementNS(svg.namespaceURI, "rect");
    const height = Math.max(1.5, (Math.log1p(count) / most) * 24);
    for (const [name, value] of Object.entries({ x: at + 0.1, y: 24 - height, width: 0.8, height })) {
      bar.setAttribute(name, value);
    }
    return bar;
  }));
}
