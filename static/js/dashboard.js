// Refines Today: interactive figures after the first paint, and new answers without a reload. It stands without both.

const script = document.querySelector("script[data-plotly]");
const still = matchMedia("(prefers-reduced-motion: reduce)").matches;

// Interactive figures ------------------------------------------------------------------------------------------------

// Python draws in the light theme's colours; the reader's theme has another value for each.
const TOKENS = {
  "#1b1c1f": "--ink", "#4a4c51": "--ink-2", "#66686e": "--ink-3", "#dfdfd9": "--line", "#85857e": "--line-strong",
  "#08707a": "--promoter", "#918c7b": "--passive", "#cc4a17": "--detractor", "#ffffff": "--surface",
};

function themed(value, styles) {
  if (typeof value === "string") {
    if (value === "rgba(27,28,31,0.09)") return styles.getPropertyValue("--line").trim() + "66";
    return value in TOKENS ? styles.getPropertyValue(TOKENS[value]).trim() : value;
  }
  if (Array.isArray(value)) return value.map((part) => themed(part, styles));
  if (value === null || typeof value !== "object") return value;
  return Object.fromEntries(Object.entries(value).map(([key, part]) => [key, themed(part, styles)]));
}

let loading;
function plotly() {
  loading ??= new Promise((resolve, reject) => {
    const element = document.createElement("script");
    element.src = script.dataset.plotly;
    element.onload = () => (window.Plotly ? resolve(window.Plotly) : reject(new Error("Plotly is missing")));
    element.onerror = () => reject(new Error("Plotly did not load"));
    document.head.append(element);
  });
  return loading;
}

// The drawing stays until the figure stands beside it, and stays for good if anything fails.
async function swap(name, text) {
  const place = document.querySelector(`[data-figure="${name}"]`);
  if (!place || !text) return;
  const drawn = place.querySelector("svg[role=img]");
  const box = document.createElement("div");
  box.setAttribute("role", "img");
  box.setAttribute("aria-label", drawn?.querySelector("title")?.textContent ?? "");
  const { data, layout } = themed(JSON.parse(text), getComputedStyle(document.documentElement));
  // As many labels as fit beside each other: slanted ones are cut off at the bottom.
  if (layout.xaxis?.nticks) Object.assign(layout.xaxis, { nticks: Math.max(2, Math.floor(place.clientWidth / 110)), tickangle: 0 });
  const shown = [...place.children];
  const size = { width: place.clientWidth, height: Math.max(Math.round(place.clientHeight), 256) };
  box.style.visibility = "hidden";
  box.style.position = "absolute";
  place.append(box);
  try {
    const Plotly = await plotly();
    const font = { ...layout.font, family: getComputedStyle(document.body).fontFamily };
    await Plotly.newPlot(box, data, { ...layout, ...size, font }, { displayModeBar: false, responsive: false });
    for (const element of shown) element.setAttribute("hidden", "");
    box.style.visibility = box.style.position = "";
    box.dataset.width = String(place.clientWidth);
  } catch (error) {
    box.remove();
    throw error;
  }
}

const texts = () =>
  [...document.querySelectorAll("[data-figure-json]")].map((element) => [element.dataset.figureJson, element.textContent]);

async function swapAll() {
  for (const [name, text] of texts()) {
    try {
      await swap(name, text);
    } catch {
      return; // the drawings say the same
    }
  }
}

const idle = window.requestIdleCallback ?? ((work) => setTimeout(work, 200));
const redraw = () => idle(swapAll);
function drawAgain() {
  for (const place of document.querySelectorAll("[data-figure]")) {
    for (const element of [...place.children]) {
      if (element.getAttribute("role") === "img" && element.tagName === "DIV") {
        window.Plotly?.purge(element);
        element.remove();
      } else element.removeAttribute("hidden");
    }
  }
  redraw();
}
addEventListener("load", redraw);
matchMedia("(prefers-color-scheme: dark)").addEventListener("change", drawAgain);
new MutationObserver(drawAgain).observe(document.documentElement, { attributeFilter: ["data-theme"] });
let resized;
addEventListener("resize", () => {
  clearTimeout(resized);
  resized = setTimeout(() => {
    const place = document.querySelector("[data-figure]");
    const box = place?.querySelector("div[data-width]");
    if (box && Number(box.dataset.width) !== place.clientWidth) drawAgain();
  }, 300);
});

// New answers --------------------------------------------------------------------------------------------------------

const news = document.querySelector("[data-news]");
const live = (on) => document.querySelector("[data-live]")?.setAttribute("data-live", on ? "on" : "off");
const fields = "input:not([type=hidden]), select, textarea";

// A place in the page that survives the exchange of its elements.
function addressOf(element) {
  if (!element || element === document.body) return "";
  if (element.id) return `#${CSS.escape(element.id)}`;
  if (element.name) return `${element.tagName.toLowerCase()}[name="${CSS.escape(element.name)}"]`;
  if (element.tagName === "A") return `a[href="${CSS.escape(element.getAttribute("href"))}"]`;
  const parent = element.parentElement;
  const place = parent ? [...parent.children].indexOf(element) + 1 : 0;
  return place ? `${addressOf(parent)} > :nth-child(${place})` : "";
}

const opened = (root) => [...root.querySelectorAll("details")].map((element) => element.open);

async function refresh() {
  const main = document.querySelector("main .inner");
  // Nobody's half-made choice of dates is thrown away.
  if (main.querySelector(".filters details[open]") || document.activeElement?.matches(fields)) return later();
  const answer = await fetch(location.href, { headers: { Accept: "text/html" } });
  if (!answer.ok || answer.redirected) return;
  const page = new DOMParser().parseFromString(await answer.text(), "text/html");
  const fresh = page.querySelector("main .inner");
  if (!fresh) return;
  const before = main.querySelector("h1")?.textContent;
  const open = opened(main);
  const focus = main.contains(document.activeElement) ? addressOf(document.activeElement) : "";
  const scroll = [scrollX, scrollY];
  for (const [index, element] of [...fresh.querySelectorAll("details")].entries()) element.open = open[index] ?? false;
  const seen = new Set([...main.querySelectorAll(".comment__meta a")].map((link) => link.getAttribute("href")));
  for (const link of fresh.querySelectorAll(".comment__meta a")) {
    if (!still && !seen.has(link.getAttribute("href"))) link.closest(".comment").classList.add("comment--new");
  }
  main.replaceChildren(...fresh.childNodes);
  for (const element of document.querySelectorAll("[data-figure-json]")) {
    const newer = page.querySelector(`[data-figure-json="${element.dataset.figureJson}"]`);
    element.textContent = newer ? newer.textContent : "";
  }
  if (focus) document.querySelector(focus)?.focus({ preventScroll: true });
  scrollTo(...scroll);
  live(true);
  const after = main.querySelector("h1")?.textContent;
  news.textContent = after === before ? "New answers are in the figures." : `New answers are in. ${after}`;
  swapAll();
}

let waiting;
function later() {
  clearTimeout(waiting);
  waiting = setTimeout(() => refresh().catch(() => live(false)), 1000);
}

const stream = new EventSource(new URL("../../app/stream", import.meta.url));
stream.addEventListener("open", () => live(true));
stream.addEventListener("error", () => live(false));
stream.addEventListener("change", later);
addEventListener("pagehide", () => stream.close());
addEventListener("pageshow", (event) => event.persisted && location.reload());
