// Opens a figure for exploring under its drawing, which stays. Plotly comes when somebody asks for it, not before.
import { said } from "./words.js";

const ROOT = new URL("../../", import.meta.url); // the service may stand under a path
const script = document.querySelector("script[data-plotly]");

// Python gives the light theme's colours; the reader's theme has another value for each.
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

// Plotly begins by writing the styles of maps into the page, which our policy refuses and the console reports. We have
// no maps: until it has begun, it is given an element for them that styles nothing. What is called puts that right.
function withoutStyles() {
  const usual = document.createElement;
  document.createElement = (name, ...rest) => usual.call(document, name === "style" ? "template" : name, ...rest);
  return () => delete document.createElement;
}

let loading;
function plotly() {
  loading ??= new Promise((resolve, reject) => {
    // Plotly writes its rules into the element of this name. It would make one, which our policy forbids; a sheet of
    // our own takes them without a word of style in the page.
    document.querySelector("link[rel=stylesheet][href*='app.css']").id = "plotly.js-style-global";
    const element = document.createElement("script");
    const ours = globalThis.trustedTypes?.createPolicy("plotly", { createScriptURL: (address) => address });
    // Plotly asks the page what a character reference means when it makes a picture. Nothing else that it hands over as
    // text becomes markup.
    globalThis.trustedTypes?.createPolicy("default", { createHTML: (text) => (/^(&#?\w+;)?$/.test(text) ? text : null) });
    element.src = ours?.createScriptURL(script.dataset.plotly) ?? script.dataset.plotly;
    element.nonce = script.nonce; // what the policy of the page admits scripts by
    const usual = withoutStyles();
    element.addEventListener("load", usual);
    element.addEventListener("error", usual);
    element.onload = () => (window.Plotly ? resolve(window.Plotly) : reject(new Error("Plotly is missing")));
    element.onerror = () => reject(new Error("Plotly did not load"));
    document.head.append(element);
  });
  return loading;
}

async function fetched(address) {
  const answer = await fetch(address, { headers: { Accept: "application/json" } });
  if (answer.redirected) location.assign(answer.url); // signed out
  if (!answer.ok) throw new Error(`The figure was answered with ${answer.status}`);
  return answer.json();
}

const figureOf = (element) => element.closest("[data-figure]");
const panelOf = (figure) => figure.querySelector(".explored");

async function draw(panel, figure) {
  const [Plotly, found] = await Promise.all([plotly(), fetched(figure.dataset.url)]);
  const plot = panel.querySelector("[data-plot]");
  const { data, layout } = themed(found, getComputedStyle(document.documentElement));
  // As many labels as fit beside each other: slanted ones are cut off at the bottom.
  const width = plot.clientWidth;
  if (layout.xaxis.nticks) Object.assign(layout.xaxis, { nticks: Math.max(2, Math.floor(width / 110)), tickangle: 0 });
  const font = { ...layout.font, family: getComputedStyle(document.body).fontFamily };
  plot.replaceChildren();
  await Plotly.newPlot(plot, data, { ...layout, width, height: 320, font }, { displayModeBar: false, responsive: false });
  plot.on("plotly_click", ({ points: [point] }) => {
    if (point?.customdata) location.assign(new URL(point.customdata.slice(1), ROOT));
  });
}

function panelFor(figure) {
  const panel = document.getElementById("explored").content.firstElementChild.cloneNode(true);
  const drawn = figure.querySelector("svg[role=img] title");
  panel.querySelector("[data-plot]").setAttribute("aria-label", drawn?.textContent ?? "");
  return panel;
}

async function open(button) {
  const figure = figureOf(button);
  const panel = panelFor(figure);
  button.hidden = true;
  figure.append(panel);
  panel.querySelector("[data-close]").focus();
  try {
    await draw(panel, figure);
  } catch {
    panel.querySelector("[data-plot]").textContent = said("The figure could not be opened. The drawing above says the same.");
  }
}

function close(figure) {
  window.Plotly?.purge(panelOf(figure).querySelector("[data-plot]"));
  panelOf(figure).remove();
  const button = figure.querySelector("[data-explore]");
  button.hidden = false;
  button.focus();
}

// The picture is painted here: Plotly's own way goes through an address that our policy refuses.
async function png(figure) {
  const plot = panelOf(figure).querySelector("[data-plot]");
  const size = { width: plot.clientWidth, height: 320 };
  const address = await window.Plotly.toImage(plot, { format: "svg", ...size });
  const picture = new Image();
  picture.src = address;
  await picture.decode();
  const canvas = Object.assign(document.createElement("canvas"), { width: 2 * size.width, height: 2 * size.height });
  const paint = canvas.getContext("2d");
  paint.fillStyle = getComputedStyle(document.documentElement).getPropertyValue("--surface").trim();
  paint.fillRect(0, 0, canvas.width, canvas.height);
  paint.drawImage(picture, 0, 0, canvas.width, canvas.height);
  const link = document.createElement("a");
  link.download = `${figure.dataset.figure}.png`;
  link.href = canvas.toDataURL("image/png");
  link.click();
}

document.addEventListener("click", (event) => {
  const figure = event.target.closest?.("[data-figure]");
  if (!figure) return;
  if (event.target.closest("[data-explore]")) open(event.target.closest("[data-explore]"));
  if (event.target.closest("[data-close]")) close(figure);
  if (event.target.closest("[data-png]")) png(figure);
});
document.addEventListener("keydown", (event) => {
  const panel = event.key === "Escape" && event.target.closest?.(".explored");
  if (panel) close(figureOf(panel));
});

function redraw() {
  for (const panel of document.querySelectorAll(".explored")) draw(panel, figureOf(panel)).catch(() => {});
}
matchMedia("(prefers-color-scheme: dark)").addEventListener("change", redraw);
new MutationObserver(redraw).observe(document.documentElement, { attributeFilter: ["data-theme"] });

// Buttons that need this script stay hidden without it; those that arrive with news are shown as well.
function offer() {
  for (const button of document.querySelectorAll("[data-explore]")) button.hidden = false;
}
document.addEventListener("renewed", offer);
offer();
