// A window onto an SVG that can be moved and scaled: by dragging, wheel, pinch and keys. Coordinates are the SVG's own.

export function view(stage, svg, { calm }) {
  const pointers = new Map();
  let whole;
  let shown;
  let moving = 0;
  let size;
  let dragged = false;

  if (svg) onto(svg);

  // Look at another picture; with ``by`` at the place that has moved so far from where it was.
  function onto(next, by = null) {
    cancelAnimationFrame(moving);
    svg = next;
    whole = box(svg.viewBox.baseVal);
    svg.removeAttribute("width");
    svg.removeAttribute("height");
    svg.setAttribute("preserveAspectRatio", "xMidYMid meet");
    shown = by && shown ? { ...shown, x: shown.x + by.x, y: shown.y + by.y } : { ...whole };
    draw();
  }

  function box({ x, y, width, height }) {
    return { x, y, width, height };
  }

  // How many pixels of the screen a point of the SVG takes.
  function scale() {
    return Math.min(stage.clientWidth / shown.width, stage.clientHeight / shown.height);
  }

  function draw() {
    size = { width: stage.clientWidth, height: stage.clientHeight };
    svg.setAttribute("viewBox", `${shown.x} ${shown.y} ${shown.width} ${shown.height}`);
  }

  function glide(to) {
    cancelAnimationFrame(moving);
    if (calm()) {
      shown = to;
      draw();
      return;
    }
    const from = shown;
    const start = performance.now();
    const step = (now) => {
      const part = Math.min((now - start) / 220, 1);
      const eased = part * (2 - part);
      shown = {
        x: from.x + (to.x - from.x) * eased,
        y: from.y + (to.y - from.y) * eased,
        width: from.width + (to.width - from.width) * eased,
        height: from.height + (to.height - from.height) * eased,
      };
      draw();
      if (part < 1) moving = requestAnimationFrame(step);
    };
    moving = requestAnimationFrame(step);
  }

  // Give the window around a place at so many pixels a point.
  function around(x, y, pixels) {
    const width = stage.clientWidth / pixels;
    const height = stage.clientHeight / pixels;
    return { x: x - width / 2, y: y - height / 2, width, height };
  }

  function place(clientX, clientY) {
    const at = new DOMPoint(clientX, clientY).matrixTransform(svg.getScreenCTM().inverse());
    return { x: at.x, y: at.y };
  }

  function limited(pixels) {
    const least = Math.min(stage.clientWidth / whole.width, stage.clientHeight / whole.height) / 2;
    return Math.max(Math.min(pixels, 8), Math.min(least, 1));
  }

  function zoom(factor, at = null) {
    cancelAnimationFrame(moving);
    const fixed = at ?? { x: shown.x + shown.width / 2, y: shown.y + shown.height / 2 };
    const ratio = scale() / limited(scale() * factor);
    shown = {
      x: fixed.x - (fixed.x - shown.x) * ratio,
      y: fixed.y - (fixed.y - shown.y) * ratio,
      width: shown.width * ratio,
      height: shown.height * ratio,
    };
    draw();
  }

  // Move what is seen by so many pixels.
  function pan(right, down) {
    cancelAnimationFrame(moving);
    const pixels = scale();
    shown = { ...shown, x: shown.x + right / pixels, y: shown.y + down / pixels };
    draw();
  }

  // What is there to see, which is less than the whole where something is folded.
  function contents() {
    const found = box(svg.getBBox());
    const margin = 16;
    return { x: found.x - margin, y: found.y - margin, width: found.width + 2 * margin, height: found.height + 2 * margin };
  }

  function fit(part = contents()) {
    const pixels = Math.min(stage.clientWidth / part.width, stage.clientHeight / part.height, 1.5);
    glide(around(part.x + part.width / 2, part.y + part.height / 2, pixels));
  }

  // Bring a part into sight, as large as it can be read, without moving more than is needed.
  function reveal(part, { centre = false } = {}) {
    const pixels = Math.max(scale(), 0.9);
    const seen = around(shown.x + shown.width / 2, shown.y + shown.height / 2, scale());
    const inside =
      part.x >= seen.x && part.y >= seen.y && part.x + part.width <= seen.x + seen.width &&
      part.y + part.height <= seen.y + seen.height;
    if (!inside || centre || pixels > scale()) {
      glide(around(part.x + part.width / 2, part.y + part.height / 2, pixels));
    }
  }

  // Begin with the whole if its words can be read, else with its top, in the middle of what stands there.
  function begin(top) {
    const all = contents();
    const pixels = Math.min(stage.clientWidth / all.width, stage.clientHeight / all.height);
    if (pixels >= 0.55 || !top) {
      shown = around(all.x + all.width / 2, all.y + all.height / 2, Math.min(pixels, 1.5));
    } else {
      shown = around(top.x + top.width / 2, top.y + top.height / 2, 0.8);
      shown.y = Math.max(whole.y, shown.y + stage.clientHeight / 0.8 / 3);
      shown.y = Math.min(shown.y, top.y - 24);
    }
    draw();
  }

  stage.addEventListener("wheel", (event) => {
    event.preventDefault();
    if (event.ctrlKey || event.metaKey) {
      zoom(Math.exp(-event.deltaY / 200), place(event.clientX, event.clientY));
    } else if (event.shiftKey) {
      pan(event.deltaY || event.deltaX, 0);
    } else {
      pan(event.deltaX, event.deltaY);
    }
  }, { passive: false });

  stage.addEventListener("pointerdown", (event) => {
    if (event.button !== 0) return;
    if (pointers.size === 0) dragged = false;
    pointers.set(event.pointerId, { x: event.clientX, y: event.clientY });
  });

  stage.addEventListener("pointermove", (event) => {
    const before = pointers.get(event.pointerId);
    if (!before) return;
    const now = { x: event.clientX, y: event.clientY };
    if (!dragged && Math.hypot(now.x - before.x, now.y - before.y) < 4) return;
    if (!dragged) {
      dragged = true;
      stage.setPointerCapture(event.pointerId);
      stage.classList.add("dragging");
    }
    if (pointers.size === 2) {
      const other = [...pointers].find(([id]) => id !== event.pointerId)[1];
      const apart = (point) => Math.hypot(point.x - other.x, point.y - other.y);
      zoom(apart(now) / Math.max(apart(before), 1), place((now.x + other.x) / 2, (now.y + other.y) / 2));
    } else {
      pan(before.x - now.x, before.y - now.y);
    }
    pointers.set(event.pointerId, now);
  });

  for (const end of ["pointerup", "pointercancel"]) {
    stage.addEventListener(end, (event) => {
      pointers.delete(event.pointerId);
      if (pointers.size === 0) stage.classList.remove("dragging");
    });
  }

  // What ends a drag is no click on what lies under it.
  stage.addEventListener("click", (event) => {
    if (!dragged) return;
    dragged = false;
    event.preventDefault();
    event.stopPropagation();
  }, { capture: true });

  stage.addEventListener("keydown", (event) => {
    if (event.ctrlKey || event.metaKey || event.altKey) return;
    const step = Math.min(stage.clientWidth, stage.clientHeight) / 5;
    const moves = { ArrowLeft: [-step, 0], ArrowRight: [step, 0], ArrowUp: [0, -step], ArrowDown: [0, step] };
    if (event.key === "+" || event.key === "=") zoom(1.25);
    else if (event.key === "-") zoom(0.8);
    else if (event.key === "0") fit();
    else if (event.key in moves && (event.shiftKey || event.target === stage)) pan(...moves[event.key]);
    else return;
    event.preventDefault();
  });

  // On paper there is all of it, whatever the screen shows.
  let kept = null;
  stage.ownerDocument.defaultView.matchMedia("print").addEventListener("change", ({ matches }) => {
    cancelAnimationFrame(moving);
    const before = kept ?? shown;
    kept = matches ? before : null;
    shown = matches ? contents() : before;
    draw();
  });

  // The window keeps its middle when the room for it changes.
  new ResizeObserver(() => {
    if (kept || !stage.clientWidth || !stage.clientHeight || !shown) return;
    const pixels = Math.min(size.width / shown.width, size.height / shown.height) || scale();
    shown = around(shown.x + shown.width / 2, shown.y + shown.height / 2, pixels);
    draw();
  }).observe(stage);

  return { begin, fit, onto, reveal, zoom, pan };
}
