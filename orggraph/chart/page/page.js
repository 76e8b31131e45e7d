// The page of a chart: puts the parts together. What precedes it in the page are the modules it uses.

function open(document) {
  const part = (id) => document.getElementById(id);
  const data = JSON.parse(part("data").textContent);
  const still = matchMedia("(prefers-reduced-motion: reduce)");
  const calm = () => still.matches;
  const stage = part("stage");
  const svg = stage.querySelector("svg");
  const names = data.cards.map(([iri, name, post, unit]) => ({ iri, name, post, unit }));

  const window = view(stage, svg, { calm });
  const seen = data.film
    ? film(document, svg, data.film, { view: window, calm })
    : tree(svg, data.parents, { view: window });
  window.begin(seen.first());
  part("shade").setAttribute("aria-pressed", String(matchMedia("(prefers-color-scheme: dark)").matches));
  search(part("find"), part("found"), part("said"), names, ({ iri }) => seen.show(iri));

  const buttons = {
    nearer: () => window.zoom(1.25),
    farther: () => window.zoom(0.8),
    fit: () => window.fit(),
    fold: () => (seen.all(true), window.fit()),
    unfold: () => (seen.all(false), window.fit()),
    words: () => {
      const shown = document.body.classList.toggle("words");
      part("words").setAttribute("aria-pressed", String(shown));
    },
    shade: () => shade(document, part("shade")),
  };
  for (const [id, act] of Object.entries(buttons)) part(id)?.addEventListener("click", act);
  part("list").addEventListener("click", (event) => {
    const item = event.target.closest("[data-iri]");
    if (item) seen.show(item.dataset.iri);
  });
}

// Change from light to dark or back, whatever the system says.
function shade(document, button) {
  const root = document.documentElement;
  const dark = root.dataset.shade ? root.dataset.shade === "dark" : matchMedia("(prefers-color-scheme: dark)").matches;
  root.dataset.shade = dark ? "light" : "dark";
  button.setAttribute("aria-pressed", String(!dark));
}


open(document);
