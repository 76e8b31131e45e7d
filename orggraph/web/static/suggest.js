// Names that are suggested while somebody types: the pattern "combobox with a list" of the ARIA practices.
const PATIENCE = 120; // milliseconds between two letters

let made = 0;

export function suggesting(field) {
  const list = document.createElement("ul");
  const said = document.createElement("span");
  list.id = `suggestions-${++made}`;
  list.className = "suggestions";
  list.hidden = true;
  list.setAttribute("role", "listbox");
  list.setAttribute("aria-label", field.dataset.list);
  said.className = "spoken";
  said.setAttribute("role", "status");
  field.after(list, said);
  for (const [name, value] of Object.entries({
    role: "combobox", "aria-expanded": "false", "aria-controls": list.id, "aria-autocomplete": "list",
    autocomplete: "off",
  })) field.setAttribute(name, value);

  const state = { rows: [], chosen: -1, asked: 0, timer: 0 };
  const show = () => shown(field, list, state);
  const close = () => { clearTimeout(state.timer); state.asked++; state.rows = []; state.chosen = -1; show(); };
  const take = (row) => {
    close();
    if (field.dataset.suggest === "open") {
      const told = new CustomEvent("suggested", { detail: row, cancelable: true });
      if (document.dispatchEvent(told)) location.assign(row.url); // unless the page shows it itself
      else field.value = "";
    }
    else field.value = row.name;
  };
  const ask = async () => {
    const number = ++state.asked;
    const rows = await suggestions(field);
    if (number !== state.asked) return; // something else has been typed meanwhile
    state.rows = rows;
    state.chosen = -1;
    show();
    said.textContent = rows.length ? field.dataset.some.replace("{number}", rows.length) : field.dataset.none;
  };

  field.addEventListener("focus", () => fetch("/suggest?q="), { once: true }); // lets the names be put in order
  field.addEventListener("input", () => {
    clearTimeout(state.timer);
    if (field.value.trim()) state.timer = setTimeout(ask, PATIENCE);
    else close();
  });
  field.addEventListener("keydown", (event) => {
    const { key } = event;
    if (key === "ArrowDown" || key === "ArrowUp") {
      event.preventDefault();
      if (!state.rows.length) { if (field.value.trim()) ask(); return; }
      const count = state.rows.length + 1; // one more place: the field itself
      state.chosen = ((state.chosen + 1 + (key === "ArrowDown" ? 1 : -1) + count) % count) - 1;
      show();
    } else if (key === "Enter" && state.chosen >= 0) {
      event.preventDefault();
      take(state.rows[state.chosen]);
    } else if (key === "Escape" && state.rows.length) {
      event.preventDefault();
      close();
    }
  });
  field.addEventListener("blur", close);
  list.addEventListener("pointerdown", (event) => event.preventDefault()); // the field keeps the focus
  list.addEventListener("click", (event) => {
    const option = event.target.closest("li");
    if (option) take(state.rows[[...list.children].indexOf(option)]);
  });
}

async function suggestions(field) {
  const asked = new URLSearchParams({ q: field.value });
  if (field.dataset.kinds) asked.set("kinds", field.dataset.kinds);
  for (const name of ["as-of", "recorded-by"]) {
    const value = field.form?.elements[name]?.value;
    if (value) asked.set(name, value);
  }
  try {
    const answered = await fetch(`/suggest?${asked}`, { headers: { Accept: "application/json" } });
    return answered.ok ? (await answered.json()).rows : [];
  } catch {
    return []; // the form still finds
  }
}

function shown(field, list, state) {
  list.replaceChildren(...state.rows.map((row, number) => option(row, `${list.id}-${number}`, number === state.chosen)));
  list.hidden = !state.rows.length;
  field.setAttribute("aria-expanded", String(!list.hidden));
  if (state.chosen >= 0) {
    field.setAttribute("aria-activedescendant", `${list.id}-${state.chosen}`);
    list.children[state.chosen].scrollIntoView({ block: "nearest" });
  } else {
    field.removeAttribute("aria-activedescendant");
  }
}

function option(row, id, chosen) {
  const made = document.createElement("li");
  const name = document.createElement("bdi");
  const more = document.createElement("small");
  made.id = id;
  made.setAttribute("role", "option");
  made.setAttribute("aria-selected", String(chosen));
  name.textContent = row.name;
  more.textContent = [row.said, row.kind, row.where].filter(Boolean).join(" · ");
  more.dir = "auto";
  made.append(name, more);
  return made;
}
