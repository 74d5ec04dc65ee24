// The wire log of one result: octets beside decoded fields, the guilty octet marked.

const OPCODES = { 0: "continuation", 1: "text", 2: "binary", 8: "close", 9: "ping", 10: "pong" };
const DIRECTIONS = {
  to_subject: ["→ subject", "arrow out"],
  from_subject: ["← subject", "arrow in"],
  event: ["", ""],
};

function wireLog(wire) {
  const body = el("tbody");
  let last = -1;
  for (const entry of wire.entries) {
    if (entry.at > last + 1) {
      const text = `${entry.at - last - 1} entries left out`;
      body.append(el("tr", { class: "event" }, el("td", { class: "n" }, "…"), el("td", { colspan: 4 }, text)));
    }
    last = entry.at;
    body.append(wireRow(entry));
  }
  const head = el("tr", {}, ...["#", "direction", "offset", "octets", "decoded"].map((t) => el("th", { scope: "col" }, t)));
  const legend = el("div", { class: "legend hex" },
    el("span", { class: "header" }, "frame header"), el("span", { class: "key" }, "masking key"),
    el("span", { class: "payload" }, "payload as sent"), el("span", { class: "guilty" }, "deciding octet"));
  const title = wire.cuts ? `Wire log (octets cut: ${wire.cuts})` : "Wire log";
  return el("section", { class: "wire" }, el("h3", {}, title),
    el("div", { class: "log", tabindex: 0, role: "region", "aria-label": title },
      el("table", {}, el("thead", {}, head), body)), legend);
}

function wireRow(entry) {
  const [direction, style] = DIRECTIONS[entry.direction] || ["", ""];
  const times = entry.times > 1 ? ` × ${entry.times}` : "";
  if (entry.direction === "event") {
    return el("tr", { class: "event" }, el("td", { class: "n" }, entry.at),
      el("td", { colspan: 4 }, (entry.note || "") + times));
  }
  const accused = entry.guilty !== undefined;
  return el("tr", { class: accused ? "accused" : "" },
    el("td", { class: "n" }, entry.at),
    el("td", {}, el("span", { class: style }, direction), times),
    el("td", { class: "n" }, entry.offset === undefined ? "" : entry.offset),
    octets(entry), fields(entry));
}

function octets(entry) {
  const cell = el("td", { class: "hex" });
  const from = entry.shown_from || 0;
  const frame = entry.decoded;
  const header = (frame && frame.header_octets) || 0;
  const key = frame && frame.masked ? 4 : 0;
  if (from > 0) cell.append(`… ${from} before `);
  const hex = entry.hex || "";
  for (let n = 0; n * 2 < hex.length; n++) {
    const at = from + n;
    const part = at < header - key ? "header" : at < header ? "key" : "payload";
    const guilty = at === entry.guilty;
    const title = guilty ? "this octet decides the verdict" : undefined;
    cell.append(el("span", { class: guilty ? "guilty" : part, title }, hex.slice(n * 2, n * 2 + 2)));
  }
  const rest = (entry.length || 0) - from - hex.length / 2;
  if (rest > 0) cell.append(` … ${rest} more`);
  return cell;
}

function fields(entry) {
  const cell = el("td", { class: "fields" });
  const f = entry.decoded;
  if (f) {
    const flag = (text, odd) => el("span", { class: odd ? "flag odd" : "flag" }, text);
    const name = OPCODES[f.opcode];
    cell.append(el("b", {}, name || `opcode ${f.opcode}`), " ");
    if (!name) cell.append(flag("reserved opcode", true));
    cell.append(flag(f.fin ? "FIN" : "not FIN", false));
    for (const [bit, text] of [[4, "RSV1"], [2, "RSV2"], [1, "RSV3"]]) {
      if (f.rsv & bit) cell.append(flag(text, true));
    }
    cell.append(flag(f.masked ? "masked" : "not masked", false));
    const bits = f.length_bits ? ` (${f.length_bits} bits)` : "";
    cell.append(`length ${f.length}${bits}`);
    if (f.close !== undefined) cell.append(" · ", el("b", {}, `close ${f.close}`));
    if (f.text) cell.append(" · ", el("q", {}, f.text));
  }
  const text = f ? "" : ascii(entry.hex || "");
  if (text) cell.append(el("q", {}, text));
  if (entry.note) cell.append(f || text ? " · " : "", clean(entry.note));
  if (entry.guilty !== undefined) {
    cell.append(" ", el("span", { class: "verdict-mark" }, `◄ octet ${entry.guilty} decides`));
  }
  return cell;
}

// The octets of a handshake as text, line ends as a sign; empty when they are no plain text.
function ascii(hex) {
  const octets = (hex.match(/../g) || []).map((pair) => parseInt(pair, 16));
  const plain = octets.every((o) => (o >= 32 && o < 127) || o === 13 || o === 10);
  return plain ? String.fromCharCode(...octets).replace(/\r\n/g, "⏎ ") : "";
}
