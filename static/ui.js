// Small helps on every page. Each works on what is there, and the page works without them.
"use strict";

const narrow = window.matchMedia("(max-width: 68rem)");

function setUpMenu() {
  const button = document.querySelector("[data-menu]");
  if (!button) return;
  const menu = document.getElementById(button.getAttribute("aria-controls"));
  const show = (open) => {
    menu.classList.toggle("open", open);
    button.setAttribute("aria-expanded", String(open));
  };
  button.addEventListener("click", () => show(button.getAttribute("aria-expanded") !== "true"));
  document.addEventListener("keydown", (event) => {
    if (event.key !== "Escape" || button.getAttribute("aria-expanded") !== "true") return;
    if (document.querySelector("details.dropdown[open]")) return;
    show(false);
    button.focus();
  });
  narrow.addEventListener("change", () => show(false));
}

function setUpDropdowns() {
  const close = (except) => {
    for (const open of document.querySelectorAll("details.dropdown[open]")) {
      if (open !== except) open.open = false;
    }
  };
  document.addEventListener("click", (event) => close(event.target.closest("details.dropdown")));
  document.addEventListener("focusin", (event) => close(event.target.closest("details.dropdown")));
  document.addEventListener("keydown", (event) => {
    if (event.key !== "Escape") return;
    const open = document.querySelector("details.dropdown[open]");
    if (!open) return;
    open.open = false;
    open.querySelector("summary").focus();
  });
}

function setUpTheme() {
  const root = document.documentElement;
  const button = document.querySelector("[data-theme-button]");
  if (!button) return;
  const system = window.matchMedia("(prefers-color-scheme: dark)");
  const isDark = () => (root.dataset.theme ? root.dataset.theme === "dark" : system.matches);
  const tell = () => {
    button.setAttribute("aria-pressed", String(isDark()));
    document.dispatchEvent(new CustomEvent("themechange"));
  };
  tell();
  system.addEventListener("change", tell);
  button.addEventListener("click", () => {
    root.dataset.theme = isDark() ? "light" : "dark";
    try {
      localStorage.setItem("theme", root.dataset.theme);
    } catch {
      // The choice then lasts for this page only.
    }
    tell();
  });
}

function setUpErrorSummary() {
  const summary = document.getElementById("error-summary");
  if (!summary) return;
  summary.focus();
  for (const link of summary.querySelectorAll("a[href^='#']")) {
    link.addEventListener("click", (event) => {
      const field = document.getElementById(link.hash.slice(1));
      if (!field) return;
      event.preventDefault();
      field.closest(".field")?.scrollIntoView({ block: "center" });
      if (field.tomselect) field.tomselect.focus();
      else field.focus({ preventScroll: true });
    });
  }
}

// A question that opens below its button becomes a dialog.
function setUpConfirmations() {
  for (const details of document.querySelectorAll("details[data-confirm]")) {
    const summary = details.querySelector("summary");
    const form = details.querySelector("form");
    const dialog = document.createElement("dialog");
    const cancel = document.createElement("button");
    dialog.className = "dialog";
    dialog.setAttribute("aria-label", summary.textContent.trim());
    cancel.type = "button";
    cancel.className = "button button-quiet";
    cancel.textContent = details.dataset.cancel;
    cancel.addEventListener("click", () => dialog.close());
    form.querySelector(".actions").prepend(cancel);
    dialog.append(form);
    details.after(dialog);
    dialog.addEventListener("close", () => summary.focus());
    summary.addEventListener("click", (event) => {
      event.preventDefault();
      dialog.showModal();
    });
    if (form.querySelector("[aria-invalid='true']")) dialog.showModal();
  }
}

function setUpPasswords() {
  for (const field of document.querySelectorAll("input[type='password'][data-show]")) {
    const button = document.createElement("button");
    button.type = "button";
    button.className = "button button-quiet reveal";
    button.textContent = field.dataset.show;
    button.setAttribute("aria-label", field.dataset.showLabel);
    button.setAttribute("aria-pressed", "false");
    button.addEventListener("click", () => {
      const shown = field.type === "text";
      field.type = shown ? "password" : "text";
      button.textContent = shown ? field.dataset.show : field.dataset.hide;
      button.setAttribute("aria-pressed", String(!shown));
    });
    field.form?.addEventListener("submit", () => {
      field.type = "password";
    });
    field.after(button);
  }
}

// Moments are written in UTC by the server; here they follow the clock of whoever reads.
function setUpMoments() {
  const language = document.documentElement.lang;
  const words = new Intl.DateTimeFormat(language === "en" ? "en-GB" : language, { dateStyle: "medium", timeStyle: "short" });
  for (const time of document.querySelectorAll("time[data-moment]")) {
    time.textContent = words.format(new Date(time.dateTime));
  }
}

// A second click on a slow line must not send a form twice.
function setUpForms() {
  document.addEventListener("submit", (event) => {
    const form = event.target;
    if (form.method !== "post" || event.defaultPrevented) return;
    if (form.dataset.sent) event.preventDefault();
    form.dataset.sent = "yes";
    setTimeout(() => delete form.dataset.sent, 4000);
  });
  window.addEventListener("pageshow", () => {
    for (const form of document.querySelectorAll("form[data-sent]")) delete form.dataset.sent;
  });
}

// A phone starts with filters folded; a wide window has no button to unfold them, so there they are open.
function setUpFilters() {
  const wide = window.matchMedia("(min-width: 48rem)");
  const fold = () => {
    for (const filter of document.querySelectorAll("details[data-fold]")) filter.open = wide.matches;
  };
  fold();
  wide.addEventListener("change", fold);
}

// Of a row of tabs that is wider than the window, the present one is shown.
function setUpTabs() {
  for (const tabs of document.querySelectorAll(".tabs")) {
    const present = tabs.querySelector("[aria-current]");
    if (present) tabs.scrollLeft = present.offsetLeft - tabs.offsetLeft - (tabs.clientWidth - present.offsetWidth) / 2;
  }
}

// A slider says its number.
function setUpRanges() {
  for (const range of document.querySelectorAll("input[type='range']:not([aria-hidden])")) {
    if (range.parentElement.querySelector("output")) continue;
    const output = document.createElement("output");
    output.className = "affix";
    output.htmlFor = range.id;
    output.value = range.value;
    range.after(output);
    range.addEventListener("input", () => {
      output.value = range.value;
    });
  }
}

document.addEventListener("DOMContentLoaded", () => {
  setUpTabs();
  setUpRanges();
  setUpMenu();
  setUpDropdowns();
  setUpTheme();
  setUpConfirmations();
  setUpPasswords();
  setUpMoments();
  setUpForms();
  setUpFilters();
  setUpErrorSummary();
});
