// The network as a drawing. The list beside it comes from the server and works alone.
"use strict";

(() => {
  const root = document.querySelector("[data-network]");
  if (!root) return;

  const canvas = root.querySelector("[data-canvas]");
  const panel = root.querySelector("[data-panel-body]");
  const tip = root.querySelector("[data-tip]");
  const status = root.querySelector("[data-status]");
  const form = root.querySelector("form");
  const phone = window.matchMedia("(max-width: 48rem)");
  const calm = window.matchMedia("(prefers-reduced-motion: reduce)");
  const HOVER_MOST = 5000; // above this many firms neighbours are shown on a click only
  const NEAR_STEPS = 2;
  const FEW = 40;
  const FLIGHT = 400; // milliseconds

  let data = null; // what /network.json gave
  let sigma = null;
  let graph = null;
  let colours = {};
  let level = root.dataset.level;
  let selected = ""; // "firm:KEY" or "cluster:KEY"
  let focus = null; // node whose neighbours stand out
  let around = null; // it and its neighbours
  let loading = null;

  // ---------------------------------------------------------------- words and colours

  const say = (text) => {
    status.textContent = text;
  };

  const count = (number) => new Intl.NumberFormat(root.dataset.locale).format(number);

  function readColours() {
    const style = getComputedStyle(document.documentElement);
    const value = (name) => style.getPropertyValue(name).trim();
    colours = {
      text: value("--text"),
      surface: value("--surface"),
      line: value("--line"),
      border: value("--border"),
      accent: value("--accent"),
      clusters: [1, 2, 3, 4, 5, 6, 7, 8].map((number) => value(`--cluster-${number}`)),
    };
  }

  const channels = (hex) => [1, 3, 5].map((at) => parseInt(hex.slice(at, at + 2), 16));
  const withAlpha = (hex, alpha) => `rgba(${channels(hex).join(",")},${alpha})`;

  // sigma's programs blend as if colours came already multiplied by their alpha.
  const glAlpha = (hex, alpha) => `rgba(${channels(hex).map((one) => Math.round(one * alpha)).join(",")},${alpha})`;

  // A colour on the surface, as strong as the share says, without being transparent.
  const mixed = (hex, share) => {
    const ground = channels(colours.surface);
    return `rgb(${channels(hex).map((one, at) => Math.round(one * share + ground[at] * (1 - share))).join(",")})`;
  };

  const clusterColour = (cluster) =>
    cluster < 0 ? colours.line : colours.clusters[data.clusters.colour[cluster] - 1];

  // ---------------------------------------------------------------- the graph

  function firmColour(place) {
    if (data.faint[place]) return colours.border;
    return clusterColour(data.firms.c[place]);
  }

  function tieColour(first, second) {
    const firms = data.firms;
    if (data.faint[first] || data.faint[second]) return glAlpha(colours.line, 0.05);
    const inside = firms.c[first] === firms.c[second];
    if (inside) return glAlpha(clusterColour(firms.c[first]), firms.key.length > HOVER_MOST ? 0.25 : 0.5);
    return glAlpha(colours.line, data.outsideAlpha);
  }

  function buildFirms(places) {
    const made = new graphology.UndirectedGraph();
    const firms = data.firms;
    const chosen = places ? new Set(places) : null;
    // What does not match is drawn first, so that it lies below.
    const order = [...firms.key.keys()].filter((place) => !chosen || chosen.has(place));
    order.sort((a, b) => data.faint[b] - data.faint[a]);
    const few = order.length <= FEW; // then all are named at once
    for (const place of order) {
      made.addNode(String(place), {
        type: "point",
        x: firms.x[place],
        y: -firms.y[place],
        size: 0.34 + 0.42 * Math.sqrt(data.degree[place] / data.mostTies),
        color: firmColour(place),
        label: data.faint[place] ? "" : firms.name[place],
        forceLabel: few,
      });
    }
    for (let tie = 0; tie < data.ties.length; tie += 2) {
      const [first, second] = [data.ties[tie], data.ties[tie + 1]];
      if (chosen && !(chosen.has(first) && chosen.has(second))) continue;
      made.addEdge(String(first), String(second), { type: "thin", size: 1, color: tieColour(first, second) });
    }
    return made;
  }

  function clusterLinks() {
    const links = new Map();
    const { c } = data.firms;
    for (let tie = 0; tie < data.ties.length; tie += 2) {
      const [one, other] = [c[data.ties[tie]], c[data.ties[tie + 1]]];
      if (one === other || one < 0 || other < 0) continue;
      const key = `${Math.min(one, other)},${Math.max(one, other)}`;
      links.set(key, (links.get(key) || 0) + 1);
    }
    return links;
  }

  function buildClusters() {
    const made = new graphology.UndirectedGraph();
    const clusters = data.clusters;
    clusters.key.forEach((_, cluster) => {
      made.addNode(`c${cluster}`, {
        type: "disc",
        x: clusters.x[cluster],
        y: -clusters.y[cluster],
        size: clusters.r[cluster],
        color: mixed(clusters.found[cluster] ? clusterColour(cluster) : colours.border, 0.3),
        label: "",
      });
    });
    const links = clusterLinks();
    const most = Math.max(1, ...links.values());
    for (const [key, ties] of links) {
      const [one, other] = key.split(",");
      const share = ties / most;
      if (share < 0.04 && links.size > 120) continue;
      made.addEdge(`c${one}`, `c${other}`, {
        type: "band",
        size: 0.2 + 1.2 * share,
        color: glAlpha(colours.line, 0.15 + 0.4 * share),
      });
    }
    return made;
  }

  function nearby() {
    let ring = new Set([data.ours]);
    const found = new Set(ring);
    for (let step = 0; step < NEAR_STEPS; step += 1) {
      const next = new Set();
      for (const place of ring) for (const other of data.neighbours[place]) if (!found.has(other)) next.add(other);
      for (const place of next) found.add(place);
      ring = next;
    }
    return [...found];
  }

  function extent() {
    const bounds = { x: [Infinity, -Infinity], y: [Infinity, -Infinity] };
    const widen = (x, y, radius) => {
      bounds.x = [Math.min(bounds.x[0], x - radius), Math.max(bounds.x[1], x + radius)];
      bounds.y = [Math.min(bounds.y[0], y - radius), Math.max(bounds.y[1], y + radius)];
    };
    if (level !== "near") {
      const { x, y, r } = data.clusters;
      x.forEach((_, cluster) => widen(x[cluster], -y[cluster], r[cluster]));
    }
    graph.forEachNode((_, { x, y, size }) => widen(x, y, size + 1));
    return bounds.x[0] < bounds.x[1] ? bounds : { x: [-10, 10], y: [-10, 10] };
  }

  // ---------------------------------------------------------------- the drawing

  function drawLabelPill(context, node, settings) {
    if (!node.label) return;
    const size = settings.labelSize;
    context.font = `600 ${size}px ${settings.labelFont}`;
    const width = context.measureText(node.label).width;
    const [x, y] = [node.x + node.size + 6, node.y];
    context.fillStyle = colours.surface;
    context.strokeStyle = colours.line;
    context.lineWidth = 1;
    context.beginPath();
    context.roundRect(x - 5, y - size * 0.8, width + 10, size * 1.6, 6);
    context.fill();
    context.stroke();
    context.fillStyle = colours.text;
    context.fillText(node.label, x, y + size / 3);
    ringAround(context, node.x, node.y, node.size + 2);
  }

  function ringAround(context, x, y, radius) {
    context.beginPath();
    context.arc(x, y, radius, 0, 2 * Math.PI);
    context.lineWidth = 3;
    context.strokeStyle = colours.accent;
    context.stroke();
  }

  function drawLabel(context, node, settings) {
    if (!node.label) return;
    const size = settings.labelSize;
    context.font = `500 ${size}px ${settings.labelFont}`;
    haloed(context, node.label, node.x + node.size + 4, node.y + size / 3, "left");
  }

  function haloed(context, text, x, y, align) {
    context.textAlign = align;
    context.lineJoin = "round";
    context.lineWidth = 4;
    context.strokeStyle = colours.surface;
    context.strokeText(text, x, y);
    context.fillStyle = colours.text;
    context.fillText(text, x, y);
    context.textAlign = "left";
  }

  function screenDisc(cluster) {
    const { x, y, r } = data.clusters;
    const centre = sigma.graphToViewport({ x: x[cluster], y: -y[cluster] });
    const edge = sigma.graphToViewport({ x: x[cluster] + r[cluster], y: -y[cluster] });
    return { x: centre.x, y: centre.y, r: Math.hypot(edge.x - centre.x, edge.y - centre.y) };
  }

  function clearLayer(name) {
    const context = sigma.getCanvases()[name].getContext("2d");
    const { width, height } = sigma.getDimensions();
    context.clearRect(0, 0, width, height);
    return context;
  }

  // The ground of each cluster, below its firms.
  function drawGround() {
    const context = clearLayer("ground");
    if (level === "near") return;
    data.clusters.key.forEach((key, cluster) => {
      const disc = screenDisc(cluster);
      const chosen = selected === `cluster:${key}`;
      const found = data.clusters.found[cluster];
      const colour = found ? clusterColour(cluster) : colours.line;
      context.beginPath();
      context.arc(disc.x, disc.y, disc.r, 0, 2 * Math.PI);
      context.fillStyle = withAlpha(colour, found ? 0.1 : 0.04);
      context.fill();
      if (level === "clusters") {
        context.lineWidth = 4;
        context.strokeStyle = found ? colour : colours.border;
        context.stroke();
      }
      if (chosen) ringAround(context, disc.x, disc.y, disc.r + 3);
    });
  }

  const wrap = (text, most) => {
    const lines = [];
    for (const word of text.split(" ")) {
      const last = lines[lines.length - 1];
      if (last !== undefined && (last + " " + word).length <= most) lines[lines.length - 1] = `${last} ${word}`;
      else lines.push(word);
    }
    return lines.length > 3 ? [...lines.slice(0, 2), `${lines[2]}…`] : lines;
  };

  function markOurs(context) {
    if (data.ours === null || level === "clusters") return;
    const { x, y, size } = graph.getNodeAttributes(String(data.ours));
    const at = sigma.graphToViewport({ x, y });
    const edge = sigma.graphToViewport({ x: x + size, y });
    ringAround(context, at.x, at.y, Math.max(6, Math.hypot(edge.x - at.x, edge.y - at.y) + 4));
  }

  function drawNames() {
    const context = clearLayer("names");
    if (level !== "near") nameClusters(context);
    markOurs(context);
  }

  // Names of the clusters, the largest first, none over another.
  function nameClusters(context) {
    const { width, height } = sigma.getDimensions();
    const taken = [];
    for (const cluster of data.bySize) {
      const disc = screenDisc(cluster);
      const size = width < 500 || (level === "clusters" && disc.r < 36) ? 11 : 13;
      context.font = `600 ${size}px "Source Sans 3", sans-serif`;
      if (!data.clusters.found[cluster] || disc.r < 9) continue;
      if (disc.x + disc.r < 0 || disc.x - disc.r > width || disc.y + disc.r < 0 || disc.y - disc.r > height) continue;
      const lines = data.clusters.name[cluster].split(" · ").flatMap((part) => wrap(part, 18));
      const wide = Math.max(...lines.map((line) => context.measureText(line).width));
      const high = lines.length * size * 1.2;
      const top = level === "clusters" ? disc.y - high / 2 : disc.y + disc.r + 4;
      const box = [disc.x - wide / 2, top, disc.x + wide / 2, top + high];
      if (box[0] < 0 || box[2] > width || box[3] > height) continue;
      if (taken.some((one) => one[0] < box[2] && box[0] < one[2] && one[1] < box[3] && box[1] < one[3])) continue;
      taken.push(box);
      lines.forEach((line, at) => haloed(context, line, disc.x, top + size * (0.95 + 1.2 * at), "center"));
    }
  }

  function nodeLook(node, attributes) {
    if (selected === `firm:${data.firms.key[Number(node)]}`) return { ...attributes, highlighted: true };
    if (around && !around.has(node)) return { ...attributes, color: colours.border, label: "" };
    return attributes;
  }

  function edgeLook(edge, attributes) {
    if (!around) return attributes;
    if (!graph.hasExtremity(edge, focus)) return { ...attributes, hidden: true };
    return { ...attributes, color: colours.text };
  }

  function settings() {
    return {
      nodeProgramClasses: { point: Sigma.rendering.NodePointProgram, disc: Sigma.rendering.NodeCircleProgram },
      nodeHoverProgramClasses: { point: Sigma.rendering.NodePointProgram, disc: Sigma.rendering.NodeCircleProgram },
      edgeProgramClasses: { thin: Sigma.rendering.EdgeLineProgram, band: Sigma.rendering.EdgeRectangleProgram },
      defaultNodeType: "point",
      defaultEdgeType: "thin",
      itemSizesReference: "positions",
      zoomToSizeRatioFunction: (ratio) => ratio,
      minCameraRatio: 0.02,
      maxCameraRatio: 2.5,
      enableCameraRotation: false,
      stagePadding: 26,
      hideEdgesOnMove: true,
      hideLabelsOnMove: true,
      renderEdgeLabels: false,
      enableEdgeEvents: false,
      minEdgeThickness: 0.8,
      labelFont: '"Source Sans 3", sans-serif',
      labelSize: 14,
      labelDensity: 0.8,
      labelGridCellSize: 130,
      labelRenderedSizeThreshold: 13,
      defaultDrawNodeLabel: drawLabel,
      defaultDrawNodeHover: drawLabelPill,
      nodeReducer: nodeLook,
      edgeReducer: edgeLook,
    };
  }

  function draw() {
    for (const button of root.querySelectorAll("[data-level-button]")) {
      button.setAttribute("aria-pressed", String(button.dataset.levelButton === level));
    }
    graph = level === "clusters" ? buildClusters() : buildFirms(level === "near" ? nearby() : null);
    if (!sigma) {
      // Begun empty, so that the graph is taken up only once.
      sigma = new Sigma(new graphology.UndirectedGraph(), canvas, settings());
      sigma.createCanvasContext("ground", { beforeLayer: "edges" });
      sigma.createCanvasContext("names", { afterLayer: "labels", style: { pointerEvents: "none" } });
      sigma.resize(true);
      sigma.on("afterRender", () => {
        drawGround();
        drawNames();
      });
      listen();
    }
    sigma.getCamera().setState({ ...sigma.getCamera().getState(), ...WHOLE });
    sigma.setCustomBBox(extent());
    lookAt();
    sigma.setGraph(graph);
    if (selected) bring(selected);
  }

  // ---------------------------------------------------------------- choosing

  function fly(state) {
    const camera = sigma.getCamera();
    const now = camera.getState();
    if (calm.matches) camera.setState({ ...now, ...state });
    else if (Object.keys(state).some((name) => Math.abs(state[name] - now[name]) > 1e-6)) {
      // The last step of a flight is drawn as a movement, without ties and labels.
      camera.animate(state, { duration: FLIGHT }).then(() => sigma.scheduleRender());
    }
  }

  const WHOLE = { x: 0.5, y: 0.5, ratio: 1 };
  const fit = () => fly(WHOLE);

  function framed(x, y) {
    return sigma.viewportToFramedGraph(sigma.graphToViewport({ x, y: -y }));
  }

  function zoomTo(x, y, radius) {
    const bounds = sigma.getBBox();
    const whole = Math.max(bounds.x[1] - bounds.x[0], bounds.y[1] - bounds.y[0]);
    fly({ ...framed(x, y), ratio: Math.min(1, Math.max(0.06, (2.6 * radius) / whole)) });
  }

  // The node of the chosen firm and its neighbours stand out, unless the pointer is on another.
  function lookAt(node = null) {
    const place = selected.startsWith("firm:") ? data.placeOf.get(selected.slice(5)) : undefined;
    const chosen = place === undefined ? null : String(place);
    focus = node && graph.hasNode(node) ? node : chosen && graph.hasNode(chosen) ? chosen : null;
    around = focus ? new Set([focus, ...graph.neighbors(focus)]) : null;
  }

  function standOut(node = null) {
    lookAt(node);
    sigma.refresh({ skipIndexation: true });
  }

  // Mark what is chosen, and if wished bring it into view.
  function show(what, { moves }) {
    selected = what;
    root.dataset.selected = what;
    if (!sigma) return;
    standOut();
    if (moves) bring(what);
  }

  function bring(what) {
    const [kind, key] = what.split(/:(.*)/s);
    const cluster = data.clusters.key.indexOf(key);
    if (level !== "firms") return; // the others are shown whole
    if (kind === "firm" && data.placeOf.has(key)) {
      const place = data.placeOf.get(key);
      const { x, y, c } = data.firms;
      zoomTo(x[place], y[place], c[place] < 0 ? 12 : Math.max(8, data.clusters.r[c[place]] * 0.6));
    } else if (kind === "cluster" && cluster >= 0) {
      zoomTo(data.clusters.x[cluster], data.clusters.y[cluster], data.clusters.r[cluster]);
    }
  }

  const address = (changes) => {
    const url = new URL(location.href);
    for (const name of ["cluster", "firm", "page", "q"]) url.searchParams.delete(name);
    for (const [name, value] of Object.entries(changes)) url.searchParams.set(name, value);
    return url;
  };

  const chooseFirm = (place, options) => open(address({ firm: data.firms.key[place] }), options);
  const chooseCluster = (cluster, options) => open(address({ cluster: data.clusters.key[cluster] }), options);

  // Load the list for an address, and follow it in the drawing.
  async function open(url, { push = true, moves = true, heading = false } = {}) {
    loading?.abort();
    loading = new AbortController();
    let html;
    try {
      const answer = await fetch(root.dataset.panel + url.search, { signal: loading.signal });
      if (!answer.ok || answer.redirected) throw new Error(answer.statusText);
      html = await answer.text();
    } catch (error) {
      if (error.name !== "AbortError") location.assign(url);
      return;
    }
    panel.innerHTML = html;
    panel.scrollTop = 0;
    if (push) history.pushState(null, "", url);
    const part = panel.firstElementChild;
    show(part.dataset.selected, { moves });
    if (heading) panel.querySelector("h2")?.focus({ preventScroll: !phone.matches });
    if (part.dataset.title && data) say(data.words.selected.replace("{name}", part.dataset.title));
  }

  // ---------------------------------------------------------------- pointer and keys

  function showTip(node) {
    const attributes = graph.getNodeAttributes(node);
    const at = sigma.graphToViewport(attributes);
    const name = document.createElement("strong");
    const about = document.createElement("span");
    if (level === "clusters") {
      const cluster = Number(node.slice(1));
      name.textContent = data.clusters.name[cluster];
      about.textContent = data.words.firms.replace("{count}", count(data.clusters.n[cluster]));
    } else {
      const place = Number(node);
      const cluster = data.firms.c[place];
      name.textContent = data.firms.name[place];
      const group = cluster < 0 ? data.words.alone : data.clusters.name[cluster];
      about.textContent = `${data.countries[data.firms.country[place]]} · ${group}`;
    }
    tip.replaceChildren(name, about);
    tip.hidden = false;
    const { width } = sigma.getDimensions();
    const left = at.x + 16 + tip.offsetWidth > width ? at.x - 16 - tip.offsetWidth : at.x + 16;
    tip.style.left = `${Math.max(4, left)}px`;
    tip.style.top = `${Math.max(4, at.y + 12)}px`;
  }

  function listen() {
    sigma.on("enterNode", ({ node }) => {
      canvas.dataset.over = "yes";
      if (graph.order <= HOVER_MOST && level !== "clusters") standOut(node);
      showTip(node);
    });
    sigma.on("leaveNode", () => {
      delete canvas.dataset.over;
      tip.hidden = true;
      if (graph.order <= HOVER_MOST && level !== "clusters") standOut();
    });
    sigma.on("clickNode", ({ node }) => {
      tip.hidden = true;
      if (level === "clusters") chooseCluster(Number(node.slice(1)), { moves: false });
      else chooseFirm(Number(node), { moves: false });
    });
    sigma.on("clickStage", ({ event }) => {
      if (level !== "firms") return;
      const at = sigma.viewportToGraph({ x: event.x, y: event.y });
      const { x, y, r } = data.clusters;
      const cluster = x.findIndex((_, one) => Math.hypot(x[one] - at.x, y[one] + at.y) < r[one]);
      if (cluster >= 0) chooseCluster(cluster, { moves: false });
    });
    sigma.on("doubleClickNode", ({ node, preventSigmaDefault }) => {
      if (level !== "clusters") return;
      preventSigmaDefault();
      setLevel("firms");
      chooseCluster(Number(node.slice(1)));
    });
    canvas.addEventListener("keydown", (event) => {
      const camera = sigma.getCamera();
      const { x, y, ratio } = camera.getState();
      const step = 0.12 * ratio;
      const moves = {
        ArrowLeft: { x: x - step },
        ArrowRight: { x: x + step },
        ArrowUp: { y: y + step },
        ArrowDown: { y: y - step },
        "+": { ratio: ratio / 1.5 },
        "=": { ratio: ratio / 1.5 },
        "-": { ratio: ratio * 1.5 },
        0: WHOLE,
      };
      if (event.ctrlKey || event.metaKey || event.altKey) return;
      if (event.key === "Escape") panel.querySelector("h2")?.focus();
      else if (moves[event.key]) fly(camera.validateState({ ...camera.getState(), ...moves[event.key] }));
      else return;
      event.preventDefault();
    });
  }

  function setLevel(next) {
    level = next;
    const url = new URL(location.href);
    url.searchParams.set("level", level);
    history.replaceState(null, "", url);
    draw();
    if (level === "near") chooseFirm(data.ours, { moves: false });
  }

  // ---------------------------------------------------------------- the list, the form, the address

  panel.addEventListener("click", (event) => {
    const link = event.target.closest("a[href]");
    if (!link || event.button || event.ctrlKey || event.metaKey || event.shiftKey) return;
    const url = new URL(link.href);
    if (url.origin !== location.origin || url.pathname !== location.pathname) return;
    for (const name of ["level", "view"]) {
      const value = new URLSearchParams(location.search).get(name);
      if (value) url.searchParams.set(name, value);
    }
    event.preventDefault();
    open(url, { heading: true });
  });

  window.addEventListener("popstate", () => open(new URL(location.href), { push: false }));

  form.addEventListener("submit", (event) => {
    const words = form.elements.q.value.trim();
    const now = new URLSearchParams(location.search);
    const same = ["market", "country", "section"].every((name) => (now.get(name) || "") === form.elements[name].value);
    if (!same || !words) return; // other filters make another drawing: the page is loaded anew
    event.preventDefault();
    const place = data ? data.firms.name.findIndex((name) => plain(name) === plain(words)) : -1;
    if (place >= 0) chooseFirm(place, { heading: true });
    else open(address({ q: words }), { heading: true });
  });

  const plain = (text) => text.normalize("NFD").replace(/\p{M}/gu, "").toLowerCase().trim();

  form.elements.q.addEventListener("input", () => {
    const words = plain(form.elements.q.value);
    const list = document.getElementById("network-names");
    list.replaceChildren();
    if (!data || words.length < 2) return;
    data.plain ??= data.firms.name.map(plain);
    for (let place = 0; place < data.plain.length && list.childElementCount < 10; place += 1) {
      if (!data.plain[place].includes(words)) continue;
      const option = document.createElement("option");
      option.value = data.firms.name[place];
      list.append(option);
    }
  });

  // ---------------------------------------------------------------- switches, zoom, picture

  function setView(view, { remember = true } = {}) {
    root.dataset.shows = view;
    for (const button of document.querySelectorAll("[data-view-button]")) {
      button.setAttribute("aria-pressed", String(button.dataset.viewButton === view));
    }
    if (remember) {
      const url = new URL(location.href);
      url.searchParams.set("view", view);
      history.replaceState(null, "", url);
    }
    if (view === "map") start();
    else if (!root.dataset.ready) root.dataset.ready = "list";
  }

  async function savePicture() {
    if (!sigma) await setView("map");
    if (!sigma) return;
    sigma.refresh();
    const layers = [...canvas.querySelectorAll("canvas")].filter((layer) => !layer.classList.contains("sigma-mouse"));
    const picture = document.createElement("canvas");
    picture.width = layers[0].width;
    picture.height = layers[0].height;
    const context = picture.getContext("2d");
    context.fillStyle = colours.surface;
    context.fillRect(0, 0, picture.width, picture.height);
    // In the same turn as the rendering: afterwards the browser may empty the buffers.
    for (const layer of layers) context.drawImage(layer, 0, 0, picture.width, picture.height);
    const blob = await new Promise((done) => picture.toBlob(done, "image/png"));
    const link = document.createElement("a");
    link.href = URL.createObjectURL(blob);
    link.download = "constela-network.png";
    link.click();
    setTimeout(() => URL.revokeObjectURL(link.href), 10_000);
  }

  for (const button of document.querySelectorAll("[data-view-button]")) {
    button.addEventListener("click", () => setView(button.dataset.viewButton));
  }
  for (const button of root.querySelectorAll("[data-level-button]")) {
    button.addEventListener("click", () => data && setLevel(button.dataset.levelButton));
  }
  for (const button of root.querySelectorAll("[data-zoom]")) {
    button.addEventListener("click", () => {
      if (!sigma) return;
      const { ratio } = sigma.getCamera().getState();
      const kind = button.dataset.zoom;
      if (kind === "fit") fit();
      else if (kind === "ours") chooseFirm(data.ours);
      else fly({ ratio: kind === "in" ? ratio / 1.6 : Math.min(2.5, ratio * 1.6) });
    });
  }
  document.querySelector("[data-png]")?.addEventListener("click", savePicture);

  // ---------------------------------------------------------------- start

  function prepare(found) {
    data = found;
    const size = data.firms.key.length;
    data.faint = new Uint8Array(size).fill(data.matches ? 1 : 0);
    for (const place of data.matches || []) data.faint[place] = 0;
    data.neighbours = Array.from({ length: size }, () => []);
    for (let tie = 0; tie < data.ties.length; tie += 2) {
      data.neighbours[data.ties[tie]].push(data.ties[tie + 1]);
      data.neighbours[data.ties[tie + 1]].push(data.ties[tie]);
    }
    data.degree = data.neighbours.map((others) => others.length);
    data.mostTies = data.degree.reduce((most, one) => Math.max(most, one), 1);
    const outside = data.ties.filter((_, at) => at % 2 && data.firms.c[data.ties[at]] !== data.firms.c[data.ties[at - 1]]);
    data.outsideAlpha = Math.min(0.2, Math.max(0.02, 300 / (outside.length + 1))); // many lines are pale ones
    data.placeOf = new Map(data.firms.key.map((key, place) => [key, place]));
    data.bySize = [...data.clusters.n.keys()].sort((a, b) => data.clusters.n[b] - data.clusters.n[a]);
    const knowsUs = data.ours !== null;
    root.querySelector("[data-level-button='near']").hidden = !knowsUs;
    root.querySelector("[data-zoom='ours']").hidden = !knowsUs;
    if (level === "near" && !knowsUs) level = "firms";
  }

  let started = null;
  const start = () => (started ??= begin());

  async function begin() {
    try {
      if (!window.Sigma || !window.graphology) throw new Error("no drawing without WebGL");
      delete root.dataset.ready;
      const answer = await fetch(root.dataset.source);
      if (!answer.ok || answer.redirected) throw new Error(answer.statusText);
      prepare(await answer.json());
      await document.fonts.ready;
      readColours();
      draw();
      requestAnimationFrame(() =>
        requestAnimationFrame(() => {
          root.dataset.ready = "yes";
          performance.mark("network-drawn");
        }),
      );
      document.addEventListener("themechange", () => {
        readColours();
        const before = sigma.getCamera().getState();
        draw();
        sigma.getCamera().setState(before);
      });
    } catch (error) {
      console.info("network:", error.message);
      root.dataset.drawing = "none";
      root.dataset.ready = "none";
      setView("list", { remember: false });
      for (const button of document.querySelectorAll("[data-view-button='map'], [data-png]")) button.disabled = true;
    }
  }

  selected = panel.firstElementChild.dataset.selected;
  root.dataset.selected = selected;
  const asked = new URLSearchParams(location.search).get("view");
  setView(asked === "list" || (asked !== "map" && phone.matches) ? "list" : "map", { remember: false });
})();
