// The list of findings: filters at its side, groups and pages.
const PAGE = 100;
// Paper has no pages to turn: up to this many findings are printed.
const PRINTED = 3000;

const ui = {};
let current = { found: [], counts: [] };

function buildApp() {
  ui.q = el("input", { type: "search", id: "q", placeholder: "Message, place, file or rule", autocomplete: "off", spellcheck: "false" });
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
  const main = el("div", { class: "results" }, tools, el("div", { class: "status-line" }, ui.count, ui.chips, ui.expand), ui.list, ui.pager);
  const app = document.getElementById("app");
  app.append(el("aside", { "aria-label": "Filters" }, ui.filters), main);
  app.hidden = false;
}

function facetBox(facet) {
  const order = facet.order || facet.names.map((_, number) => number);
  const present = new Set(D.findings.map(facet.of));
  facet.inputs = new Map();
  const labels = order.filter((number) => present.has(number)).map((number) => {
    const name = facet.words ? facet.words[facet.names[number]] : facet.names[number];
    const input = el("input", { type: "checkbox", change: () => toggle(facet, number) });
    const count = el("span", { class: "n" });
    facet.inputs.set(number, [input, count]);
    return el("label", { class: `${facet.key}-${facet.names[number].replace(/\W+/g, "-")}` }, input, el("span", { class: "label" }, shown(name)), count);
  });
  return el("fieldset", { class: `facet-${facet.key}`, hidden: labels.length < 2 }, el("legend", {}, facet.label), el("div", {}, labels));
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
      count.textContent = current.counts[at][number].toLocaleString("en");
      input.parentElement.classList.toggle("zero", !current.counts[at][number]);
    }
  });
  if (document.activeElement !== ui.q) ui.q.value = state.q;
  for (const input of ui.groups) input.checked = input.value === state.group;
  const all = D.findings.length;
  ui.count.textContent = current.found.length === all ? counted(all, "finding") : `${current.found.length.toLocaleString("en")} of ${counted(all, "finding")}`;
  ui.chips.replaceChildren(...chips());
  draw(false);
}

function chips() {
  const made = [];
  const chip = (words, changes) => el("button", { type: "button", class: "chip", click: () => change(changes) }, ...shown(words), el("span", { "aria-hidden": "true" }, " ×"), el("span", { class: "sr" }, " (remove this filter)"));
  if (state.control) made.push(chip((D.controls[state.control] || [state.control])[0], { control: "" }));
  if (state.file) made.push(chip(state.file, { file: "" }));
  if (filtered()) made.push(el("button", { type: "button", class: "plain-button", click: () => change(cleared()) }, "Clear all filters"));
  return made;
}

// ---- groups

const RANKS = {
  file: () => 0,
  severity: (finding) => finding[SEVERITY],
  rule: (finding) => RULE_ORDER.indexOf(finding[RULE]),
  environment: (finding) => finding[ENVIRONMENT],
};

function ordered(found) {
  if (state.group === "file") return found;
  const rank = RANKS[state.group];
  const ranks = new Map(found.map((number) => [number, rank(D.findings[number])]));
  return [...found].sort((one, two) => ranks.get(one) - ranks.get(two) || D.findings[one][LEVEL] - D.findings[two][LEVEL] || one - two);
}

function groupKey(finding) {
  return { file: finding[FILE], severity: finding[SEVERITY], rule: finding[RULE], environment: finding[ENVIRONMENT] }[state.group];
}

function draw(printing) {
  const pages = Math.max(1, Math.ceil(current.found.length / PAGE));
  state.page = Math.min(state.page, pages);
  const start = printing ? 0 : (state.page - 1) * PAGE;
  const shownNow = current.found.slice(start, printing ? PRINTED : start + PAGE);
  const sizes = new Map();
  for (const number of current.found) {
    const key = groupKey(D.findings[number]);
    const size = sizes.get(key) || [0, 0];
    sizes.set(key, [size[0] + 1, size[1] + (D.levels[D.findings[number][LEVEL]] === "deny" && D.statuses[D.findings[number][STATUS]] !== "fixed")]);
  }
  const groups = [];
  let rows = null;
  let last = null;
  for (const number of shownNow) {
    const key = groupKey(D.findings[number]);
    if (key !== last) {
      rows = el("ul", {});
      groups.push(el("section", { class: "group" }, groupHead(D.findings[number], sizes.get(key)), rows));
      last = key;
    }
    rows.append(row(number));
  }
  if (!groups.length) groups.push(el("p", { class: "empty" }, D.findings.length ? "No finding fits the filters." : "Nothing was found."));
  ui.list.replaceChildren(...groups);
  ui.pager.replaceChildren(...(printing ? printNote() : pager(pages, start, shownNow.length)));
  ui.expand.hidden = !shownNow.length;
  ui.expand.textContent = "Expand all";
}

function printNote() {
  const more = current.found.length - PRINTED;
  return more > 0 ? [el("p", {}, `The first ${PRINTED.toLocaleString("en")} findings are printed; ${more.toLocaleString("en")} more fit the filters.`)] : [];
}

function groupHead(finding, [size, denied]) {
  const facts = [counted(size, "finding"), denied ? `${denied.toLocaleString("en")} deny` : ""].filter(Boolean).join(", ");
  if (state.group === "rule") {
    const [id, title] = D.rules[finding[RULE]];
    return el("h3", {}, el("code", {}, id), el("span", { class: "about" }, title), el("span", { class: "facts" }, facts));
  }
  if (state.group === "severity") {
    return el("h3", {}, badge("sev", D.severities[finding[SEVERITY]]), el("span", { class: "facts" }, facts));
  }
  if (state.group === "environment") return el("h3", {}, el("span", {}, D.environments[finding[ENVIRONMENT]]), el("span", { class: "facts" }, facts));
  return fileHead(finding, facts);
}

function fileHead(finding, facts) {
  const [kind, happened] = D.files[finding[FILE]] || ["", ""];
  const head = el(
    "h3",
    {},
    el("code", { class: "path" }, shown(text(finding[FILE]))),
    el("span", { class: "about" }, [kind, ...shown(happened)].filter(Boolean).flatMap((part, at) => (at ? [" · ", part] : [part]))),
    el("span", { class: "facts" }, facts),
  );
  const changed = happened && D.diffs.some(([path]) => path === finding[FILE]);
  return changed ? [head, diffButton(finding[FILE])] : head;
}

function diffButton(file) {
  const button = el("button", { type: "button", class: "plain-button whole", "aria-expanded": "false" }, "Whole diff");
  const body = el("div", { class: "whole-diff", hidden: true });
  button.addEventListener("click", () => {
    body.hidden = !body.hidden;
    button.setAttribute("aria-expanded", String(!body.hidden));
    if (!body.childElementCount) body.append(wholeDiff(file));
  });
  return [button, body];
}

// ---- rows

function badge(sort, name, words) {
  return el("span", { class: `badge ${sort} ${sort}-${name.replace(/\W+/g, "-")}` }, words || name);
}

function row(number) {
  const finding = D.findings[number];
  const status = D.statuses[finding[STATUS]];
  const risk = D.risks[finding[RISK]];
  const byFile = state.group === "file";
  const where = byFile ? text(finding[PLACE]) : `${text(finding[FILE])}:${finding[LINE]}`;
  const button = el(
    "button",
    { type: "button", class: byFile ? "row" : "row across", "aria-expanded": "false", click: () => open(number) },
    el("span", { class: "at" }, byFile ? [el("span", { class: "sr" }, "line "), String(finding[LINE])] : ""),
    badge("sev", D.severities[finding[SEVERITY]]),
    el(
      "span",
      { class: "what" },
      el("span", { class: "message" }, shown(text(finding[MESSAGE]))),
      " ",
      el("span", { class: "rule-name" }, state.group === "rule" ? "" : ruleId(finding).split("/").pop()),
    ),
    el("span", { class: "where" }, shown(where)),
    badge("level", D.levels[finding[LEVEL]]),
    badge("risk", risk, risk === "no fix" ? "no fix" : `risk ${risk}`),
    badge("status", status, statusWord(finding)),
  );
  return el("li", { id: `f-${D.ids[number]}` }, button);
}

function open(number, force) {
  const item = document.getElementById(`f-${D.ids[number]}`);
  if (!item) return;
  const button = item.firstChild;
  const wanted = force === undefined ? button.getAttribute("aria-expanded") !== "true" : force;
  button.setAttribute("aria-expanded", String(wanted));
  if (!wanted) item.lastChild !== button && item.lastChild.remove();
  else if (item.lastChild === button) item.append(el("div", { class: "detail" }, ...detail(number)));
}

function expandAll() {
  const wanted = ui.expand.textContent === "Expand all";
  for (const item of ui.list.querySelectorAll("li[id]")) open(D.ids.indexOf(item.id.slice(2)), wanted);
  ui.expand.textContent = wanted ? "Collapse all" : "Expand all";
}

// Arrow keys walk from one finding to the next.
function walk(event) {
  const step = { ArrowDown: 1, ArrowUp: -1 }[event.key];
  if (!step || !event.target.classList.contains("row")) return;
  const rows = [...ui.list.querySelectorAll("button.row")];
  const next = rows[rows.indexOf(event.target) + step];
  if (next) {
    event.preventDefault();
    next.focus();
  }
}

// ---- pages

function pager(pages, start, size) {
  if (pages < 2) return [];
  const turn = (words, page) => el("button", { type: "button", disabled: page < 1 || page > pages, click: () => turnTo(page) }, words);
  return [
    turn("First", state.page === 1 ? 0 : 1),
    turn("Previous", state.page - 1),
    el("span", {}, `${(start + 1).toLocaleString("en")} to ${(start + size).toLocaleString("en")} of ${current.found.length.toLocaleString("en")}`),
    turn("Next", state.page + 1),
    turn("Last", state.page === pages ? 0 : pages),
  ];
}

function turnTo(page) {
  state.page = page;
  state.open = "";
  history.replaceState(null, "", address({}));
  draw(false);
  const first = ui.list.querySelector("button.row");
  if (first) first.focus({ preventScroll: true });
  document.querySelector(".tools").scrollIntoView();
}
