"use strict";
// Keeps a run's page as new as its ledger.

const PAUSE_MS = 1000;
const name = document.body.dataset.name.split("/").map(encodeURIComponent).join("/");

let asked = 0;
let answered = -1;
let busy = false;

function say(text) {
  document.getElementById("live").textContent = text;
}

async function read(address) {
  const answer = await fetch(address);
  if (!answer.ok) throw new Error(await answer.text());
  return answer.json();
}

async function refresh() {
  if (busy) return;
  busy = true;
  while (answered < asked) {
    const revision = asked;
    try {
      const values = await read(`/data/${name}`);
      const same = data && data.items_mark === values.items_mark;
      values.items = same ? data.items : await read(`/items/${name}`);
      renew(values);
    } catch (error) {
      say(`cannot be read: ${error.message}`);
    }
    answered = revision;
    await new Promise((done) => setTimeout(done, PAUSE_MS));
  }
  busy = false;
}

// Puts what is new into its place; what stays the same is left, so that nobody loses their place.
function renew(values) {
  const fresh = new DOMParser().parseFromString(values.body, "text/html");
  for (const part of ["header", "nav", "footer"]) swap(document.querySelector(`#page > ${part}`), fresh.querySelector(part));
  for (const section of fresh.querySelectorAll("section")) {
    const here = document.getElementById(section.id);
    if (!here) {
      document.querySelector("#page > footer").before(section);
    } else if (section.id === "items" && document.getElementById("matrix")) {
      renewSection(here, section, ".remarks, .scroll");
    } else {
      renewSection(here, section, ".remarks, .scroll, h3");
    }
  }
  const before = data;
  data = values;
  for (const place of document.querySelectorAll(".chart")) {
    const figure = place.dataset.figure;
    const same = before && JSON.stringify(before.figures[figure]) === JSON.stringify(data.figures[figure]);
    if (!same) redraw(place);
  }
  renewItems(before);
}

function renewSection(here, section, others) {
  const old = here.querySelector(".figures");
  const names = (box) => [...box.querySelectorAll(".chart")].map((one) => one.dataset.figure).join();
  const next = section.querySelector(".figures");
  if (names(old) !== names(next)) {
    old.replaceWith(next);
  } else {
    const captions = next.querySelectorAll("figcaption, .note");
    old.querySelectorAll("figcaption, .note").forEach((one, number) => { one.textContent = captions[number].textContent; });
  }
  const mine = here.querySelectorAll(others);
  const theirs = section.querySelectorAll(others);
  if (mine.length === theirs.length) mine.forEach((one, number) => swap(one, theirs[number]));
  else if (section.id !== "items") here.replaceChildren(...section.children);
}

function swap(mine, theirs) {
  if (mine && theirs && mine.innerHTML !== theirs.innerHTML) mine.replaceWith(theirs);
}

function redraw(place) {
  place.style.minHeight = `${place.clientHeight}px`;
  if (watcher) watcher.unobserve(place);
  else drawFigures();
  if (watcher) watcher.observe(place);
}

function renewItems(before) {
  if (!document.getElementById("matrix") || !data.items.items.length) return;
  if (!before || !before.items.items.length) {
    fillChoices();
    listenToItems();
    showItems();
  } else if (before.items_mark !== data.items_mark) {
    showItems();
  }
}

const source = new EventSource(`/events/${name}`);
source.onmessage = (event) => {
  const news = JSON.parse(event.data);
  say(news.state);
  document.querySelector(".headline").textContent = news.headline;
  const boxes = Object.entries(news.facts).map(([what, value]) => {
    const box = element("div");
    box.append(element("dt", what), element("dd", value));
    return box;
  });
  document.querySelector(".facts").replaceChildren(...boxes);
  asked += 1;
  refresh();
};
source.onerror = () => say("the page's server does not answer; the run goes on without it");
