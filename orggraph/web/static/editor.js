// The field for a query becomes an editor: YASQE, the editor of YASGUI, with its calls to other hosts turned off.
export function editing(field) {
  const Yasqe = window.Yasqe?.default ?? window.Yasqe;
  if (!Yasqe) return; // the plain field does as well
  const place = document.createElement("div");
  const hint = document.getElementById(field.getAttribute("aria-describedby"));
  field.after(place);
  field.hidden = true;
  field.required = false; // nobody could be led to a field that is hidden
  Yasqe.defaults.autocompleters = []; // they ask prefix.cc and LOV; an empty list in the settings would be merged away
  const ask = () => { field.value = editor.getValue(); field.form.requestSubmit(); };
  const editor = new Yasqe(place, {
    value: field.value,
    persistenceId: null, // nothing is kept in the browser
    consumeShareLink: null,
    createShareableLink: null,
    showQueryButton: false,
    resizeable: false,
    editorHeight: "18rem",
    prefixCcApi: "",
    extraKeys: {
      "Ctrl-Enter": ask, "Cmd-Enter": ask, "Ctrl-Space": (yasqe) => completing(yasqe, field.dataset.terms.split(" ")),
      "Ctrl-S": false, Tab: false, "Shift-Tab": false, // the keyboard gets out again
    },
  });
  declared(editor, field.dataset.terms.split(" ").filter((term) => term.endsWith(":")));
  editor.checkSyntax = () => marked(editor, field.dataset.wrong);
  editor.setValue(field.value);
  const input = editor.getInputField();
  input.setAttribute("aria-label", document.querySelector(`label[for="${field.id}"]`).textContent);
  if (hint) input.setAttribute("aria-describedby", hint.id);
  editor.on("change", () => { field.value = editor.getValue(); });
  field.form.addEventListener("submit", () => { field.value = editor.getValue(); });
  document.querySelector(`label[for="${field.id}"]`).addEventListener("click", () => editor.focus());
  if (field.dataset.line) wrong(editor, Number(field.dataset.line) - 1, Number(field.dataset.column) - 1);
  editor.refresh();
}

// The prefixes that need no declaration here.
function declared(editor, prefixes) {
  const mode = editor.getMode();
  const begin = mode.startState;
  const known = Object.fromEntries(prefixes.map((prefix) => [prefix.slice(0, -1), prefix]));
  mode.startState = (...given) => Object.assign(begin(...given), { prefixes: { ...known } });
}

// A mark beside the first line that cannot be SPARQL.
function marked(editor, words) {
  editor.clearGutter("gutterErrorBar");
  for (let line = 0; line < editor.lineCount(); line++) {
    const { state } = editor.getTokenAt({ line, ch: editor.getLine(line).length }, true);
    if (state.OK) continue;
    const mark = document.createElement("span");
    mark.className = "wrong-mark";
    mark.textContent = "!";
    mark.title = state.errorMsg ?? words;
    editor.setGutterMarker(line, "gutterErrorBar", mark);
    return;
  }
}

// Prefixed names that begin as what stands before the cursor does, those of the query itself too.
function completing(editor, terms) {
  const { line, ch } = editor.getCursor();
  const [before] = /[\w:?$-]*$/.exec(editor.getLine(line).slice(0, ch));
  const variables = editor.getValue().match(/[?$]\w+/g) ?? [];
  const list = [...new Set([...terms, ...variables])]
    .filter((term) => term !== before && term.toLowerCase().startsWith(before.toLowerCase()));
  editor.showHint({
    completeSingle: false,
    hint: () => ({ list, from: { line, ch: ch - before.length }, to: { line, ch } }),
  });
}

function wrong(editor, line, column) {
  editor.addLineClass(line, "background", "wrong-line");
  editor.setCursor({ line, ch: column });
  editor.focus();
}
