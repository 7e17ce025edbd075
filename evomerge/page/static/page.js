"use strict";
// Draws a page's figures, and lets its items be read. What models and tasks wrote is only ever text.

const ERRORS = 1; // of what Vega has to say
const ROW = 20;
const PAGE = 60;
const REST_MS = 20; // between two figures out of sight, where a browser does not say that it is idle
const RIGHT = [0, 114, 178];
const WRONG = [241, 217, 201];

let data = null;
let shown = [];
let listed = 0;
let watcher = null;

async function unpack(text) {
  const bytes = Uint8Array.from(atob(text.trim()), (letter) => letter.charCodeAt(0));
  const stream = new Blob([bytes]).stream().pipeThrough(new DecompressionStream("deflate"));
  return new Response(stream).json();
}

function drawFigures() {
  if (watcher) watcher.disconnect();
  watcher = new IntersectionObserver((entries) => {
    for (const entry of entries) {
      if (entry.isIntersecting) drawFigure(entry.target);
    }
  }, { rootMargin: "400px" });
  for (const place of document.querySelectorAll(".chart")) watcher.observe(place);
}

function drawFigure(place) {
  watcher.unobserve(place);
  place.classList.add("begun");
  const spec = data.figures[place.dataset.figure];
  if (!spec) return null;
  const options = { actions: false, renderer: "canvas", logLevel: ERRORS };
  return vegaEmbed(place, spec, options).catch((error) => { place.textContent = String(error); });
}

// What nobody has come to yet is drawn one after the other while nothing else is to do, so that a
// page can be printed and links lead to where they say.
function drawTheRest() {
  const idle = window.requestIdleCallback || ((act) => setTimeout(act, REST_MS));
  idle(async () => {
    const next = document.querySelector(".chart:not(.begun)");
    if (!next) return;
    await drawFigure(next);
    drawTheRest();
  });
}

function element(kind, text, className) {
  const made = document.createElement(kind);
  if (text !== undefined && text !== null) made.textContent = text;
  if (className) made.className = className;
  return made;
}

function itemOf(row) {
  const [task, doc, split, scores, question, gold, answers, marks] = row;
  return { task, doc, split, scores, question, gold, answers, marks };
}

function fillChoices() {
  const splits = [...new Set(data.items.items.map((row) => row[2]))];
  for (const split of splits) document.getElementById("split").append(new Option(split, split));
  data.items.tasks.forEach((name, number) => {
    document.getElementById("task").append(new Option(name, number));
  });
}

function filtered() {
  const which = document.getElementById("which").value;
  const split = document.getElementById("split").value;
  const task = document.getElementById("task").value;
  const text = document.getElementById("text").value.toLowerCase();
  return data.items.items.map(itemOf).filter((one) =>
    (!which || one.marks.includes(which)) &&
    (!split || one.split === split) &&
    (task === "" || one.task === Number(task)) &&
    (!text || (one.question || "").toLowerCase().includes(text)));
}

function showItems() {
  shown = filtered();
  listed = 0;
  document.getElementById("list").replaceChildren();
  document.getElementById("count").textContent = `${shown.length} of ${data.items.items.length} items`;
  drawMatrix();
  listMore();
}

function drawMatrix() {
  const canvas = document.getElementById("matrix");
  const models = data.items.models;
  document.getElementById("names").replaceChildren(...models.map((name) => {
    const row = element("div", name);
    row.title = name;
    return row;
  }));
  const width = canvas.clientWidth;
  const dense = window.devicePixelRatio || 1;
  canvas.width = Math.max(1, Math.round(width * dense));
  canvas.height = models.length * ROW * dense;
  canvas.style.height = `${models.length * ROW}px`;
  const pen = canvas.getContext("2d");
  const ranges = rangesOf();
  models.forEach((_, model) => {
    for (let x = 0; x < canvas.width; x += 1) {
      const share = meanAt(x, canvas.width, model, ranges);
      if (share === null) continue;
      const rgb = RIGHT.map((value, n) => Math.round(value * share + WRONG[n] * (1 - share)));
      pen.fillStyle = `rgb(${rgb.join(",")})`;
      pen.fillRect(x, model * ROW * dense + 1, 1, ROW * dense - 2);
    }
  });
}

// Of each task the lowest and the highest score: what is no right or wrong is drawn between them.
function rangesOf() {
  const ranges = data.items.tasks.map(() => [0, 1]);
  const graded = new Set(data.items.graded);
  for (const one of shown) {
    if (graded.has(one.task)) continue;
    for (const score of one.scores) {
      if (score === null) continue;
      const range = ranges[one.task];
      ranges[one.task] = [Math.min(range[0], score), Math.max(range[1] === 1 ? score : range[1], score)];
    }
  }
  return ranges;
}

function meanAt(x, width, model, ranges) {
  const first = Math.floor(x * shown.length / width);
  const last = Math.max(first + 1, Math.floor((x + 1) * shown.length / width));
  let sum = 0;
  let count = 0;
  for (const one of shown.slice(first, last)) {
    const score = one.scores[model];
    if (score === null || score === undefined) continue;
    const [low, high] = ranges[one.task];
    sum += high > low ? (score - low) / (high - low) : 1;
    count += 1;
  }
  return count ? Math.min(1, Math.max(0, sum / count)) : null;
}

function listMore() {
  const list = document.getElementById("list");
  for (const one of shown.slice(listed, listed + PAGE)) {
    const button = element("button");
    button.type = "button";
    button.append(element("span", one.question || "(not opened)"));
    button.append(element("small", `${data.items.tasks[one.task]} ${one.doc}, ${one.split}`));
    button.addEventListener("click", () => choose(one, button));
    list.append(button);
  }
  listed = Math.min(shown.length, listed + PAGE);
  document.getElementById("more").hidden = listed >= shown.length;
}

function choose(one, button) {
  for (const other of document.querySelectorAll("#list button[aria-current]")) {
    other.removeAttribute("aria-current");
  }
  if (button) button.setAttribute("aria-current", "true");
  const detail = document.getElementById("detail");
  const where = `${data.items.tasks[one.task]} ${one.doc}, ${one.split} item`;
  detail.replaceChildren(element("h4", where), element("pre", one.question || "(not opened)"));
  if (one.gold) detail.append(element("h4", "right answer"), element("pre", one.gold));
  const answers = element("div", null, "answers");
  data.items.models.forEach((name, model) => {
    const score = one.scores[model];
    if (score === null || score === undefined) return;
    const box = element("section", null, score >= 0.5 ? "right" : "");
    box.append(element("h4", `${name}: ${score}`));
    box.append(element("pre", one.answers[model] === null ? "(not kept)" : one.answers[model]));
    answers.append(box);
  });
  detail.append(answers);
}

function listenToItems() {
  for (const name of ["which", "split", "task"]) {
    document.getElementById(name).addEventListener("change", showItems);
  }
  document.getElementById("text").addEventListener("input", showItems);
  document.getElementById("more").addEventListener("click", listMore);
  document.querySelector(".filter").addEventListener("submit", (event) => event.preventDefault());
  document.getElementById("matrix").addEventListener("click", (event) => {
    const box = event.currentTarget.getBoundingClientRect();
    const at = Math.floor((event.clientX - box.left) / box.width * shown.length);
    if (shown[at]) choose(shown[at], null);
  });
}

function showPage(values) {
  data = values;
  drawFigures();
  if (!document.getElementById("matrix") || !data.items.items.length) return;
  fillChoices();
  listenToItems();
  showItems();
}

window.addEventListener("resize", () => { if (data && document.getElementById("matrix")) drawMatrix(); });

const packed = document.getElementById("data");
if (packed) {
  unpack(packed.textContent).then((values) => {
    showPage(values);
    drawTheRest();
  });
}
