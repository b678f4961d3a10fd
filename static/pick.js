// Turns <select data-pick> into a search box. Without this file it stays a select.
"use strict";

function line(text, className) {
  const element = document.createElement("div");
  element.className = className;
  element.textContent = text;
  return element;
}

function optionLine(data) {
  const element = line(data.text, "option");
  if (data.note) element.append(line(data.note, "option-note"));
  return element;
}

function remoteSettings(select) {
  const source = select.dataset.source;
  const words = document.getElementById(select.dataset.from);
  return {
    valueField: "value",
    labelField: "text",
    searchField: ["text"],
    // The server has searched and ordered already, in three languages: show what it found as it came.
    score: () => () => 1,
    sortField: [{ field: "$order" }],
    loadThrottle: 200,
    preload: words ? "focus" : false,
    shouldLoad: (query) => query.trim().length > 1 || Boolean(words && words.value.trim()),
    load(query, done) {
      const address = new URL(source, window.location.href);
      address.searchParams.set("q", query.trim() || words.value.trim());
      fetch(address, { headers: { Accept: "application/json" } })
        .then((answer) => (answer.ok ? answer.json() : []))
        .then((found) => {
          this.clearOptions();
          done(found);
        })
        .catch(() => {
          done();
          forget(this);
        });
    },
  };
}

// What was found is asked for anew: the line was broken, or the words beside the search box are others now.
function forget(picker) {
  picker.clearOptions();
  picker.wrapper.classList.remove("preloaded");
}

function setUpPicker(select) {
  const many = select.multiple;
  const remote = select.dataset.pick === "remote";
  const picker = new TomSelect(select, {
    maxItems: many ? Number(select.dataset.most) || null : 1,
    maxOptions: 400,
    create: false,
    // Among what was found, what is chosen already would only stand in the way of the first hit.
    hideSelected: many || remote,
    hidePlaceholder: true,
    closeAfterSelect: !many,
    allowEmptyOption: false,
    plugins: many ? { remove_button: { title: select.dataset.remove }, caret_position: {} } : {},
    render: {
      option: optionLine,
      item: (data) => line(data.text, "item"),
      no_results: () => line(select.dataset.nothing, "no-results"),
      loading: () => line(select.dataset.searching, "no-results"),
    },
    ...(remote ? remoteSettings(select) : {}),
  });
  describe(picker, select);
  if (remote) document.getElementById(select.dataset.from)?.addEventListener("change", () => forget(picker));
  return picker;
}

// The label now belongs to the search box, so what describes the field must move there too, and the hidden
// select must leave the accessibility tree.
function describe(picker, select) {
  const box = picker.control_input;
  for (const name of ["aria-describedby", "aria-invalid"]) {
    if (select.hasAttribute(name)) box.setAttribute(name, select.getAttribute(name));
  }
  if (select.required) box.setAttribute("aria-required", "true");
  select.setAttribute("aria-hidden", "true");
}

document.addEventListener("DOMContentLoaded", () => {
  for (const select of document.querySelectorAll("select[data-pick]")) setUpPicker(select);
});
