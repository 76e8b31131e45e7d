// A table that is sorted by a column: a button in every heading, up, then down.
const order = new Intl.Collator(document.documentElement.lang, { numeric: true, sensitivity: "base" });

export function sorting(table) {
  const [head] = table.tHead?.rows ?? [];
  const [body] = table.tBodies;
  if (!head || body.rows.length < 2) return;
  [...head.cells].forEach((cell, column) => {
    const button = document.createElement("button");
    button.type = "button";
    button.title = table.dataset.sort.replace("{column}", cell.textContent);
    button.append(...cell.childNodes);
    cell.append(button);
    button.addEventListener("click", () => {
      const down = cell.getAttribute("aria-sort") === "ascending";
      for (const other of head.cells) other.removeAttribute("aria-sort");
      cell.setAttribute("aria-sort", down ? "descending" : "ascending");
      body.append(...sorted([...body.rows], column, down));
    });
  });
}

function sorted(rows, column, down) {
  const said = new Map(rows.map((row) => [row, row.cells[column]?.textContent.trim() ?? ""]));
  return rows.sort((a, b) => {
    const [one, other] = [said.get(a), said.get(b)];
    if (!one || !other) return !one - !other; // what is empty stays at the end
    return down ? order.compare(other, one) : order.compare(one, other);
  });
}
