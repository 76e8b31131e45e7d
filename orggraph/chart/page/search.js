// Finding somebody by name, post or unit: a combobox with a list of suggestions, as in the ARIA patterns.

const SUGGESTED = 12;

export function search(input, list, said, entries, picked) {
  const known = entries.map((entry) => ({ ...entry, plain: plain([entry.name, entry.post, entry.unit].join(" ")) }));
  let found = [];
  let active = -1;

  // Letters without case and accents, so that "soren" finds Søren and "muller" Müller.
  function plain(text) {
    return text.normalize("NFD").replace(/\p{M}/gu, "").toLowerCase().replaceAll("ø", "o").replaceAll("ß", "ss");
  }

  function matching(text) {
    const words = plain(text).split(/\s+/).filter(Boolean);
    if (!words.length) return [];
    const rank = ({ name, plain: all }) => {
      const named = plain(name);
      if (named.startsWith(words[0])) return 0;
      return words.every((word) => named.includes(word)) ? 1 : all.includes(` ${words[0]}`) ? 2 : 3;
    };
    const matches = known.filter((entry) => words.every((word) => entry.plain.includes(word)));
    return matches.map((entry) => [rank(entry), entry]).sort((one, other) => one[0] - other[0]).map(([, entry]) => entry);
  }

  function close() {
    list.hidden = true;
    list.replaceChildren();
    input.setAttribute("aria-expanded", "false");
    input.removeAttribute("aria-activedescendant");
    active = -1;
  }

  function suggest() {
    const matches = matching(input.value);
    found = matches.slice(0, SUGGESTED);
    close();
    if (!input.value.trim()) {
      said.textContent = "";
      return;
    }
    const more = matches.length - found.length;
    said.textContent = matches.length ? `${matches.length} found${more ? `, the first ${SUGGESTED} listed` : ""}` : "nobody found";
    list.replaceChildren(...found.map(option));
    list.hidden = !found.length;
    input.setAttribute("aria-expanded", String(found.length > 0));
    if (found.length) choose(0);
  }

  function option({ name, post, unit }, number) {
    const item = document.createElement("li");
    item.id = `${list.id}-${number}`;
    item.setAttribute("role", "option");
    item.dataset.number = number;
    const [strong, small] = [document.createElement("b"), document.createElement("span")];
    strong.textContent = name;
    small.textContent = [post, unit].filter(Boolean).join(", ");
    item.append(strong, small);
    return item;
  }

  function choose(number) {
    active = number;
    for (const item of list.children) item.setAttribute("aria-selected", String(Number(item.dataset.number) === active));
    const item = list.children[active];
    if (!item) return;
    input.setAttribute("aria-activedescendant", item.id);
    item.scrollIntoView({ block: "nearest" });
  }

  function pick(number) {
    const entry = found[number];
    if (!entry) return;
    input.value = entry.name;
    close();
    picked(entry);
  }

  input.addEventListener("input", suggest);
  input.addEventListener("keydown", (event) => {
    const open = !list.hidden && found.length;
    if (event.key === "ArrowDown" && open) choose((active + 1) % found.length);
    else if (event.key === "ArrowUp" && open) choose((active - 1 + found.length) % found.length);
    else if (event.key === "ArrowDown") suggest();
    else if (event.key === "Enter") open ? pick(active) : suggest();
    else if (event.key === "Escape") open ? close() : (input.value = "", suggest());
    else return;
    event.preventDefault();
  });
  list.addEventListener("pointerdown", (event) => event.preventDefault());
  list.addEventListener("click", (event) => pick(Number(event.target.closest("li")?.dataset.number)));
  input.addEventListener("blur", close);
}
