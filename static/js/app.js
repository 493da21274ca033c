// Refines staff pages; each works without it.
import { said } from "./words.js";

// Filters apply as they are changed; their button serves readers without script. The focus stays where it was.
for (const form of document.querySelectorAll("form[data-filters]")) {
  form.addEventListener("change", (event) => {
    if (!event.target.matches("select, [type=checkbox]")) return;
    sessionStorage.setItem("filtered", `${location.pathname} ${event.target.name}`);
    form.requestSubmit();
  });
  const [path, name] = (sessionStorage.getItem("filtered") ?? "").split(" ");
  if (path === location.pathname) form.querySelector(`[name="${CSS.escape(name)}"]`)?.focus();
}
sessionStorage.removeItem("filtered");

// What was done is said once, to those who do not see it.
for (const place of document.querySelectorAll("[data-say]")) {
  setTimeout(() => (place.textContent = place.dataset.say), 200);
}

// A form is sent once at a time. Before the page is given up for an answer, it is asked whether the server can be
// reached: if not, the page and all that was typed stay, and it can be sent again. The same after Stop.
const GIVE_UP = 15000;
let sending = null;

document.addEventListener("submit", async (event) => {
  const { target: form, submitter } = event;
  if (form.method !== "post" || event.defaultPrevented) return;
  if (sending?.through) return;
  event.preventDefault();
  if (sending) return;
  sending = { form, submitter, through: false, words: setTimeout(() => busy(submitter), 300), timer: 0 };
  note(form, "");
  if (!(await isReachable())) {
    over();
    note(form, said("There is no connection. Nothing was sent, and all that you typed is still here. Try again in a moment."));
    return;
  }
  if (!sending) return;
  sending.through = true;
  form.dispatchEvent(new CustomEvent("sending", { bubbles: true, detail: submitter }));
  if (submitter?.isConnected) form.requestSubmit(submitter);
  else form.requestSubmit();
  if (!sending) return;
  sending.through = false;
  sending.timer = setTimeout(over, GIVE_UP);
});

async function isReachable() {
  try {
    await fetch(import.meta.url, { method: "HEAD", cache: "no-store", signal: AbortSignal.timeout?.(GIVE_UP) });
    return true;
  } catch {
    return false;
  }
}
function busy(button) {
  if (!button) return;
  button.setAttribute("aria-disabled", "true");
  button.setAttribute("aria-busy", "true");
  say(button.form, said("Sending…"));
}
function over() {
  if (!sending) return;
  const { form, submitter, words, timer } = sending;
  clearTimeout(words);
  clearTimeout(timer);
  submitter?.removeAttribute("aria-disabled");
  submitter?.removeAttribute("aria-busy");
  sending = null;
  say(form, "");
  form.dispatchEvent(new CustomEvent("notsent", { bubbles: true }));
}
function say(form, text) {
  let line = form.querySelector(".sending");
  if (!line && text) {
    line = document.createElement("p");
    line.className = "sending small";
    line.setAttribute("role", "status");
    (sending?.submitter?.closest(".acts, p") ?? form).append(line);
  }
  if (line) line.textContent = text;
}
function note(form, text) {
  form.querySelector(".not-sent")?.remove();
  if (!text) return;
  const line = document.createElement("p");
  line.className = "error not-sent";
  line.setAttribute("role", "alert");
  line.textContent = text;
  const near = (form.contains(document.activeElement) && document.activeElement.closest(".acts, p")) || form.lastElementChild;
  near ? near.after(line) : form.append(line);
}
addEventListener("pageshow", over);
// Stop ends the navigation and leaves the page: Escape says so, and browsers that know of navigations do.
addEventListener("keydown", (event) => event.key === "Escape" && over());
globalThis.navigation?.addEventListener("navigateerror", over);

// Menus made of <details> close like menus.
const menus = () => document.querySelectorAll("details[data-menu][open]");
document.addEventListener("click", (event) => {
  for (const menu of menus()) if (!menu.contains(event.target)) menu.open = false;
});
document.addEventListener("keydown", (event) => {
  if (event.key !== "Escape") return;
  for (const menu of menus()) {
    if (menu.contains(document.activeElement)) menu.querySelector("summary").focus();
    menu.open = false;
  }
});

// data-opens="id" opens that dialog instead of following the link that serves readers without script.
document.addEventListener("click", (event) => {
  const opener = event.target.closest("[data-opens]");
  const dialog = opener && document.getElementById(opener.dataset.opens);
  if (!dialog) return;
  event.preventDefault();
  dialog.showModal();
});

// data-prints prints the page.
for (const button of document.querySelectorAll("[data-prints]")) {
  button.hidden = false;
  button.addEventListener("click", () => print());
}

// data-copy="text" copies it and says so in place, where the browser lets pages copy.
for (const button of document.querySelectorAll("[data-copy]")) button.hidden = !navigator.clipboard;
document.addEventListener("click", async (event) => {
  const button = event.target.closest("[data-copy]");
  if (!button) return;
  await navigator.clipboard.writeText(button.dataset.copy);
  const label = button.textContent;
  button.textContent = said("Copied");
  setTimeout(() => (button.textContent = label), 2000);
});

// data-theme-choice="light|dark|system", kept on this device.
for (const button of document.querySelectorAll("[data-theme-choice]")) {
  button.hidden = false;
  button.addEventListener("click", () => {
    const choice = button.dataset.themeChoice;
    if (choice === "system") {
      localStorage.removeItem("theme");
      delete document.documentElement.dataset.theme;
    } else {
      localStorage.setItem("theme", choice);
      document.documentElement.dataset.theme = choice;
    }
    showTheme();
  });
}
function showTheme() {
  const now = localStorage.getItem("theme") ?? "system";
  for (const button of document.querySelectorAll("[data-theme-choice]")) {
    button.ariaPressed = String(button.dataset.themeChoice === now);
  }
}
showTheme();
