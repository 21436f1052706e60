// What a finding shows when it is opened: its diff, the fix and where its values come from, or why there is none.
function detail(number) {
  const finding = D.findings[number];
  const left = el("div", { class: "said" });
  for (const [title, content] of said(finding)) left.append(el("h4", {}, title), content);
  left.append(facts(finding, number));
  const right = [diffs(finding)].flat();
  const body = right.length ? el("div", { class: "diffs" }, right) : null;
  return el("div", { class: body ? "detail" : "detail alone" }, left, body);
}

function said(finding) {
  const parts = [];
  const status = D.statuses[finding[STATUS]];
  const title = text(finding[TITLE]);
  if (title) parts.push([`Fix, risk ${D.risks[finding[RISK]]}`, el("p", {}, shown(title))]);
  const evidence = finding[BECAUSE].map((one) => el("li", {}, shown(text(one))));
  if (evidence.length) parts.push(["Evidence", el("ul", {}, evidence)]);
  const reason = text(finding[REASON]);
  if (reason) parts.push([reasonTitle(status), el("p", {}, shown(reason))]);
  const option = text(finding[OPTION]);
  if (option) parts.push(["Applied by", el("p", {}, el("code", {}, `fixer fix ${option}`))]);
  if (status === "open") parts.push(["Applied by", el("p", {}, el("code", {}, openCommand(finding)))]);
  if (finding[EXCUSE].length) parts.push(["Excused", excuse(finding[EXCUSE].map(text))]);
  const note = text(finding[NOTE]);
  if (note) parts.push(["Note", el("p", { class: "note" }, shown(note))]);
  return parts;
}

function reasonTitle(status) {
  if (status === "manual") return "Why there is no fix";
  if (status === "held") return "Held back";
  if (status === "fixed") return "Fixed";
  return status === "failed" ? "Did not pass its proof: a bug of fixer" : "Refused";
}

function openCommand(finding) {
  const risk = D.risks[finding[RISK]];
  const options = risk === "safe" || risk === "low" ? "" : ` --risk ${risk}`;
  return `fixer fix${options}${D.levels[finding[LEVEL]] === "info" ? " --level info" : ""}`;
}

function excuse([by, source, reason, expires, approver, ticket]) {
  const rows = [
    ["by", by],
    ["written in", source],
    ["until", expires || "no end"],
    ["approved by", approver],
    ["ticket", ticket],
    ["reason", reason],
  ];
  return list(rows.filter(([, value]) => value));
}

function list(rows) {
  return el(
    "dl",
    {},
    rows.flatMap(([name, value]) => [el("dt", {}, name), el("dd", {}, shown(value))]),
  );
}

function facts(finding, number) {
  const [id, title] = D.rules[finding[RULE]];
  const page = document.getElementById(`rule-${id.replace("/", "-")}`);
  const name = page ? el("a", { href: `#${page.id}` }, id) : id;
  const link = address({ ...cleared(), open: D.ids[number] });
  const severity = `severity ${D.severities[finding[SEVERITY]]}`;
  const judged = [D.environments[finding[ENVIRONMENT]], D.levels[finding[LEVEL]], severity];
  const place = `${text(finding[FILE])}:${finding[LINE]}:${finding[COLUMN]}`;
  return el(
    "div",
    { class: "facts" },
    el("p", {}, "Rule ", name, title ? `: ${title}` : ""),
    el("p", {}, shown(place), text(finding[PLACE]) ? [" · ", ...shown(text(finding[PLACE]))] : []),
    el("p", {}, `${judged.join(" · ")} · `, el("a", { class: "link", href: link }, "link to this finding")),
  );
}

function cleared() {
  return {
    ...Object.fromEntries(FACETS.map((facet) => [facet.key, new Set()])),
    q: "",
    control: "",
    file: "",
    page: 1,
  };
}

// ---- diffs

function diffs(finding) {
  const status = D.statuses[finding[STATUS]];
  if (!finding[DIFFS].length) return noDiff(finding, status);
  const offered = status === "open" || status === "held";
  return finding[DIFFS].map(([at, owner, windows]) => {
    const [path, hunks] = D.diffs[at];
    const lines = windows.flatMap(([hunk, start, end, cut], place) => [
      place ? el("div", { class: "gap" }, "⋯") : null,
      ...hunks[hunk].slice(start, end).map((line) => diffLine(line, owner)),
      cut ? el("div", { class: "gap" }, `${counted(cut, "more line")}`) : null,
    ]);
    const others = windows.some(([hunk, start, end]) =>
      hunks[hunk].slice(start, end).some((line) => line[3] >= 0 && line[3] !== owner),
    );
    const about = [offered ? "what the fix would change" : "", others ? "grey: other fixes" : ""]
      .filter(Boolean)
      .join("; ");
    const head = el("div", { class: "diff-head" }, el("span", {}, shown(text(path))), el("span", {}, about));
    return diffBlock(text(path), head, lines);
  });
}

function diffBlock(path, head, lines) {
  return el(
    "div",
    { class: "diff" },
    head,
    el("div", { class: "lines", tabindex: "0", role: "group", "aria-label": `Diff of ${path}` }, el("div", {}, lines)),
  );
}

function noDiff(finding, status) {
  if (status === "fixed")
    return el("p", { class: "quiet" }, "The fix of another finding changes this place too; the diff is there.");
  if ((status === "open" || status === "held") && D.mode === "check") {
    return el("p", { class: "quiet" }, "The run only checked: fixer fix --diff shows what the fix changes.");
  }
  return [];
}

// A line of a diff; with an owner, the lines of other fixes are toned down.
function diffLine([line, old, now, owner], own) {
  const mark = line[0];
  const kind = mark === "+" ? " add" : mark === "-" ? " del" : "";
  const other = own !== undefined && owner >= 0 && owner !== own ? " other" : "";
  return el(
    "div",
    { class: `line${kind}${other}`, title: other ? "of another fix" : null },
    el("span", { class: "n", "data-n": old || "" }),
    el("span", { class: "n", "data-n": now || "" }),
    el("span", { class: "mark" }, mark),
    el("code", {}, shown(line.slice(1))),
  );
}

function wholeDiff(file) {
  const found = D.diffs.find(([path]) => path === file);
  const lines = found[1].flatMap((hunk, place) => [
    place ? el("div", { class: "gap" }, "⋯") : null,
    ...hunk.map((line) => diffLine(line)),
  ]);
  return diffBlock(text(file), null, lines);
}
