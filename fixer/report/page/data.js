// The data of the page and the names of its columns (html_data.py).
const D = JSON.parse(document.getElementById("data").textContent);
const [
  FILE,
  LINE,
  COLUMN,
  RULE,
  SEVERITY,
  LEVEL,
  STATUS,
  RISK,
  ENVIRONMENT,
  MESSAGE,
  PLACE,
  REASON,
  OPTION,
  NOTE,
  TITLE,
  BECAUSE,
  EXCUSE,
  DIFFS,
] = Array(18).keys();

const STATUS_WORDS = {
  failed: "failed",
  refused: "refused",
  open: "has a fix",
  held: "held back",
  manual: "needs a decision",
  fixed: D.mode === "preview" ? "would be fixed" : "fixed",
  excused: "excused",
};

const figure = (number) => number.toLocaleString("en");
const text = (number) => D.texts[number];
const ruleId = (finding) => D.rules[finding[RULE]][0];
const kindOf = (finding) => (D.files[finding[FILE]] || ["other"])[0];
const KINDS = [...new Set(D.findings.map(kindOf))].sort();
const KIND_NUMBERS = new Map(KINDS.map((kind, number) => [kind, number]));
const statusWord = (finding) => STATUS_WORDS[D.statuses[finding[STATUS]]];
const counted = (number, noun) => `${figure(number)} ${noun}${number === 1 ? "" : "s"}`;
const RULE_ORDER = D.rules.map((_, number) => number).sort((one, two) => (D.rules[one][0] < D.rules[two][0] ? -1 : 1));
