// The filters at the side of the list, the search, and what follows from a change of them.
const ui = {};
let current = { found: [], counts: [] };

function buildApp() {
  ui.q = el("input", {
    type: "search",
    id: "q",
    placeholder: "Message, place, file or rule",
    autocomplete: "off",
    spellcheck: "false",
  });
  ui.filters = el("details", { class: "filters", open: true }, el("summary", {}, "Filters"), FACETS.map(facetBox));
  ui.count = el("p", { role: "status", class: "result" });
  ui.chips = el("div", { class: "chips" });
  ui.expand = el("button", { type: "button", class: "plain-button", click: expandAll }, "Expand all");
  ui.list = el("div", { class: "list", id: "list" });
  ui.pager = el("nav", { class: "pager", "aria-label": "Pages of findings" });
  ui.q.addEventListener("input", () => {
    clearTimeout(ui.timer);
    ui.timer = setTimeout(() => change({ q: ui.q.value.trim() }), 120);
  });
  ui.list.addEventListener("keydown", walk);
  const tools = el(
    "div",
    { class: "tools" },
    el("div", { class: "search" }, el("label", { for: "q" }, "Search"), ui.q),
    groupSwitch(),
  );
  const main = el(
    "div",
    { class: "results" },
    tools,
    el("div", { class: "status-line" }, ui.count, ui.chips, ui.expand),
    ui.list,
    ui.pager,
  );
  const app = document.getElementById("app");
  app.append(el("aside", { "aria-label": "Filters" }, ui.filters), main);
  app.hidden = false;
}

function facetBox(facet) {
  const order = facet.order || facet.names.map((_, number) => number);
  const present = new Set(D.findings.map(facet.of));
  facet.inputs = new Map();
  const labels = order
    .filter((number) => present.has(number))
    .map((number) => {
      const name = facet.words ? facet.words[facet.names[number]] : facet.names[number];
      const input = el("input", { type: "checkbox", change: () => toggle(facet, number) });
      const count = el("span", { class: "n" });
      facet.inputs.set(number, [input, count]);
      return el(
        "label",
        { class: `${facet.key}-${facet.names[number].replace(/\W+/g, "-")}` },
        input,
        el("span", { class: "label" }, shown(name)),
        count,
      );
    });
  return el(
    "fieldset",
    { class: `facet-${facet.key}`, hidden: labels.length < 2 },
    el("legend", {}, facet.label),
    el("div", {}, labels),
  );
}

function toggle(facet, number) {
  const wanted = new Set(state[facet.key]);
  if (!wanted.delete(number)) wanted.add(number);
  change({ [facet.key]: wanted });
}

function groupSwitch() {
  const labels = GROUPS.map((name) => {
    const input = el("input", { type: "radio", name: "group", value: name, change: () => change({ group: name }) });
    return el("label", {}, input, el("span", {}, name));
  });
  ui.groups = labels.map((label) => label.firstChild);
  return el("fieldset", { class: "groups" }, el("legend", {}, "Group by"), el("div", {}, labels));
}

function change(changes) {
  Object.assign(state, { page: 1, open: "" }, changes);
  history.replaceState(null, "", address({}));
  update();
}

function update() {
  current = fitting();
  current.found = ordered(current.found);
  FACETS.forEach((facet, at) => {
    for (const [number, [input, count]] of facet.inputs) {
      input.checked = state[facet.key].has(number);
      count.textContent = figure(current.counts[at][number]);
      input.parentElement.classList.toggle("zero", !current.counts[at][number]);
    }
  });
  if (document.activeElement !== ui.q) ui.q.value = state.q;
  for (const input of ui.groups) input.checked = input.value === state.group;
  const all = D.findings.length;
  ui.count.textContent =
    current.found.length === all
      ? counted(all, "finding")
      : `${figure(current.found.length)} of ${counted(all, "finding")}`;
  ui.chips.replaceChildren(...chips());
  draw(false);
}

function chips() {
  const made = [];
  const chip = (words, changes) =>
    el(
      "button",
      { type: "button", class: "chip", click: () => change(changes) },
      ...shown(words),
      el("span", { "aria-hidden": "true" }, " ×"),
      el("span", { class: "sr" }, " (remove this filter)"),
    );
  if (state.control) made.push(chip((D.controls[state.control] || [state.control])[0], { control: "" }));
  if (state.file) made.push(chip(state.file, { file: "" }));
  if (filtered())
    made.push(
      el("button", { type: "button", class: "plain-button", click: () => change(cleared()) }, "Clear all filters"),
    );
  return made;
}
