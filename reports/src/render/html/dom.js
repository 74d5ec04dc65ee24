"use strict";
// Small helpers. Text from the data only ever becomes text nodes, never markup.

const data = JSON.parse(document.getElementById("data").textContent);
const $ = (id) => document.getElementById(id);

// An element with a class, attributes and children; strings become text.
function el(name, options, ...children) {
  const node = document.createElement(name);
  for (const [key, value] of Object.entries(options || {})) {
    if (key === "class") node.className = value;
    else if (key === "color") node.style.setProperty("--c", `var(--${value})`);
    else if (key === "onclick") node.addEventListener("click", value);
    else if (value !== undefined && value !== null) node.setAttribute(key, value);
  }
  node.append(...children.filter((c) => c !== undefined && c !== null && c !== "").map(
    (c) => (typeof c === "object" ? c : clean(c))));
  return node;
}

// Control characters and marks that turn the direction of text are shown, not obeyed.
function clean(text) {
  return String(text).replace(/[\u0000-\u001f\u007f-\u009f\u200e\u200f\u2028-\u202e\u2066-\u2069]/g,
    (c) => "\\u{" + c.codePointAt(0).toString(16) + "}");
}

// A list of terms; rows without a value are left out.
function terms(rows) {
  const list = el("dl");
  for (const [name, value] of rows) {
    if (value === undefined || value === null || value === "") continue;
    list.append(el("dt", {}, name), el("dd", {}, ...(Array.isArray(value) ? value : [value])));
  }
  return list;
}

function words(name) { return name.replace(/_/g, " "); }

// "6455#7.4.1" as a link to the section.
function clause(id) {
  const [rfc, section] = id.split("#");
  if (!/^[0-9]+$/.test(rfc) || !/^[0-9.]+$/.test(section || "")) return el("span", {}, id);
  const href = `https://www.rfc-editor.org/rfc/rfc${rfc}#section-${section}`;
  return el("a", { href, rel: "noreferrer" }, `RFC ${rfc} §${section}`);
}

function spaced(nodes) { return nodes.flatMap((node, n) => (n ? [", ", node] : [node])); }
