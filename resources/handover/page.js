"use strict";
(function () {
  const data = JSON.parse(document.getElementById("data").textContent);
  const byId = (id) => document.getElementById(id);
  const canvas = byId("map"), pen = canvas.getContext("2d");
  const PAGE = 200, PRINTED = 500, STEPS = data.steps;
  const view = { x: 0, y: 0, scale: 1 };
  let now = null, chosen = -1, rows = [], listed = PAGE, contrast = false;

  // What the file keeps short is written out once.
  function values(column, count) {
    if ("v" in column) return () => column.v;
    if ("d" in column) return (row) => column.d[column.i[row]];
    return (row) => column.a[row];
  }
  function cellOf(code) {
    const d = Array.from(code, Number);
    let south = (d[0] * 10 + d[1]) * 80, west = (d[2] * 10 + d[3]) * 120 + 12000;
    let high = 80, wide = 120, at = 4;
    // in units of a 120th of a degree; 7 digits are quarters of the secondary cell
    const take = (parts, row, column) => { high /= parts; wide /= parts; south += row * high; west += column * wide; };
    if (code.length > 4) { take(8, d[4], d[5]); at = 6; }
    if (code.length > 7) { take(10, d[6], d[7]); at = 8; }
    for (; at < code.length; at++) take(2, d[at] > 2 ? 1 : 0, (d[at] - 1) % 2);
    const step = STEPS / 120;
    return [(west - data.origin[0] * 120) * step, (south - data.origin[1] * 120) * step, wide * step, high * step];
  }
  function boxOf(rings) {
    const box = [Infinity, Infinity, -Infinity, -Infinity];
    for (const ring of rings) for (let n = 0; n < ring.length; n += 2) {
      box[0] = Math.min(box[0], ring[n]); box[1] = Math.min(box[1], ring[n + 1]);
      box[2] = Math.max(box[2], ring[n]); box[3] = Math.max(box[3], ring[n + 1]);
    }
    return box;
  }
  function opened(ring) {
    const found = new Float64Array(ring.length);
    for (let n = 0; n < ring.length; n++) found[n] = ring[n] + (n > 1 ? found[n - 2] : 0);
    return found;
  }
  function prepare(theme) {
    theme.get = theme.columns.map((column) => values(column, theme.count));
    theme.place = {};
    theme.columns.forEach((column, n) => { theme.place[column.n] = n; });
    if (theme.cells) {
      let code = 0;
      theme.codes = theme.cells.map((step) => { code += step; return String(code); });
      theme.get[theme.place[theme.key]] = (row) => theme.codes[row];
      theme.boxes = theme.codes.map(cellOf);
      theme.bounds = theme.boxes.map((b) => [b[0], b[1], b[0] + b[2], b[1] + b[3]]);
    } else if (theme.rings) {
      theme.shapes = theme.rings.map((rings) => rings.map(opened));
      theme.bounds = theme.shapes.map(boxOf);
      const size = theme.bounds.map((b) => (b[2] - b[0]) * (b[3] - b[1]));
      theme.bySize = Array.from(theme.bounds.keys()).sort((a, b) => size[b] - size[a]);
    } else if (theme.points) {
      theme.bounds = theme.points.map((p) => (p ? [p[0], p[1], p[0], p[1]] : [Infinity, Infinity, -Infinity, -Infinity]));
    } else theme.bounds = [];
    theme.by = theme.classes.map(() => []);
    theme.cls.forEach((cls, row) => theme.by[cls].push(row));
    theme.texts = new Array(theme.count);
  }
  const folded = (text) => String(text).normalize("NFKC").toLowerCase()
    .replace(/[\u30a1-\u30f6]/g, (c) => String.fromCharCode(c.charCodeAt(0) - 96)).replace(/\s+/g, "");
  function shown(theme, n, row) {
    const column = theme.columns[n], value = theme.get[n](row);
    if (value === null || value === undefined) return "";
    if (column.p) return Math.round(value * 100) + "%";
    if (column.w && value in column.w) return column.w[value];
    if (value === true || value === false) return value ? "はい" : "いいえ";
    return String(value);
  }
  const nameOf = (theme, row) => {
    const n = theme.place[theme.name];
    return (n === undefined ? "" : shown(theme, n, row)) || String(theme.get[theme.place[theme.key]](row));
  };
  // what was said by telephone stands beside the measured state, never in its place
  const toldOf = (theme, row) => (theme.place.told_state === undefined ? "" : shown(theme, theme.place.told_state, row));
  function textOf(theme, row) {
    if (theme.texts[row] === undefined)
      theme.texts[row] = folded(nameOf(theme, row) + " " + theme.get[theme.place[theme.key]](row));
    return theme.texts[row];
  }

  // Drawing
  const ratio = () => Math.max(1, window.devicePixelRatio || 1);
  const toX = (x) => (x - view.x) * view.scale * data.shrink + canvas.width / 2;
  const toY = (y) => canvas.height / 2 - (y - view.y) * view.scale;
  function patterned(context, cls) {
    const size = 8 * ratio(), tile = document.createElement("canvas");
    tile.width = tile.height = size;
    const ink = tile.getContext("2d");
    ink.fillStyle = "#fff"; ink.fillRect(0, 0, size, size);
    ink.strokeStyle = contrast ? "#000" : cls.colour; ink.lineWidth = 1.4 * ratio();
    ink.beginPath();
    for (const s of [-size, 0, size]) { ink.moveTo(s, size); ink.lineTo(s + size, 0); }
    if (cls.mark === "lattice") for (const s of [-size, 0, size]) { ink.moveTo(s, 0); ink.lineTo(s + size, size); }
    ink.stroke();
    return context.createPattern(tile, "repeat");
  }
  const fillOf = (context, cls) =>
    cls.mark === "hatch" || cls.mark === "lattice" ? patterned(context, cls) : cls.colour;
  function marker(context, cls, x, y, r) {
    context.beginPath();
    if (cls.mark === "square") context.rect(x - r, y - r, 2 * r, 2 * r);
    else if (cls.mark === "circle") context.arc(x, y, r, 0, 7);
    else {
      const sides = cls.mark === "diamond" ? 4 : 6, turn = cls.mark === "diamond" ? 0 : Math.PI / 6;
      for (let n = 0; n < sides; n++) context.lineTo(x + 1.25 * r * Math.cos(turn + (n * 2 * Math.PI) / sides), y + 1.25 * r * Math.sin(turn + (n * 2 * Math.PI) / sides));
      context.closePath();
    }
    context.fillStyle = cls.colour; context.fill();
    context.strokeStyle = "#1a1a1a"; context.lineWidth = 1.5 * ratio(); context.stroke();
    if (cls.mark === "square") {
      context.beginPath(); context.strokeStyle = "#fff"; context.lineWidth = 2 * ratio();
      context.moveTo(x - r * 0.6, y - r * 0.6); context.lineTo(x + r * 0.6, y + r * 0.6);
      context.moveTo(x + r * 0.6, y - r * 0.6); context.lineTo(x - r * 0.6, y + r * 0.6); context.stroke();
    } else if (cls.mark === "hexagon") {
      context.fillStyle = "#1a1a1a"; context.font = "bold " + 1.7 * r + "px sans-serif";
      context.textAlign = "center"; context.textBaseline = "middle"; context.fillText("?", x, y + r * 0.1);
    } else if (cls.mark === "diamond") {
      context.fillStyle = "#1a1a1a"; context.beginPath(); context.moveTo(x, y - 1.25 * r); context.lineTo(x + 1.25 * r, y); context.lineTo(x, y + 1.25 * r); context.fill();
    }
  }
  function path(shape) {
    for (const ring of shape) {
      for (let n = 0; n < ring.length; n += 2) {
        if (n) pen.lineTo(toX(ring[n]), toY(ring[n + 1])); else pen.moveTo(toX(ring[n]), toY(ring[n + 1]));
      }
      pen.closePath();
    }
  }
  function seen(box) {
    return toX(box[2]) >= 0 && toX(box[0]) <= canvas.width && toY(box[1]) >= 0 && toY(box[3]) <= canvas.height;
  }
  function drawTheme(theme) {
    const fills = theme.classes.map((cls) => (theme.points ? null : fillOf(pen, cls)));
    // large areas first: a city must not hide its wards
    for (const rows of theme.shapes ? [theme.bySize] : theme.by) {
      for (const row of rows) {
        const cls = theme.classes[theme.cls[row]], fill = fills[theme.cls[row]];
        if (!seen(theme.bounds[row])) continue;
        if (theme.points) {
          const x = toX(theme.points[row][0]), y = toY(theme.points[row][1]);
          marker(pen, cls, x, y, 7 * ratio());
          if (toldOf(theme, row)) { pen.beginPath(); pen.arc(x, y, 12 * ratio(), 0, 7); pen.lineWidth = 2 * ratio(); pen.strokeStyle = "#000"; pen.stroke(); }
          continue;
        }
        pen.fillStyle = fill; pen.strokeStyle = contrast ? "#000" : "rgba(40,40,40,.55)"; pen.lineWidth = ratio() * (theme.cells ? 0.3 : 1);
        if (theme.boxes) {
          const b = theme.boxes[row], x = toX(b[0]), y = toY(b[1] + b[3]), w = toX(b[0] + b[2]) - x, h = toY(b[1]) - y;
          pen.fillRect(x, y, Math.max(w, 1), Math.max(h, 1));
          if (w > 6 * ratio()) pen.strokeRect(x, y, w, h);
        } else { pen.beginPath(); path(theme.shapes[row]); pen.fill("evenodd"); pen.stroke(); }
      }
    }
  }
  function draw() {
    const r = ratio(), box = canvas.getBoundingClientRect();
    canvas.width = Math.max(1, Math.round(box.width * r)); canvas.height = Math.max(1, Math.round(box.height * r));
    pen.fillStyle = "#dfe8ee"; if (contrast) pen.fillStyle = "#fff";
    pen.fillRect(0, 0, canvas.width, canvas.height);
    pen.fillStyle = contrast ? "#fff" : "#f6f6f1";
    // each by itself: a city lies over its wards
    for (const shape of data.base) { pen.beginPath(); path(shape); pen.fill("evenodd"); }
    if (now) drawTheme(now);
    pen.beginPath();
    for (const shape of data.base) path(shape);
    pen.strokeStyle = "#1a1a1a"; pen.lineWidth = 1.6 * r; pen.stroke();
    const over = data.themes.find((theme) => theme.points);
    if (over && over !== now && byId("overlay").checked) drawTheme(over);
    if (chosen >= 0 && now.bounds[chosen][0] !== Infinity) {
      const b = now.bounds[chosen], x = (toX(b[0]) + toX(b[2])) / 2, y = (toY(b[1]) + toY(b[3])) / 2;
      pen.beginPath(); pen.arc(x, y, 18 * r, 0, 7); pen.lineWidth = 7 * r; pen.strokeStyle = "#fff"; pen.stroke();
      pen.lineWidth = 3.5 * r; pen.strokeStyle = "#0b57d0"; pen.stroke();
    }
    if (data.practice) {
      pen.save(); pen.translate(canvas.width / 2, canvas.height / 2); pen.rotate(-0.4);
      pen.font = "bold " + Math.round(canvas.height / 4) + "px sans-serif"; pen.textAlign = "center"; pen.textBaseline = "middle";
      pen.fillStyle = "rgba(120,0,0,.13)"; pen.fillText("訓練", 0, 0); pen.restore();
    }
    bar(r);
  }
  function bar(r) {
    const metre = (view.scale * STEPS) / 111320;
    let length = 1;
    for (const one of [100, 200, 500, 1000, 2000, 5000, 10000, 20000, 50000, 100000, 200000])
      if (one * metre < 160 * r) length = one;
    pen.fillStyle = "#fff"; pen.fillRect(8 * r, canvas.height - 30 * r, length * metre + 70 * r, 24 * r);
    pen.fillStyle = "#000"; pen.fillRect(12 * r, canvas.height - 14 * r, length * metre, 4 * r);
    pen.font = 12 * r + "px sans-serif"; pen.textAlign = "left"; pen.textBaseline = "alphabetic";
    pen.fillText(length >= 1000 ? length / 1000 + " km" : length + " m", length * metre + 18 * r, canvas.height - 9 * r);
  }
  function whole() {
    const box = [Infinity, Infinity, -Infinity, -Infinity];
    const add = (b) => { if (b[0] !== Infinity) { box[0] = Math.min(box[0], b[0]); box[1] = Math.min(box[1], b[1]); box[2] = Math.max(box[2], b[2]); box[3] = Math.max(box[3], b[3]); } };
    if (data.base.length) data.base.forEach((shape) => add(boxOf(shape)));
    else data.themes.forEach((theme) => theme.bounds.forEach(add));
    if (box[0] === Infinity) return;
    const r = ratio(), size = canvas.getBoundingClientRect();
    view.x = (box[0] + box[2]) / 2; view.y = (box[1] + box[3]) / 2;
    const wide = Math.max((box[2] - box[0]) * data.shrink, 200), high = Math.max(box[3] - box[1], 200);
    view.scale = 0.94 * Math.min((size.width * r) / wide, (size.height * r) / high);
  }
  function zoom(factor, x, y) {
    const at = x === undefined ? [canvas.width / 2, canvas.height / 2] : [x, y];
    const east = (at[0] - canvas.width / 2) / view.scale / data.shrink + view.x, north = (canvas.height / 2 - at[1]) / view.scale + view.y;
    view.scale = Math.min(Math.max(view.scale * factor, 1e-4), 50);
    view.x = east - (at[0] - canvas.width / 2) / view.scale / data.shrink;
    view.y = north - (canvas.height / 2 - at[1]) / view.scale;
    draw();
  }
  function pan(x, y) { view.x += x / view.scale / data.shrink; view.y += y / view.scale; draw(); }

  // What lies under the pointer
  function inside(shape, x, y) {
    let odd = false;
    for (const ring of shape) for (let n = 0, m = ring.length - 2; n < ring.length; m = n, n += 2)
      if (ring[n + 1] > y !== ring[m + 1] > y && x < ((ring[m] - ring[n]) * (y - ring[n + 1])) / (ring[m + 1] - ring[n + 1]) + ring[n]) odd = !odd;
    return odd;
  }
  function under(theme, x, y) {
    const reach = (12 * ratio()) / view.scale;
    let best = -1, least = reach;
    // what is drawn last lies on top
    const order = theme.bySize ? theme.bySize.slice().reverse() : Array.from({ length: theme.count }, (_, row) => row);
    for (const row of order) {
      if (theme.points) {
        const p = theme.points[row]; if (!p) continue;
        const d = Math.hypot((p[0] - x) * data.shrink, p[1] - y); if (d < least) { least = d; best = row; }
      } else {
        const b = theme.bounds[row];
        if (b && x >= b[0] && x <= b[2] && y >= b[1] && y <= b[3] && (theme.boxes || inside(theme.shapes[row], x, y))) return row;
      }
    }
    return best;
  }

  // List and details
  function element(tag, text, parent) {
    const made = document.createElement(tag);
    if (text !== undefined) made.textContent = text;
    if (parent) parent.appendChild(made);
    return made;
  }
  function swatch(theme, cls, parent) {
    const made = element("canvas", undefined, parent), r = ratio();
    made.width = made.height = 24 * r; made.setAttribute("aria-hidden", "true");
    const ink = made.getContext("2d");
    if (theme.points) marker(ink, cls, 12 * r, 12 * r, 7 * r);
    else { ink.fillStyle = fillOf(ink, cls); ink.fillRect(r, r, 22 * r, 22 * r); ink.strokeStyle = "#000"; ink.strokeRect(r, r, 22 * r, 22 * r); }
    return made;
  }
  function find(theme, words) {
    const found = [];
    for (const group of theme.by) {
      const part = words ? group.filter((row) => textOf(theme, row).includes(words)) : group.slice();
      if (part.length < 20000) part.sort((a, b) => (nameOf(theme, a) < nameOf(theme, b) ? -1 : 1));
      for (const row of part) found.push(row);
    }
    return found;
  }
  function list() {
    const place = byId("list"), words = folded(byId("search").value);
    rows = find(now, words);
    place.textContent = "";
    for (const row of rows.slice(0, listed)) {
      const cls = now.classes[now.cls[row]], line = element("li", undefined, place), button = element("button", undefined, line);
      button.type = "button"; button.dataset.row = row;
      swatch(now, cls, button);
      const text = element("span", nameOf(now, row), button);
      const told = toldOf(now, row);
      element("small", told ? `${cls.label}／${told}` : cls.label, text);
      if (row === chosen) button.setAttribute("aria-current", "true");
    }
    byId("more").hidden = rows.length <= listed;
    byId("count").textContent = now.absent ? now.absent : `${rows.length.toLocaleString("ja-JP")} 件` + (rows.length > listed ? `（うち ${listed} 件を表示）` : "");
    const others = byId("elsewhere"); others.textContent = "";
    if (words) for (const theme of data.themes) {
      if (theme === now || !theme.count) continue;
      const count = find(theme, words).length;
      if (!count) continue;
      const button = element("button", `${theme.title}：${count} 件`, others);
      button.type = "button"; button.addEventListener("click", () => { choose(theme); byId("search").focus(); });
    }
    printed();
  }
  function printed() {
    const table = byId("printed"); table.textContent = "";
    const head = element("tr", undefined, element("thead", undefined, table));
    now.columns.forEach((column) => { if (!("v" in column)) element("th", column.l, head); });
    const body = element("tbody", undefined, table);
    for (const row of rows.slice(0, Math.min(PRINTED, listed))) {
      const line = element("tr", undefined, body);
      now.columns.forEach((column, n) => { if (!("v" in column)) element("td", shown(now, n, row), line); });
    }
    if (rows.length > listed) element("caption", `${now.title}：${rows.length} 件のうち ${Math.min(PRINTED, listed)} 件`, table);
    else element("caption", now.title, table);
  }
  function select(row, centre) {
    chosen = row;
    const place = byId("details"); place.textContent = "";
    element("h2", nameOf(now, row), place);
    const names = element("dl", undefined, place);
    element("dt", "区分", names); element("dd", now.classes[now.cls[row]].label, names);
    now.columns.forEach((column, n) => {
      element("dt", column.l, names); element("dd", shown(now, n, row) || "—", names);
    });
    const box = now.bounds[row];
    if (!box || box[0] === Infinity) element("p", "位置が不明のため、地図には表示できません。", place);
    else if (centre) {
      view.x = (box[0] + box[2]) / 2; view.y = (box[1] + box[3]) / 2;
      const close = (canvas.height / 8) / Math.max(box[3] - box[1], 250);
      if (view.scale < close) view.scale = close;
    }
    for (const button of byId("list").querySelectorAll("button")) {
      if (Number(button.dataset.row) === row) button.setAttribute("aria-current", "true"); else button.removeAttribute("aria-current");
    }
    draw();
  }
  function choose(theme) {
    now = theme; chosen = -1; listed = PAGE;
    document.querySelectorAll("#themes input").forEach((input) => { input.checked = input.value === theme.id; });
    byId("theme-title").textContent = theme.title;
    byId("times").textContent = theme.absent ? "" : `表示時点 ${theme.asOf}　データの時点 ${theme.until} まで`;
    const legend = byId("legend"); legend.textContent = "";
    theme.classes.forEach((cls, number) => {
      const line = element("li", undefined, legend); swatch(theme, cls, line);
      element("span", `${cls.label} ${theme.by[number].length.toLocaleString("ja-JP")}`, line);
    });
    const notes = byId("notes"); notes.textContent = "";
    theme.notes.concat(data.thinned).forEach((note) => element("li", note, notes));
    byId("absent").hidden = !theme.absent; byId("absent").textContent = theme.absent;
    canvas.setAttribute("aria-label", `${theme.title}の地図。` + (theme.absent || theme.classes.map((cls, n) => `${cls.label} ${theme.by[n].length}件`).join("、")));
    byId("details").innerHTML = ""; element("h2", "内容", byId("details")); element("p", "一覧か地図から選んでください。", byId("details"));
    list(); draw();
  }

  data.base = data.base.map((shape) => shape.map(opened));
  data.themes.forEach((theme) => {
    prepare(theme);
    const label = element("label", undefined, byId("themes")), input = element("input", undefined, label);
    input.type = "radio"; input.name = "theme"; input.value = theme.id;
    label.appendChild(document.createTextNode(" " + theme.title + (theme.absent ? "（なし）" : "")));
    input.addEventListener("change", () => choose(theme));
  });
  byId("overlay").addEventListener("change", draw);
  byId("search").addEventListener("input", () => { listed = PAGE; list(); });
  byId("search").addEventListener("keydown", (event) => {
    const first = byId("list").querySelector("button");
    if (first && (event.key === "Enter" || event.key === "ArrowDown")) { event.preventDefault(); if (event.key === "Enter") select(Number(first.dataset.row), true); first.focus(); }
  });
  byId("list").addEventListener("click", (event) => {
    const button = event.target.closest("button"); if (button) select(Number(button.dataset.row), true);
  });
  byId("list").addEventListener("keydown", (event) => {
    const line = event.target.closest("li"), step = { ArrowDown: "nextElementSibling", ArrowUp: "previousElementSibling" }[event.key];
    if (line && step) { event.preventDefault(); (line[step] ? line[step].querySelector("button") : byId("search")).focus(); }
  });
  byId("more").addEventListener("click", () => { listed += PAGE; list(); });
  byId("in").addEventListener("click", () => zoom(1.6));
  byId("out").addEventListener("click", () => zoom(1 / 1.6));
  byId("all").addEventListener("click", () => { whole(); draw(); });
  byId("print").addEventListener("click", () => window.print());
  byId("contrast").addEventListener("click", () => {
    contrast = !contrast; document.body.classList.toggle("contrast", contrast);
    byId("contrast").setAttribute("aria-pressed", String(contrast)); choose(now);
  });
  canvas.addEventListener("keydown", (event) => {
    const step = 60 * ratio();
    const moves = { ArrowLeft: [-step, 0], ArrowRight: [step, 0], ArrowUp: [0, step], ArrowDown: [0, -step] };
    if (moves[event.key]) pan(...moves[event.key]);
    else if (event.key === "+" || event.key === ";") zoom(1.6);
    else if (event.key === "-") zoom(1 / 1.6);
    else if (event.key === "0" || event.key === "Home") { whole(); draw(); }
    else return;
    event.preventDefault();
  });
  canvas.addEventListener("wheel", (event) => { event.preventDefault(); zoom(event.deltaY < 0 ? 1.25 : 0.8, event.offsetX * ratio(), event.offsetY * ratio()); }, { passive: false });
  const fingers = new Map(); let moved = 0;
  canvas.addEventListener("pointerdown", (event) => { fingers.set(event.pointerId, [event.offsetX, event.offsetY]); moved = 0; canvas.setPointerCapture(event.pointerId); });
  canvas.addEventListener("pointermove", (event) => {
    const before = fingers.get(event.pointerId); if (!before) return;
    const here = [event.offsetX, event.offsetY], r = ratio();
    if (fingers.size === 2) {
      const other = [...fingers].find(([id]) => id !== event.pointerId)[1];
      const was = Math.hypot(before[0] - other[0], before[1] - other[1]), is = Math.hypot(here[0] - other[0], here[1] - other[1]);
      if (was > 0) zoom(is / was, ((here[0] + other[0]) / 2) * r, ((here[1] + other[1]) / 2) * r);
    } else pan((before[0] - here[0]) * r, (here[1] - before[1]) * r);
    moved += Math.hypot(here[0] - before[0], here[1] - before[1]); fingers.set(event.pointerId, here);
  });
  canvas.addEventListener("pointerup", (event) => {
    fingers.delete(event.pointerId); if (moved > 5) return;
    const x = (event.offsetX * ratio() - canvas.width / 2) / view.scale / data.shrink + view.x, y = (canvas.height / 2 - event.offsetY * ratio()) / view.scale + view.y;
    const over = data.themes.find((theme) => theme.points);
    if (over && over !== now && byId("overlay").checked) { const row = under(over, x, y); if (row >= 0) { choose(over); select(row, false); return; } }
    const row = under(now, x, y); if (row >= 0) select(row, false);
  });
  canvas.addEventListener("pointercancel", (event) => fingers.delete(event.pointerId));
  window.addEventListener("resize", draw);
  window.addEventListener("beforeprint", draw);
  window.addEventListener("afterprint", draw);
  whole();
  choose(data.themes.find((theme) => theme.count) || data.themes[0]);
  window.tomoshibi = { data, choose: (id) => choose(data.themes.find((theme) => theme.id === id)), view };
})();
