// Refines Today with new answers without a reload. It stands without.
import { said } from "./words.js";

import { listen } from "./news.js";

const still = matchMedia("(prefers-reduced-motion: reduce)").matches;
const news = document.querySelector("[data-news]");

const PATIENCE = 5000; // ms that a connection may be gone before the figures are no longer called live
let gone = 0;
let connected = false;

// A connection that is tried again and again is gone since the first time.
function live(on) {
  const sign = document.querySelector("[data-live]");
  sign?.setAttribute("data-live", on ? "on" : "off");
  if (!on) {
    gone ||= setTimeout(notLive, PATIENCE);
    return;
  }
  clearTimeout(gone);
  gone = 0;
  if (sign) sign.textContent = sign.dataset.words ??= sign.textContent;
  sign?.removeAttribute("hidden");
}

function notLive() {
  const sign = document.querySelector("[data-live=off]");
  if (!sign || sign.hidden) return;
  sign.dataset.words ??= sign.textContent;
  sign.textContent = said("Not live any more: what you see may be old.");
}

// Only what is read here may become markup: the policy of the page wants it said.
const policy = globalThis.trustedTypes?.createPolicy("page", { createHTML: (text) => text });
const trusted = (text) => policy?.createHTML(text) ?? text;

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

// The numbers beside the sections are those of the fresh page.
function recount(page) {
  for (const list of [".rail", ".thumb"])
    for (const entry of document.querySelectorAll(`${list} li a, ${list} > a`)) {
      const now = page.querySelector(`${list} a[href="${CSS.escape(entry.getAttribute("href"))}"] .count-dot`);
      const before = entry.querySelector(".count-dot");
      if (now && before) before.replaceWith(now);
      else if (now) entry.append(" ", now);
      else before?.remove();
    }
}

async function refresh() {
  const main = document.querySelector("main .inner");
  // Nobody's half-made choice of dates is thrown away, and no figure that somebody explores.
  if (main.querySelector(".filters details[open], .explored") || document.activeElement?.matches(fields)) return later();
  const answer = await fetch(location.href, { headers: { Accept: "text/html" } });
  if (!answer.ok || answer.redirected) return;
  const page = new DOMParser().parseFromString(trusted(await answer.text()), "text/html");
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
  const old = main.querySelector("[data-live=off]:not([hidden])") !== null;
  main.replaceChildren(...fresh.childNodes);
  recount(page);
  document.dispatchEvent(new Event("renewed"));
  if (focus) document.querySelector(focus)?.focus({ preventScroll: true });
  scrollTo(...scroll);
  if (old && !connected) keepSaying();
  live(connected);
  const after = main.querySelector("h1")?.textContent;
  news.textContent = after === before ? said("New answers are in the figures.") : `${said("New answers are in.")} ${after}`;
}

let waiting;
function later() {
  clearTimeout(waiting);
  waiting = setTimeout(() => refresh().catch(() => live(false)), 1000);
}

function keepSaying() {
  const sign = document.querySelector("[data-live]");
  sign?.setAttribute("data-live", "off");
  sign?.removeAttribute("hidden");
  notLive();
}

function hear(on) {
  connected = on;
  live(on);
}

addEventListener("pagehide", listen(later, hear));
addEventListener("pageshow", (event) => event.persisted && location.reload());
