// A button that copies the address of a link beside it.
export function copying(place) {
  const link = place.querySelector("a");
  const button = document.createElement("button");
  const said = document.createElement("span");
  button.type = "button";
  button.textContent = place.dataset.copy;
  said.setAttribute("role", "status");
  button.addEventListener("click", async () => {
    try {
      await navigator.clipboard.writeText(link.href);
      said.textContent = place.dataset.copied;
    } catch {
      said.textContent = place.dataset.failed;
    }
  });
  place.append(button, said);
}
