// Saves each answer of <form data-answers> as soon as it is chosen. Without this file the page's buttons do.
"use strict";

const PAUSE = 350; // whoever moves through the answers by arrow keys has not chosen yet
const AGAIN = 3000;

function setUpAnswers(form) {
  const waiting = new Map(); // fieldset → the answer that the server does not have yet
  let timer = null;
  let busy = false;

  const tell = (question, text, state) => {
    const line = question.querySelector("[data-state]");
    line.textContent = text;
    line.dataset.state = state;
  };

  const soon = (delay) => {
    clearTimeout(timer);
    timer = setTimeout(flush, delay);
  };

  async function send(question, chosen) {
    const body = new URLSearchParams({
      csrf_token: form.elements.csrf_token.value,
      firm: form.elements.firm.value,
      market: form.dataset.market,
      item: chosen.name,
      value: chosen.value,
    });
    const answer = await fetch(form.dataset.answers, { method: "POST", body, headers: { Accept: "application/json" } });
    if (!answer.ok) {
      waiting.delete(question);
      tell(question, form.dataset.refused, "failed");
      return;
    }
    const progress = await answer.json();
    if (waiting.get(question) === chosen) {
      waiting.delete(question);
      tell(question, form.dataset.saved, "saved");
    }
    document.querySelector("[data-progress-words]").textContent = progress.words;
    document.querySelector("[data-progress] .bar-fill").setAttribute("width", (100 * progress.share).toFixed(1));
  }

  async function flush() {
    if (busy) return;
    busy = true;
    let delay = null;
    for (const [question, chosen] of [...waiting]) {
      try {
        await send(question, chosen);
      } catch {
        tell(question, form.dataset.broken, "failed");
        delay = AGAIN;
      }
    }
    busy = false;
    if (waiting.size) soon(delay ?? PAUSE);
  }

  form.addEventListener("change", (event) => {
    const question = event.target.closest("fieldset");
    waiting.set(question, event.target);
    tell(question, form.dataset.saving, "saving");
    soon(PAUSE);
  });
  form.addEventListener("submit", (event) => {
    if (navigator.onLine) {
      waiting.clear(); // the form carries every answer
      return;
    }
    event.preventDefault();
    for (const question of waiting.keys()) tell(question, form.dataset.broken, "failed");
  });
  window.addEventListener("online", () => soon(0));
  window.addEventListener("beforeunload", (event) => {
    if (waiting.size) event.preventDefault();
  });
}

for (const form of document.querySelectorAll("form[data-answers]")) setUpAnswers(form);
