// The cards as a tree: subtrees fold and unfold, and the keys are those of a tree in the ARIA patterns.
// Nothing is laid out anew: where whole columns or rows fall empty, the rest moves together, lines with it.

const GAP = 26;
const NUMBER = /-?\d+(?:\.\d+)?/g;

export function tree(svg, parents, { view }) {
  const cards = new Map([...svg.querySelectorAll("g.card[data-iri]")].map((card) => [keyOf(card), card]));
  const order = [...cards.keys()];
  const lines = [...svg.querySelectorAll("g.line")].map((line) => ({
    line, from: line.dataset.from, to: line.dataset.to, shapes: shapesOf(line),
  }));
  const boxes = new Map(order.map((iri) => [iri, boxOf(cards.get(iri))]));
  const children = new Map(order.map((iri) => [iri, []]));
  for (const iri of order) if (cards.has(parents[iri])) children.get(parents[iri]).push(iri);
  const folded = new Set();
  const marks = new Map();
  let current = order[0];

  for (const iri of order) {
    const card = cards.get(iri);
    card.setAttribute("tabindex", iri === current ? "0" : "-1");
    if (!children.get(iri).length || card.matches(".panel")) continue;
    card.setAttribute("aria-expanded", "true");
    marks.set(iri, handle(card, boxes.get(iri)));
  }
  update();

  // A unit may have a panel around its people and a card of its own.
  function keyOf(card) {
    return (card.matches(".panel") ? "panel of " : "") + card.dataset.iri;
  }

  function boxOf(element) {
    const { x, y, width, height } = element.getBBox();
    return { x, y, width, height };
  }

  function shapesOf(line) {
    const shapes = [];
    for (const name of ["d", "points"]) {
      for (const shape of line.querySelectorAll(`[${name}]`)) shapes.push({ shape, name, as: shape.getAttribute(name) });
    }
    return shapes;
  }

  // Make the mark by which a card folds: a circle on its lower edge.
  function handle(card, { x, y, width, height }) {
    const made = (name, attributes) => {
      const element = document.createElementNS(svg.namespaceURI, name);
      for (const [key, value] of Object.entries(attributes)) element.setAttribute(key, value);
      return element;
    };
    const mark = made("g", { class: "fold", "aria-hidden": "true" });
    const at = { x: x + width / 2, y: y + height + 5 };
    const disc = made("rect", { x: at.x - 9, y: at.y - 9, width: 18, height: 18, rx: 9 });
    const sign = made("text", { x: at.x, y: at.y + 4, "text-anchor": "middle" });
    mark.append(disc, sign);
    card.append(mark);
    return { mark, disc, sign, at };
  }

  function below(iri) {
    return children.get(iri).reduce((sum, child) => sum + 1 + below(child), 0);
  }

  function hidden() {
    const found = new Set();
    const hide = (iri) => {
      for (const child of children.get(iri)) {
        found.add(child);
        hide(child);
      }
    };
    for (const iri of folded) if (!found.has(iri)) hide(iri);
    return found;
  }

  function update() {
    const gone = hidden();
    for (const [iri, card] of cards) card.classList.toggle("away", gone.has(iri));
    for (const { line, from, to } of lines) line.classList.toggle("away", gone.has(from) || gone.has(to));
    for (const [iri, { mark, disc, sign, at }] of marks) {
      const count = folded.has(iri) ? below(iri) : 0;
      const width = count ? 16 + 7 * String(count).length : 18;
      disc.setAttribute("x", at.x - width / 2);
      disc.setAttribute("width", width);
      sign.textContent = count ? `+${count}` : "−";
      mark.classList.toggle("folded", count > 0);
      cards.get(iri).setAttribute("aria-expanded", String(!count));
    }
    gather(gone);
    if (gone.has(current)) focus(visibleAbove(current, gone), { still: true });
  }

  function visibleAbove(iri, gone) {
    let at = iri;
    while (gone.has(at)) at = parents[at];
    return at;
  }

  // Move together what is left, and bend the lines along.
  function gather(gone) {
    const left = order.filter((iri) => !gone.has(iri)).map((iri) => boxes.get(iri));
    const across = gone.size ? together(left.map(({ x, width }) => [x, x + width])) : (at) => at;
    const down = gone.size ? together(left.map(({ y, height }) => [y, y + height])) : (at) => at;
    const shift = (element, { x, y }) => {
      const by = [across(x) - x, down(y) - y];
      element.style.transform = by[0] || by[1] ? `translate(${by[0]}px, ${by[1]}px)` : "";
    };
    for (const iri of order) if (!gone.has(iri)) shift(cards.get(iri), boxes.get(iri));
    for (const { shapes } of lines) {
      for (const { shape, name, as } of shapes) {
        let number = 0;
        const bent = (text) => (number++ % 2 ? down : across)(Number(text));
        shape.setAttribute(name, gone.size ? as.replace(NUMBER, (text) => String(bent(text))) : as);
      }
    }
  }

  // Give the map that closes gaps between intervals to GAP, and keeps every interval as wide as it is.
  function together(intervals) {
    const sorted = intervals.sort((one, other) => one[0] - other[0]);
    const merged = [];
    for (const [from, to] of sorted) {
      const last = merged.at(-1);
      if (last && from <= last[1]) last[1] = Math.max(last[1], to);
      else merged.push([from, to]);
    }
    const points = [];
    let taken = 0;
    merged.forEach(([from, to], number) => {
      if (number) taken += Math.max(from - merged[number - 1][1] - GAP, 0);
      points.push([from, from - taken], [to, to - taken]);
    });
    return (at) => {
      let low = 0;
      let high = points.length - 1;
      if (high < 0 || at <= points[0][0]) return at;
      if (at >= points[high][0]) return at - taken;
      while (high - low > 1) {
        const middle = (low + high) >> 1;
        if (points[middle][0] <= at) low = middle;
        else high = middle;
      }
      const [[from, as], [to, so]] = [points[low], points[high]];
      return to === from ? as : as + ((at - from) * (so - as)) / (to - from);
    };
  }

  // Give where a card stands now, in the coordinates of the picture as a whole.
  function where(iri) {
    const card = cards.get(iri);
    const rect = card.getBoundingClientRect();
    const back = svg.getScreenCTM().inverse();
    const [one, other] = [[rect.left, rect.top], [rect.right, rect.bottom]].map(([x, y]) =>
      new DOMPoint(x, y).matrixTransform(back));
    return { x: one.x, y: one.y, width: other.x - one.x, height: other.y - one.y };
  }

  function focus(iri, { centre = false, still = false } = {}) {
    if (!cards.has(iri)) return;
    cards.get(current)?.setAttribute("tabindex", "-1");
    current = iri;
    const card = cards.get(iri);
    card.setAttribute("tabindex", "0");
    card.focus({ preventScroll: true });
    if (!still) view.reveal(where(iri), { centre });
  }

  function toggle(iri, fold = !folded.has(iri)) {
    if (!marks.has(iri) || fold === folded.has(iri)) return;
    if (fold) folded.add(iri);
    else folded.delete(iri);
    update();
  }

  function all(fold) {
    folded.clear();
    const tops = (iri) => !cards.has(parents[iri]);
    if (fold) for (const iri of marks.keys()) if (!tops(iri)) folded.add(iri);
    update();
  }

  // Unfold whatever hides a card, and go there.
  function show(iri) {
    const seen = new Set();
    for (let at = parents[iri]; cards.has(at) && !seen.has(at); at = parents[at]) {
      seen.add(at);
      folded.delete(at);
    }
    update();
    focus(iri, { centre: true });
    mark(iri);
  }

  function mark(iri) {
    svg.querySelector("g.card.found")?.classList.remove("found");
    cards.get(iri)?.classList.add("found");
  }

  function next(step) {
    const gone = hidden();
    const shown = order.filter((iri) => !gone.has(iri));
    return shown[Math.min(Math.max(shown.indexOf(current) + step, 0), shown.length - 1)];
  }

  function pressed(key) {
    const open = children.get(current).length && !folded.has(current);
    if (key === "ArrowDown") focus(next(1));
    else if (key === "ArrowUp") focus(next(-1));
    else if (key === "Home") focus(next(-order.length));
    else if (key === "End") focus(next(order.length));
    else if (key === "ArrowRight") open ? focus(children.get(current)[0]) : toggle(current, false);
    else if (key === "ArrowLeft") open ? toggle(current, true) : focus(parents[current]);
    else if (key === "Enter" || key === " ") toggle(current);
    else if (key === "*") for (const iri of children.get(parents[current]) ?? [current]) toggle(iri, false);
    else return false;
    return true;
  }

  svg.addEventListener("keydown", (event) => {
    const card = event.target.closest?.("g.card");
    if (!card || event.shiftKey || event.ctrlKey || event.metaKey || event.altKey) return;
    if (event.key === "Enter" && event.target.closest("a")) return;
    current = keyOf(card);
    if (pressed(event.key)) event.preventDefault();
  });

  svg.addEventListener("click", (event) => {
    const card = event.target.closest?.("g.card");
    if (!card) return;
    if (event.target.closest("g.fold")) toggle(keyOf(card));
    focus(keyOf(card), { still: true });
  });

  // The top of most is where one begins to look.
  function first() {
    const tops = order.filter((iri) => !cards.has(parents[iri]));
    const sizes = new Map(tops.map((iri) => [iri, below(iri)]));
    const most = tops.reduce((best, iri) => (sizes.get(iri) > sizes.get(best) ? iri : best), tops[0]);
    return most === undefined ? null : where(most);
  }

  return { all, focus, show, toggle, current: () => current, first };
}
