// The list of findings: groups, rows and pages.
const PAGE = 100;
// Paper has no pages to turn: up to this many findings are printed.
const PRINTED = 3000;

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
  return [...found].sort(
    (one, two) => ranks.get(one) - ranks.get(two) || D.findings[one][LEVEL] - D.findings[two][LEVEL] || one - two,
  );
}

function groupKey(finding) {
  return { file: finding[FILE], severity: finding[SEVERITY], rule: finding[RULE], environment: finding[ENVIRONMENT] }[
    state.group
  ];
}

function draw(printing) {
  const pages = Math.max(1, Math.ceil(current.found.length / PAGE));
  state.page = Math.min(state.page, pages);
  const start = printing ? 0 : (state.page - 1) * PAGE;
  const numbers = current.found.slice(start, printing ? PRINTED : start + PAGE);
  const groups = groupsOf(numbers, sizesOf(current.found));
  ui.list.replaceChildren(...(groups.length ? groups : [empty()]));
  ui.pager.replaceChildren(...(printing ? printNote() : pager(pages, start, numbers.length)));
  ui.expand.hidden = !numbers.length;
  ui.expand.textContent = "Expand all";
}

function empty() {
  const words = D.findings.length ? "No finding fits the filters." : "Nothing was found.";
  return el("p", { class: "empty" }, words);
}

// How many findings a group has, on all pages, and how many of them are left at level deny.
function sizesOf(found) {
  const sizes = new Map();
  for (const number of found) {
    const finding = D.findings[number];
    const [size, denied] = sizes.get(groupKey(finding)) || [0, 0];
    sizes.set(groupKey(finding), [size + 1, denied + (isDenied(finding) ? 1 : 0)]);
  }
  return sizes;
}

const isDenied = (finding) =>
  D.levels[finding[LEVEL]] === "deny" && !["fixed", "excused"].includes(D.statuses[finding[STATUS]]);

function groupsOf(numbers, sizes) {
  const groups = [];
  let last = null;
  for (const number of numbers) {
    const finding = D.findings[number];
    const key = groupKey(finding);
    if (key !== last) groups.push(el("section", { class: "group" }, groupHead(finding, sizes.get(key)), el("ul", {})));
    last = key;
    groups[groups.length - 1].lastChild.append(row(number));
  }
  return groups;
}

function printNote() {
  const more = current.found.length - PRINTED;
  return more > 0
    ? [el("p", {}, `The first ${figure(PRINTED)} findings are printed; ${figure(more)} more fit the filters.`)]
    : [];
}

function groupHead(finding, [size, denied]) {
  const facts = [counted(size, "finding"), denied ? `${figure(denied)} deny` : ""].filter(Boolean).join(", ");
  if (state.group === "rule") {
    const [id, title] = D.rules[finding[RULE]];
    return el(
      "h3",
      {},
      el("code", {}, id),
      el("span", { class: "about" }, title),
      el("span", { class: "facts" }, facts),
    );
  }
  if (state.group === "severity") {
    return el("h3", {}, badge("sev", D.severities[finding[SEVERITY]]), el("span", { class: "facts" }, facts));
  }
  if (state.group === "environment")
    return el("h3", {}, el("span", {}, D.environments[finding[ENVIRONMENT]]), el("span", { class: "facts" }, facts));
  return fileHead(finding, facts);
}

function fileHead(finding, facts) {
  const [kind, happened] = D.files[finding[FILE]] || ["", ""];
  const head = el(
    "h3",
    {},
    el("code", { class: "path" }, shown(text(finding[FILE]))),
    el(
      "span",
      { class: "about" },
      [kind, ...shown(happened)].filter(Boolean).flatMap((part, at) => (at ? [" · ", part] : [part])),
    ),
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
    { type: "button", class: byFile ? "row" : "row across", "aria-expanded": "false", click: () => toggleRow(number) },
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

function toggleRow(number, force) {
  const item = document.getElementById(`f-${D.ids[number]}`);
  if (!item) return;
  const button = item.firstChild;
  const wanted = force === undefined ? button.getAttribute("aria-expanded") !== "true" : force;
  button.setAttribute("aria-expanded", String(wanted));
  if (!wanted) item.lastChild !== button && item.lastChild.remove();
  else if (item.lastChild === button) item.append(detail(number));
}

function expandAll() {
  const wanted = ui.expand.textContent === "Expand all";
  for (const item of ui.list.querySelectorAll("li[id]")) toggleRow(D.ids.indexOf(item.id.slice(2)), wanted);
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
  const turn = (words, page) =>
    el("button", { type: "button", disabled: page < 1 || page > pages, click: () => turnTo(page) }, words);
  return [
    turn("First", state.page === 1 ? 0 : 1),
    turn("Previous", state.page - 1),
    el("span", {}, `${figure(start + 1)} to ${figure(start + size)} of ${figure(current.found.length)}`),
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
