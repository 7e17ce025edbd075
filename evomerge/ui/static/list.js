"use strict";
// Keeps the list of runs as new as the folder, while nobody is choosing.

const AGAIN_MS = 3000;

async function renewList() {
  const chosen = document.querySelector("input:checked");
  if (!chosen && !document.hidden) {
    try {
      const text = await (await fetch("/")).text();
      const fresh = new DOMParser().parseFromString(text, "text/html").getElementById("page");
      const here = document.getElementById("page");
      const again = document.querySelector("input:checked");
      if (!again && fresh.innerHTML !== here.innerHTML) here.replaceWith(fresh);
    } catch (error) {
      // the server has gone: what was listed stays
    }
  }
  setTimeout(renewList, AGAIN_MS);
}

setTimeout(renewList, AGAIN_MS);
