// Runs before the page is drawn, so that a chosen theme shows without a flash.
(function () {
  "use strict";
  const root = document.documentElement;
  root.classList.add("js");
  try {
    const theme = localStorage.getItem("theme");
    if (theme === "dark" || theme === "light") root.dataset.theme = theme;
  } catch {
    // Storage may be closed: the colours of the system stay.
  }
})();
