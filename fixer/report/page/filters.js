// What is shown: the state, which lives in the address, and the findings that fit it.
const FACETS = [
  { key: "level", label: "Level", names: D.levels, of: (finding) => finding[LEVEL] },
  { key: "status", label: "Status", names: D.statuses, words: STATUS_WORDS, of: (finding) => finding[STATUS] },
  { key: "severity", label: "Severity", names: D.severities, of: (finding) => finding[SEVERITY] },
  { key: "risk", label: "Risk of the fix", names: D.risks, of: (finding) => finding[RISK] },
  { key: "environment", label: "Environment", names: D.environments, of: (finding) => finding[ENVIRONMENT] },
  { key: "kind", label: "Kind", names: KINDS, of: (finding) => KIND_NUMBERS.get(kindOf(finding)) },
  {
    key: "rule",
    label: "Rule",
    names: D.rules.map((rule) => rule[0]),
    order: RULE_ORDER,
    of: (finding) => finding[RULE],
  },
];
const GROUPS = ["file", "severity", "rule", "environment"];
const VIEWS = ["findings", "compliance", "rules", "unread"];

const state = { view: "findings", q: "", group: "file", page: 1, control: "", file: "", open: "" };
for (const facet of FACETS) state[facet.key] = new Set();

function readAddress() {
  const parts = location.hash.slice(1).split("&");
  const said = new Map();
  for (const part of parts) {
    const [key, value] = part.split(/=(.*)/s);
    if (value !== undefined) said.set(key, value.split(",").map(decoded));
  }
  if (placeNamed(parts[0])) return (state.view = viewOf(placeNamed(parts[0])));
  state.view = VIEWS.includes(parts[0]) ? parts[0] : "findings";
  for (const facet of FACETS) {
    const wanted = said.get(facet.key) || [];
    state[facet.key] = new Set(wanted.map((name) => facet.names.indexOf(name)).filter((number) => number >= 0));
  }
  state.q = (said.get("q") || [""]).join(",");
  state.control = (said.get("control") || [""])[0];
  state.file = (said.get("file") || [""]).join(",");
  state.open = (said.get("open") || [""])[0];
  state.page = Math.max(1, parseInt((said.get("page") || ["1"])[0], 10) || 1);
  const group = (said.get("group") || [state.group])[0];
  state.group = GROUPS.includes(group) ? group : "file";
}

function decoded(value) {
  try {
    return decodeURIComponent(value);
  } catch {
    return value;
  }
}

function address(changes) {
  const wanted = { ...state, ...changes };
  const parts = [wanted.view];
  const add = (key, values) => parts.push(`${key}=${values.map(encodeURIComponent).join(",")}`);
  for (const facet of FACETS) {
    if (wanted[facet.key].size)
      add(
        facet.key,
        [...wanted[facet.key]].map((number) => facet.names[number]),
      );
  }
  for (const key of ["q", "control", "file", "open"]) if (wanted[key]) add(key, [wanted[key]]);
  if (wanted.group !== "file") add("group", [wanted.group]);
  if (wanted.page > 1) add("page", [String(wanted.page)]);
  return `#${parts.join("&")}`;
}

const words = [];

// What is searched: message, place, file, rule and its title, in lower case.
function searched(number) {
  if (words[number] === undefined) {
    const finding = D.findings[number];
    const [id, title] = D.rules[finding[RULE]];
    const parts = [text(finding[MESSAGE]), text(finding[PLACE]), text(finding[FILE]), id, title, text(finding[TITLE])];
    words[number] = parts.join("\n").toLowerCase();
  }
  return words[number];
}

// The numbers of the findings that fit, and for each facet how many there would be of each of its values.
function fitting() {
  const wanted = state.q.toLowerCase().split(/\s+/).filter(Boolean);
  const control = state.control && D.controls[state.control];
  const rules = control && new Set(control[1]);
  const counts = FACETS.map((facet) => new Array(facet.names.length).fill(0));
  const found = [];
  D.findings.forEach((finding, number) => {
    if (rules && !rules.has(finding[RULE])) return;
    if (state.file && text(finding[FILE]) !== state.file) return;
    if (wanted.length && !wanted.every((word) => searched(number).includes(word))) return;
    const failing = [];
    FACETS.forEach((facet, at) => {
      if (state[facet.key].size && !state[facet.key].has(facet.of(finding))) failing.push(at);
    });
    if (failing.length > 1) return;
    if (!failing.length) found.push(number);
    FACETS.forEach((facet, at) => {
      if (!failing.length || failing[0] === at) counts[at][facet.of(finding)] += 1;
    });
  });
  return { found, counts };
}

const filtered = () => FACETS.some((facet) => state[facet.key].size) || state.q || state.control || state.file;
