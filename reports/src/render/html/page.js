// The page: sums, filters, the list; all of its state is in the address.

const VERDICTS = ["crash", "fail", "error", "lenient", "not_run", "unsupported", "info", "pass"];
const CLASS_COLORS = {
  regressed: "fail", removed: "error", new_fail: "fail", close_code_changed: "lenient", reason_changed: "lenient",
  observation_changed: "lenient", more_lenient: "lenient", stricter: "pass", fixed: "pass", crash_fixed: "pass",
  new_pass: "pass", expectation_changed: "info", flaky_changed: "info", work_up: "lenient", work_down: "pass",
  slower: "info", faster: "info",
};
const CLASSES = Object.keys(CLASS_COLORS);
const RANKS = { failed: 0, broken: 1, stale: 2, known: 3 };
const state = { kinds: new Set(), q: "", role: "", level: "", sort: "", open: new Set(), theme: "" };
const items = data.diff ? diffItems() : reportItems();
const kinds = data.diff ? CLASSES : VERDICTS;

// One item per line of the list: key, kind (verdict or class), what to show and what to search.
function reportItems() {
  return Object.entries(data.report.cases).map(([key, result]) => {
    const told = data.told[key] || "";
    const outcome = data.outcomes[key] || "passed";
    const clauses = (result.rfc || []).map((c) => `rfc ${c.replace("#", " §")}`);
    return {
      key, id: key, kind: result.verdict, color: result.verdict, level: result.level, told, result,
      label: outcome === "known" ? `${words(result.verdict)} (known)` : outcome === "stale" ? `${words(result.verdict)} (stale)` : words(result.verdict),
      rank: (outcome in RANKS ? RANKS[outcome] : 4) * 10 + VERDICTS.indexOf(result.verdict),
      facts: [result.level.toUpperCase(), result.rfc && result.rfc[0] && "RFC " + result.rfc[0].replace("#", " §"), result.alias],
      search: [key, result.title, result.alias, ...clauses, ...(result.rfc || []), result.reason, ...(result.tags || []), told].join("\n").toLowerCase(),
      panel: () => resultPanel(key, result),
    };
  });
}

function diffItems() {
  return Object.entries(data.diff.changes).flatMap(([kind, changes]) => changes.map((change, n) => {
    const told = data.told[kind][n];
    return {
      key: `${kind}:${change.id}`, id: change.id, kind, color: CLASS_COLORS[kind], level: change.level, told,
      label: words(kind), rank: CLASSES.indexOf(kind), facts: [change.level.toUpperCase()],
      search: [change.id, words(kind), told].join("\n").toLowerCase(),
      panel: () => {
        const sides = [["old", data.old[change.id]], ["new", data.new[change.id]]];
        return el("div", {}, el("div", { class: "columns sides" }, ...sides.map(([side, result]) => el("div", { class: "box" },
          result ? resultPanel(change.id, result, side) : el("p", { class: "quiet" }, `not in the ${side} report`)))), replay(change.id));
      },
    };
  }));
}

function head() {
  const report = data.report;
  const side = (s) => `${s.subject}${s.version ? " " + s.version : ""}`;
  const counts = new Map();
  for (const item of items) counts.set(item.kind, (counts.get(item.kind) || 0) + 1);
  const bad = data.exit !== null ? data.exit !== 0
    : report ? report.summary.unexpected > 0 : counts.has("regressed");
  const exit = data.exit === null ? "" : ` · exit ${data.exit}`;
  $("verdict").className = bad ? "pill bad" : "pill good";
  if (report) {
    const s = report.subject;
    document.title = `wsproof: ${s.name}`;
    $("verdict").textContent = (bad ? (report.summary.unexpected ? `${report.summary.unexpected} unexpected` : "not as expected") : "as expected") + exit;
    $("subject").textContent = clean(`${side({ subject: s.name, version: s.version })} as ${s.roles.join(" and ")}`);
    const run = report.run;
    $("setup").textContent = clean([`suite ${report.suite.version}, ${report.suite.selected} of ${report.suite.total} results`,
      report.complete ? "complete" : "INCOMPLETE", s.transport, s.driver && `driver ${s.driver}`, `seed ${data.seed}`,
      (report.settings.cuts || []).length && `cuts ${report.settings.cuts.join(", ")}`,
      run && run.started, run && `${(run.duration_ms / 1000).toFixed(3)} s`].filter(Boolean).join(" · "));
    $("digest").textContent = report.results_digest;
  } else {
    document.title = `wsproof: ${data.diff.old.subject}, what changed`;
    $("verdict").textContent = (bad ? "regressions" : items.length ? "no regressions" : "no change") + exit;
    $("subject").textContent = clean(`${side(data.diff.old)} → ${side(data.diff.new)}`);
    $("setup").textContent = `${data.diff.unchanged} cases unchanged`;
    $("digest").textContent = `${data.diff.old.results_digest} → ${data.diff.new.results_digest}`;
  }
  for (const text of [...(data.causes || []), ...((data.diff && data.diff.notes) || [])]) $("notes").append(el("li", {}, text));
  for (const kind of kinds.filter((k) => counts.has(k))) {
    const color = data.diff ? CLASS_COLORS[kind] : kind;
    const part = el("i", { color });
    part.style.flexGrow = counts.get(kind);
    $("bar").append(part);
    const chip = el("button", { type: "button", class: "chip", color, "data-kind": kind, "aria-pressed": "false",
      onclick: () => { toggle(state.kinds, kind); update(); } }, el("b", {}, counts.get(kind)), words(kind));
    $("chips").append(chip);
  }
}

function toggle(set, value) { if (!set.delete(value)) set.add(value); }

function row(item) {
  const node = el("div", { class: "case", color: item.color });
  const button = el("button", { type: "button", "aria-expanded": "false" },
    el("span", { class: "tag" }, item.label), el("span", { class: "id" }, item.id),
    el("span", { class: "facts" }, item.facts.filter(Boolean).join("  ·  ")),
    item.told ? el("span", { class: "told" }, item.told) : "");
  button.addEventListener("click", () => { toggle(state.open, item.key); update(); });
  node.append(button);
  item.node = node;
  item.button = button;
  return node;
}

// Panels are made when they are first opened.
function show(item, open) {
  item.button.setAttribute("aria-expanded", String(open));
  if (open && !item.body) {
    item.body = el("div", { class: "panel" }, item.panel());
    item.node.append(item.body);
  }
  if (item.body) item.body.hidden = !open;
}

function order() {
  const byId = (a, b) => (a.id < b.id ? -1 : a.id > b.id ? 1 : a.rank - b.rank);
  items.sort(state.sort === "id" ? byId : (a, b) => a.rank - b.rank || byId(a, b));
  $("list").replaceChildren(...items.map((item) => item.node || row(item)));
  order.done = state.sort;
}

function apply() {
  if (order.done !== state.sort) order();
  const q = state.q.trim().toLowerCase().split(/\s+/).filter(Boolean);
  let shown = 0;
  for (const item of items) {
    const open = state.open.has(item.key);
    const fits = (!state.kinds.size || state.kinds.has(item.kind)) && (!state.role || item.id.startsWith(state.role + "/")) &&
      (!state.level || item.level === state.level) && q.every((word) => item.search.includes(word));
    item.node.hidden = !fits;
    shown += fits;
    if (open || item.body) show(item, open);
  }
  $("shown").textContent = `${shown} of ${items.length}`;
  $("nothing").hidden = shown > 0;
  for (const chip of document.querySelectorAll(".chip")) chip.setAttribute("aria-pressed", String(state.kinds.has(chip.dataset.kind)));
  for (const name of ["q", "role", "level", "sort"]) if ($(name).value !== state[name]) $(name).value = state[name];
  const dark = state.theme ? state.theme === "dark" : matchMedia("(prefers-color-scheme: dark)").matches;
  document.documentElement.dataset.theme = dark ? "dark" : "light";
}

function update() {
  const p = new URLSearchParams();
  for (const name of ["q", "role", "level", "sort", "theme"]) if (state[name]) p.set(name, state[name]);
  if (state.kinds.size) p.set("show", [...state.kinds].join(","));
  for (const key of state.open) p.append("case", key);
  history.replaceState(null, "", "#" + p.toString().replace(/%2F/g, "/").replace(/%3A/g, ":").replace(/%2C/g, ","));
  apply();
}

function read() {
  const p = new URLSearchParams(location.hash.slice(1));
  for (const name of ["q", "role", "level", "sort", "theme"]) state[name] = p.get(name) || "";
  state.kinds = new Set((p.get("show") || "").split(",").filter((kind) => kinds.includes(kind)));
  // In a diff a bare case opens all of its lines.
  const asked = p.getAll("case");
  state.open = new Set(items.filter((i) => asked.includes(i.key) || asked.includes(i.id)).map((i) => i.key));
  apply();
  const first = items.find((item) => state.open.has(item.key) && !item.node.hidden);
  if (first) { first.node.scrollIntoView({ block: "center" }); first.button.focus({ preventScroll: true }); }
}

function move(step) {
  const visible = items.filter((item) => !item.node.hidden);
  const at = visible.findIndex((item) => item.node.contains(document.activeElement));
  const next = visible[Math.min(Math.max(at + step, 0), visible.length - 1)];
  if (next) { next.button.focus(); next.node.scrollIntoView({ block: "nearest" }); }
}

function keys(event) {
  const typing = /^(INPUT|SELECT|TEXTAREA)$/.test(event.target.tagName);
  if (event.key === "Escape") {
    if (typing) event.target.blur();
    else { state.open.clear(); update(); }
  } else if (typing || event.ctrlKey || event.metaKey || event.altKey) {
    return;
  } else if (event.key === "/") {
    event.preventDefault();
    $("q").focus();
  } else if (event.key === "j" || event.key === "k") {
    move(event.key === "j" ? 1 : -1);
  }
}

head();
for (const name of ["q", "role", "level", "sort"]) $(name).addEventListener("input", () => { state[name] = $(name).value; update(); });
$("reset").addEventListener("click", () => {
  Object.assign(state, { kinds: new Set(), q: "", role: "", level: "", sort: "", open: new Set() });
  update();
});
$("theme").addEventListener("click", () => {
  state.theme = document.documentElement.dataset.theme === "dark" ? "light" : "dark";
  update();
});
document.addEventListener("keydown", keys);
window.addEventListener("hashchange", read);
matchMedia("(prefers-color-scheme: dark)").addEventListener("change", apply);
order();
read();
