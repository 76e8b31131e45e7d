// A chart of many days: a slider over them, and on each what was there. Everybody keeps a place; what is not there
// fades. Of each day only what comes and goes is told (`show`, `hide`), from the day before.

export function film(document, svg, data, { view, calm }) {
  const part = (id) => document.getElementById(id);
  const [slider, play, day, told] = ["when", "play", "day", "told"].map(part);
  const all = (kind) => [...svg.querySelectorAll(`g.${kind}[data-number]`)].reduce((found, element) => {
    found[element.dataset.number] = element;
    return found;
  }, []);
  const parts = { cards: all("card:not(.panel)"), lines: all("line"), panels: all("panel") };
  const steps = unrolled(data.steps);
  const order = [...svg.querySelectorAll("g.card[data-number]:not(.panel)")].map((card) => Number(card.dataset.number));
  let at = 0;
  let timer = 0;
  let current = order[0];

  for (const elements of Object.values(parts)) for (const element of elements) element?.classList.add("film");
  for (const element of svg.querySelectorAll("[tabindex]")) element.setAttribute("tabindex", "-1");
  set(Number(slider.value));
  if (!calm()) requestAnimationFrame(() => svg.classList.add("lively"));

  function unrolled(told) {
    const now = { cards: new Set(), lines: new Set(), panels: new Set() };
    return told.map((step) => {
      for (const kind of Object.keys(now)) {
        for (const number of step.hide[kind]) now[kind].delete(number);
        for (const number of step.show[kind]) now[kind].add(number);
      }
      return { ...step, shown: Object.fromEntries(Object.entries(now).map(([kind, set]) => [kind, new Set(set)])) };
    });
  }

  function set(number) {
    at = Math.min(Math.max(number, 0), steps.length - 1);
    const { shown, label, words, marks } = steps[at];
    for (const [kind, elements] of Object.entries(parts)) {
      elements.forEach((element, index) => {
        const there = shown[kind].has(index);
        element.classList.toggle("gone", !there);
        if (kind !== "cards") return;
        if (there) element.removeAttribute("aria-hidden");
        else element.setAttribute("aria-hidden", "true");
        element.classList.toggle("came", there && marks.includes(index));
      });
    }
    const same = order.find((index) => data.people[index] === data.people[current] && shown.cards.has(index));
    rove(same ?? order.find((index) => shown.cards.has(index)) ?? order[0]);
    slider.value = at;
    slider.setAttribute("aria-valuetext", `${label}: ${words}`);
    day.textContent = label;
    told.textContent = words;
    document.querySelectorAll("#strip [data-step]").forEach((bar) => {
      bar.classList.toggle("now", Number(bar.dataset.step) === at);
    });
    document.querySelectorAll("#list [data-step]").forEach((item) => {
      item.toggleAttribute("data-now", Number(item.dataset.step) === at);
    });
  }

  // One card at a time is reached by the tab key, the others from there.
  function rove(number) {
    parts.cards[current]?.setAttribute("tabindex", "-1");
    current = number;
    parts.cards[current]?.setAttribute("tabindex", "0");
  }

  function focus(number, how = {}) {
    rove(number);
    parts.cards[number].focus({ preventScroll: true });
    view.reveal(where(parts.cards[number]), how);
  }

  function pressed(key) {
    const there = order.filter((index) => steps[at].shown.cards.has(index));
    const place = there.indexOf(current);
    if (key === "ArrowDown") focus(there[Math.min(place + 1, there.length - 1)]);
    else if (key === "ArrowUp") focus(there[Math.max(place - 1, 0)]);
    else if (key === "Home") focus(there[0]);
    else if (key === "End") focus(there.at(-1));
    else if (key === "ArrowLeft" || key === "ArrowRight") {
      run(false);
      set(at + (key === "ArrowLeft" ? -1 : 1));
      focus(current);
    } else return false;
    return true;
  }

  svg.addEventListener("keydown", (event) => {
    const card = event.target.closest?.("g.card");
    if (!card || event.shiftKey || event.ctrlKey || event.metaKey || event.altKey) return;
    if (pressed(event.key)) event.preventDefault();
  });

  function run(on) {
    clearInterval(timer);
    timer = 0;
    if (on) {
      if (at === steps.length - 1) set(0);
      timer = setInterval(() => {
        if (at === steps.length - 1) run(false);
        else set(at + 1);
      }, calm() ? 1600 : 1100);
    }
    play.setAttribute("aria-pressed", String(on));
    play.setAttribute("aria-label", on ? "Pause" : "Play");
    play.textContent = on ? "❚❚" : "▶";
  }

  slider.addEventListener("input", () => {
    run(false);
    set(Number(slider.value));
  });
  play.addEventListener("click", () => run(!timer));
  part("earlier").addEventListener("click", () => (run(false), set(at - 1)));
  part("later").addEventListener("click", () => (run(false), set(at + 1)));
  document.addEventListener("click", (event) => {
    const step = event.target.closest?.("[data-step]")?.dataset.step;
    if (step !== undefined) (run(false), set(Number(step)));
  });
  document.addEventListener("keydown", (event) => {
    if (event.target.closest?.("input, button, #stage")) return;
    if (event.key === "ArrowRight") set(at + 1);
    else if (event.key === "ArrowLeft") set(at - 1);
    else return;
    event.preventDefault();
  });

  // Go to somebody: on this day if there, else to the nearest day on which he is.
  function show(iri) {
    run(false);
    const numbers = data.people.flatMap((person, number) => (person === iri ? [number] : []));
    const there = (step) => numbers.find((number) => steps[step].shown.cards.has(number));
    const nearest = steps.map((_, step) => step).filter((step) => there(step) !== undefined)
      .sort((one, other) => Math.abs(one - at) - Math.abs(other - at))[0];
    if (nearest === undefined) return;
    set(nearest);
    const card = parts.cards[there(nearest)];
    svg.querySelector("g.card.found")?.classList.remove("found");
    card.classList.add("found");
    focus(there(nearest), { centre: true });
  }

  function where(card) {
    const rect = card.getBoundingClientRect();
    const back = svg.getScreenCTM().inverse();
    const [one, other] = [[rect.left, rect.top], [rect.right, rect.bottom]].map(([x, y]) =>
      new DOMPoint(x, y).matrixTransform(back));
    return { x: one.x, y: one.y, width: other.x - one.x, height: other.y - one.y };
  }

  const first = parts.cards.find((card, number) => card && steps[at].shown.cards.has(number));
  return { show, set, first: () => (first ? where(first) : null) };
}
