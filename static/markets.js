// Ranks compared markets at once when a weight changes. Without this file the form is sent and the server ranks, with
// the same whole numbers: standings in ten-thousandths, points in tenths.
"use strict";

const SCALE = 10000;

// Points of one market in tenths, which add up to its score (largest remainders), and its exact score as a fraction.
function judge(known, weights) {
  const names = Object.keys(weights).filter((name) => weights[name] > 0);
  const counted = names.filter((name) => known[name] !== undefined);
  const unknown = names.length - counted.length;
  if (!counted.length) return { score: null, points: {}, unknown, part: -1, whole: 1 };
  const whole = SCALE * counted.reduce((sum, name) => sum + weights[name], 0);
  const parts = Object.fromEntries(counted.map((name) => [name, 1000 * weights[name] * known[name]]));
  const part = counted.reduce((sum, name) => sum + parts[name], 0);
  const score = Math.floor((2 * part + whole) / (2 * whole));
  const points = Object.fromEntries(counted.map((name) => [name, Math.floor(parts[name] / whole)]));
  const missing = score - counted.reduce((sum, name) => sum + points[name], 0);
  const order = [...counted].sort((a, b) => (parts[b] % whole) - (parts[a] % whole));
  for (const name of order.slice(0, missing)) points[name] += 1;
  return { score, points, unknown, part, whole };
}

function readStandings(form) {
  const standings = {};
  for (const row of form.querySelectorAll("tr[data-criterion]")) {
    for (const cell of row.querySelectorAll("td[data-market]")) {
      const known = (standings[cell.dataset.market] ??= {});
      if (cell.dataset.standing !== "") known[row.dataset.criterion] = Number(cell.dataset.standing);
    }
  }
  return standings;
}

// The weights that stand in the fields, or null while one of them is no whole number from 0 on.
function readWeights(form) {
  const weights = {};
  for (const row of form.querySelectorAll("tr[data-criterion]")) {
    const field = row.querySelector("input");
    if (!field.validity.valid || field.value === "") return null;
    weights[row.dataset.criterion] = Number(field.value);
  }
  return weights;
}

function setUpRanking(form) {
  const list = document.querySelector("[data-ranking]");
  const said = document.querySelector("[data-said]");
  const zero = form.querySelector("[data-zero]");
  const language = document.documentElement.lang;
  const words = new Intl.NumberFormat(language === "en" ? "en-GB" : language, {
    minimumFractionDigits: 1,
    maximumFractionDigits: 1,
  });
  const tenths = (value) => words.format(value / 10);
  const unknown = form.dataset.unknownWord;
  const standings = readStandings(form);

  function show(weights) {
    const found = Object.entries(standings).map(([market, known]) => ({ market, ...judge(known, weights) }));
    found.sort((a, b) => b.part * a.whole - a.part * b.whole || (a.market < b.market ? -1 : 1));
    for (const { market, score, points, unknown: count } of found) {
      const item = list.querySelector(`[data-market="${market}"]`);
      item.querySelector("[data-score]").textContent = score === null ? unknown : tenths(score);
      item.querySelector(".bar-fill").setAttribute("width", ((score ?? 0) / 10).toFixed(1));
      const left = item.querySelector("[data-unknown]");
      left.hidden = !count;
      left.textContent = form.dataset.leftOut.replace("{count}", count);
      list.append(item);
      for (const row of form.querySelectorAll("tr[data-criterion]")) {
        const cell = row.querySelector(`td[data-market="${market}"] [data-points]`);
        if (cell) cell.textContent = tenths(points[row.dataset.criterion] ?? 0);
      }
      const sum = form.querySelector(`tr[data-total] td[data-market="${market}"] [data-points]`);
      sum.textContent = score === null ? unknown : tenths(score);
    }
    const names = [...list.children].map((item) => item.querySelector("strong").textContent);
    said.textContent = said.dataset.said.replace("{list}", names.join(", "));
  }

  // The address, and every link and form that leads on from here, carry the weights.
  function keep(weights) {
    const put = (parameters) => {
      for (const [name, weight] of Object.entries(weights)) parameters.set(name, weight);
      return parameters;
    };
    const here = new URL(window.location.href);
    here.searchParams.delete("market");
    for (const field of form.querySelectorAll("input[name='market']")) here.searchParams.append("market", field.value);
    put(here.searchParams);
    window.history.replaceState(null, "", here);
    for (const link of document.querySelectorAll("a[data-weights]")) {
      const address = new URL(link.href);
      put(address.searchParams);
      link.href = address.href;
    }
    for (const other of document.querySelectorAll("form[data-weights]")) {
      for (const [name, weight] of Object.entries(weights)) {
        let field = other.querySelector(`input[name="${name}"]`);
        if (!field) {
          field = document.createElement("input");
          field.type = "hidden";
          field.name = name;
          other.append(field);
        }
        field.value = weight;
      }
    }
  }

  form.addEventListener("input", () => {
    const weights = readWeights(form);
    if (!weights) return;
    const empty = Object.values(weights).every((weight) => weight === 0);
    zero.hidden = !empty;
    if (empty) return;
    show(weights);
    keep(weights);
  });
}

document.addEventListener("DOMContentLoaded", () => {
  const form = document.querySelector("form[data-ranks]");
  if (form) setUpRanking(form);
});
