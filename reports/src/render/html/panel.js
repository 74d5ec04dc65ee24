// What opens below a case.

function resultPanel(key, result, heading) {
  const [role, id] = [key.slice(0, key.indexOf("/")), key.slice(key.indexOf("/") + 1)];
  const panel = el("div", {});
  if (heading) panel.append(el("h3", {}, heading));
  if (result.title) panel.append(el("p", { class: "title" }, result.title));
  panel.append(el("p", { class: "quiet" }, `the subject is the ${role} · `, result.level.toUpperCase(),
    ...(result.rfc || []).flatMap((c) => [" · ", clause(c)]), result.alias ? ` · ${result.alias}` : "",
    (result.tags || []).length ? ` · ${result.tags.join(", ")}` : ""));
  const known = result.expectation;
  if (known) {
    const met = known.met ? "Known deviation" : "Listed as a deviation, but this is not what happened";
    const text = `${met}: ${known.reason}`;
    panel.append(el("p", { class: "why" }, text, known.line ? ` (line ${known.line})` : "", known.issue ? ` · ${known.issue}` : ""));
  }
  const cuts = result.observed && result.observed.cuts;
  if (cuts) {
    panel.append(el("p", { class: "why" }, `Cut differently, the same octets gave different transcripts. Entry ${cuts.at}, ${cuts.base}: `,
      el("b", {}, cuts.base_entry), ` · ${cuts.other}: `, el("b", {}, cuts.other_entry)));
  }
  const expected = expectedTerms(result.expected || {});
  panel.append(el("div", { class: "columns" },
    expected.children.length ? el("section", { class: "box" }, el("h3", {}, "Expected"), expected) : "",
    el("section", { class: "box" }, el("h3", {}, "Observed"), observedTerms(result))));
  if (result.wire && result.wire.entries) panel.append(wireLog(result.wire));
  else if (result.wire) panel.append(el("p", { class: "quiet" }, "The wire log is left out to keep this page small; the JSON report has it."));
  else panel.append(el("p", { class: "quiet" }, "No wire log was kept for this case; --wire all keeps it."));
  if (!heading) panel.append(replay(key));
  return panel;
}

function expectedTerms(e) {
  const codes = (e.close || []).map((c) => (c === null ? "none" : c)).join(" or ");
  return terms([["close code", codes], ["first Close by", e.by], ["events", lines(e.events)], ["in words", e.text]]);
}

function observedTerms(result) {
  const o = result.observed || {};
  const a = result.autobahn;
  const fault = o.fault;
  const work = o.work && Object.entries(o.work).map(([name, n]) => `${words(name)} ${n}`).join(" · ");
  return terms([
    ["verdict", words(result.verdict) + (result.reason ? ` (${result.reason})` : "")],
    ["close code", o.close === undefined ? "none" : o.close],
    ["first Close by", o.by], ["end of stream", o.end && words(o.end)],
    ["frames received", o.frames_in], ["events", lines(o.events)], ["breaches", (o.breaches || []).join(", ")],
    ["in words", o.text],
    ["fault reported", fault && [`${fault.name}`, fault.clause ? ", " : "", fault.clause ? clause(fault.clause) : "",
      fault.offset === undefined ? "" : `, octet ${fault.offset}`,
      fault.close === undefined ? "" : `, to close with ${fault.close}`]],
    ["Autobahn says", a && `${a.behavior} / ${a.behaviorClose} / ${a.remoteCloseCode === null ? "no code" : a.remoteCloseCode}`],
    ["work", work], ["attempts", result.attempts > 1 ? result.attempts : ""],
  ]);
}

function lines(events) {
  if (!events || !events.length) return undefined;
  return events.flatMap((e, n) => (n ? [el("br"), clean(e)] : [clean(e)]));
}

function replay(key) {
  const text = `wsproof replay ${key}${data.target} --seed ${data.seed}`;
  const copy = el("button", { type: "button", onclick: () => {
    if (!navigator.clipboard) return;
    navigator.clipboard.writeText(text).then(() => { copy.textContent = "Copied"; }, () => {});
  } }, "Copy");
  return el("div", { class: "command" }, el("code", {}, text), copy, el("a", { href: `#case=${encodeURIComponent(key)}` }, "Link to this case"));
}
