// Looks every second or two how far the work is, and goes where its result is. Without scripts there is a link.
"use strict";

const EVERY = 1500;

async function look() {
  let answer;
  try {
    answer = await fetch(location.href, { headers: { "X-Requested-With": "fetch" } });
  } catch {
    return setTimeout(look, 4 * EVERY); // the line is broken: later, then
  }
  if (answer.redirected || !answer.ok) return location.assign(answer.redirected ? answer.url : location.href);
  const page = new DOMParser().parseFromString(await answer.text(), "text/html");
  const [here, there] = [document, page].map((one) => one.querySelector("[data-wait]"));
  if (!there) return location.reload();
  if (there.dataset.wait === "over") return location.reload();
  if (here.innerHTML !== there.innerHTML) here.replaceChildren(...there.childNodes);
  return setTimeout(look, EVERY);
}

setTimeout(look, EVERY);
