// Views, links to a finding or a rule, and printing.
const opened = new Set();

// The page of a rule, or a framework: places inside of a view.
function placeNamed(id) {
  return VIEWS.includes(id) ? null : document.querySelector(`.view [id="${CSS.escape(id)}"]`);
}

function viewOf(place) {
  return [...sections].find(([, section]) => section.contains(place))[0];
}

// With a script the address names a state of the page and no place in it.
const sections = new Map(VIEWS.map((name) => [name, document.getElementById(name)]));
for (const [name, section] of sections) section.id = `view-${name}`;

function showView() {
  for (const [name, section] of sections) section.hidden = name !== state.view;
  for (const link of document.querySelectorAll("nav [data-view]")) {
    if (link.dataset.view === state.view) link.setAttribute("aria-current", "page");
    else link.removeAttribute("aria-current");
  }
}

function follow() {
  const before = state.view;
  readAddress();
  showView();
  if (state.view !== before) scrollTo(0, 0);
  if (state.view === "findings") {
    goToPageOf(state.open);
    update();
    if (state.open) reveal(D.ids.indexOf(state.open));
  }
  const place = placeNamed(location.hash.slice(1).split("&")[0]);
  if (place) {
    if (place.tagName === "DETAILS") place.open = true;
    place.scrollIntoView();
  }
}

function goToPageOf(id) {
  if (!id) return;
  const at = ordered(fitting().found).indexOf(D.ids.indexOf(id));
  if (at >= 0) state.page = Math.floor(at / PAGE) + 1;
}

function reveal(number) {
  if (number < 0) return;
  toggleRow(number, true);
  const item = document.getElementById(`f-${D.ids[number]}`);
  if (!item) return;
  item.scrollIntoView({ block: "center" });
  item.firstChild.focus({ preventScroll: true });
}

function beforePrint() {
  opened.clear();
  for (const item of ui.list.querySelectorAll("li[id]")) {
    if (item.lastChild !== item.firstChild) opened.add(D.ids.indexOf(item.id.slice(2)));
  }
  draw(true);
  for (const number of opened) toggleRow(number, true);
}

function afterPrint() {
  draw(false);
  for (const number of opened) toggleRow(number, true);
}

// The compliance view can be narrowed to the controls in one state.
function buildStates() {
  const names = ["all", "failed", "excused", "passed", "not assessed"];
  const view = sections.get("compliance");
  const labels = names.map((name) => {
    const only = () => (name === "all" ? delete view.dataset.only : (view.dataset.only = name.replace(" ", "-")));
    return el(
      "label",
      {},
      el("input", { type: "radio", name: "state", checked: name === "all", change: only }),
      el("span", {}, name),
    );
  });
  view
    .querySelector(".frameworks")
    .after(el("fieldset", { class: "groups" }, el("legend", {}, "Controls"), el("div", {}, labels)));
}

function narrow(query) {
  ui.filters.open = !query.matches;
}

document.documentElement.classList.add("js");
buildApp();
buildStates();
const query = matchMedia("(max-width: 1000px)");
narrow(query);
query.addEventListener("change", narrow);
addEventListener("hashchange", follow);
addEventListener("beforeprint", beforePrint);
addEventListener("afterprint", afterPrint);
follow();
