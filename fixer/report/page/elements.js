// Elements, made one by one: no text of the data is ever read as markup.
const SPELLED = /(⟦(?:U\+[0-9A-F]{4,6}|byte [0-9A-F]{2})⟧)/;

function el(name, attributes, ...children) {
  const made = document.createElement(name);
  for (const [key, value] of Object.entries(attributes || {})) {
    if (typeof value === "function") made.addEventListener(key, value);
    else if (value === true) made.setAttribute(key, "");
    else if (value !== false && value !== null && value !== undefined) made.setAttribute(key, value);
  }
  made.append(...children.flat(Infinity).filter((child) => child !== null && child !== undefined && child !== ""));
  return made;
}

// Nodes of a text; characters that do not show, which are spelled out in it, stand out.
function shown(words) {
  if (!words.includes("⟦")) return [words];
  return words.split(SPELLED).map((part, at) => (at % 2 ? el("span", { class: "hidden-char" }, part) : part));
}
