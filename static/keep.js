// Keeps what is typed into <form data-keep> until the server has it: a broken line, a reload, a page left by mistake
// lose nothing. It stays in this tab only, and goes with it.
"use strict";

const KEPT = "kept:";

function fieldsOf(form) {
  return [...form.elements].filter((field) => field.name && !["hidden", "submit", "button", "file"].includes(field.type));
}

function valueOf(field) {
  if (["checkbox", "radio"].includes(field.type)) return field.checked;
  return field.tagName === "SELECT" ? [...field.selectedOptions].map((option) => [option.value, option.text]) : field.value;
}

function give(field, value) {
  if (typeof value === "boolean") field.checked = value;
  else if (typeof value === "string") field.value = value;
  else {
    for (const option of field.options) option.selected = false;
    for (const [code, text] of value) {
      const known = [...field.options].find((option) => option.value === code);
      if (known) known.selected = true;
      else field.append(new Option(text, code, true, true));
    }
  }
}

function read(path) {
  try {
    return JSON.parse(sessionStorage.getItem(KEPT + path));
  } catch {
    return null;
  }
}

function write(path, kept) {
  try {
    if (kept) sessionStorage.setItem(KEPT + path, JSON.stringify(kept));
    else sessionStorage.removeItem(KEPT + path);
  } catch {
    // Without room to keep it, the page works as any other.
  }
}

// Whoever comes from a form that was sent, to a page that is no refusal, has been heard.
function forgetWhatArrived() {
  const status = performance.getEntriesByType("navigation")[0]?.responseStatus;
  const refused = (status >= 400 && status !== 422) || document.querySelector("main input[type='password']");
  if (refused || !document.referrer) return;
  const from = new URL(document.referrer);
  if (from.origin === window.location.origin && read(from.pathname)?.sent) write(from.pathname, null);
}

function setUpKeeping(form) {
  const path = window.location.pathname;
  const names = () => fieldsOf(form).map((field) => `${field.name}=${field.type === "checkbox" ? field.value : ""}`).join();
  const values = () => fieldsOf(form).map(valueOf);
  const kept = read(path);
  if (kept && kept.names === names() && JSON.stringify(kept.values) !== JSON.stringify(values())) {
    fieldsOf(form).forEach((field, index) => give(field, kept.values[index]));
    tell(form, path);
  } else if (kept) write(path, null);
  const keep = (sent) => write(path, { names: names(), values: values(), sent });
  if (form.querySelector("[aria-invalid='true']")) keep(false);
  form.addEventListener("input", () => keep(false));
  form.addEventListener("change", () => keep(false));
  form.addEventListener("submit", (event) => {
    keep(true);
    if (navigator.onLine) return;
    event.preventDefault();
    show(form, form.dataset.offline);
  });
}

function show(form, text) {
  const line = document.createElement("p");
  line.className = "notice notice-warn kept";
  const words = document.createElement("span");
  words.textContent = text;
  line.append(words);
  document.querySelector(".kept")?.remove();
  document.querySelector(".flashes").append(line);
  line.scrollIntoView({ block: "center" });
  return line;
}

function tell(form, path) {
  const button = document.createElement("button");
  button.type = "button";
  button.className = "button button-quiet button-small";
  button.textContent = form.dataset.discard;
  button.addEventListener("click", () => {
    write(path, null);
    window.location.reload();
  });
  show(form, form.dataset.keep).append(button);
}

// Before the pickers are drawn: they take over what their selects hold.
forgetWhatArrived();
for (const form of document.querySelectorAll("form[data-keep]")) setUpKeeping(form);
