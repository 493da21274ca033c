// Refines a respondent's page, which is complete without it. What is typed stays in this tab until it has arrived.
const framed = parent !== window;
const arrival = performance.getEntriesByType("navigation")[0]?.type;
const sizes = new ResizeObserver(() => tellHeight());
const sending = { since: 0 }; // and `abort` while an answer is under way, `waits` for the network, `done` when it is there
let host;

// Questions name the controls, and a form's own properties are hidden by controls of their name: so never form.action.
const first = (selector, page = document) => page.querySelector(selector);
const current = (page) => first("form.survey", page);
const field = (form, name) => first("[name=" + name + "]", form);
const own = (form) => ({ id: field(form, "_id").value, time: field(form, "_time").value });
const controls = (form) => [...form.querySelectorAll("input, textarea")].filter(({ name }) => name && name[0] !== "_");
const answers = (form) => [...new FormData(form)].filter(([name]) => name[0] !== "_");
const versionOf = (form) => form.getAttribute("data-version"); // another one's page has a mark of its own
const ticks = ({ type }) => "checkbox radio".includes(type);
// After 20 minutes of silence words may be another person's than the one who is here now.
const fresh = (at) => Math.abs(Date.now() - at) < 1200000;
const message = (name) => first(".send").dataset[name];

// What is typed ------------------------------------------------------------------------------------------------------
function shelf(form, act) {
  const name = "survey " + form.getAttribute("action") + " " + (field(form, "_place")?.value ?? "");
  try {
    return act(sessionStorage, name);
  } catch {
    return null; // a browser that keeps nothing, here or at all
  }
}

const forget = (form) => shelf(form, (store, name) => store.removeItem(name));

function keep(form) {
  const typed = answers(form);
  if (!typed.some(([, value]) => value.trim())) return forget(form);
  const kept = { ...own(form), at: Date.now(), version: versionOf(form), typed };
  return shelf(form, (store, name) => store.setItem(name, JSON.stringify(kept)));
}

function fill(form, typed) {
  for (const control of controls(form)) {
    const given = typed.filter(([name]) => name === control.name).map(([, value]) => value);
    if (ticks(control)) control.checked = given.includes(control.value);
    else control.value = given[0] ?? control.value;
  }
}

function mark(form, { id, time }) {
  field(form, "_id").value = id;
  if (time) field(form, "_time").value = time;
}

// Where a code on the wall or the counter is opened again, another person may stand there.
function restore(form) {
  const kept = shelf(form, (store, name) => JSON.parse(store.getItem(name)));
  if (!kept) return;
  if (!fresh(kept.at) || (field(form, "_place") && arrival === "navigate")) return forget(form);
  const before = JSON.stringify(answers(form));
  fill(form, kept.typed);
  mark(form, { id: kept.id, time: kept.version === versionOf(form) && kept.time });
  if (JSON.stringify(answers(form)) !== before) tellRestored(form);
}

function tellRestored(form) {
  const note = document.createElement("div");
  const button = document.createElement("button");
  note.className = "note";
  note.role = "status";
  Object.assign(button, { type: "button", className: "link", textContent: message("afresh") });
  button.onclick = () => {
    forget(form);
    location.reload();
  };
  form.prepend(note);
  note.append(message("again") + " ", button);
}

// The way back brings a fresh page: with the first one's id, what is sent again is no second answer. A page that is
// loaded again, or one where many answer, is a new answer.
function sameAnswer(form) {
  const kept = history.state;
  if (!kept?.id) return;
  if (arrival === "back_forward" && fresh(kept.at) && !field(form, "_place")) mark(form, kept);
  else history.replaceState(null, "");
}

// Sending ------------------------------------------------------------------------------------------------------------
function say(text, busy) {
  const state = first(".state");
  if (!state) return;
  state.textContent = text;
  first(".btn", current()).ariaBusy = busy || null;
}

function post(form, button, signal) {
  const body = new URLSearchParams(new FormData(form));
  // Half a date is no value to a browser: sent as a mark, it is asked for again instead of lost.
  for (const { name, value, validity } of controls(form)) if (validity.badInput) body.set(name, value || "?");
  if (button?.name) body.append(button.name, button.value);
  return fetch(form.getAttribute("action"), { method: "POST", body, signal });
}

async function send(form, button) {
  if (Date.now() - sending.since < 1000) return; // a second press sooner is a double click
  sending.abort?.abort(); // the server knows an answer by its id: asked twice, it is taken once
  const abort = new AbortController();
  // waiting is worth a word, and then a sentence
  const timers = [setTimeout(say, 300, message("sending"), true), setTimeout(say, 8000, message("slow"))];
  Object.assign(sending, { since: Date.now(), abort, waits: false });
  try {
    await arrived(form, await post(form, button, abort.signal));
  } catch (error) {
    if (sending.abort === abort) failed(error);
  } finally {
    timers.forEach(clearTimeout);
    if (sending.abort === abort) sending.since = sending.abort = null;
  }
}

// What is too long never gets through, however often it is sent: that page says so.
function failed({ long }) {
  sending.waits = !navigator.onLine;
  say(long ?? message(sending.waits ? "waiting" : "failed"));
}

async function arrived(form, answer) {
  const page = read(await answer.text());
  const done = first("[data-done]", page);
  if (!(done || current(page) || [404, 410].includes(answer.status))) throw page.body.dataset;
  if (done || answer.redirected) acknowledge(form);
  if (!answer.redirected) return show(page, ".note--error", ".note", "h1");
  if (framed) location.replace(answer.url);
  else location.assign(answer.url);
}

function acknowledge(form) {
  forget(form);
  sending.done = true;
  if (!field(form, "_place")) return history.replaceState({ ...own(form), at: Date.now() }, "");
  HTMLFormElement.prototype.reset.call(form);
  form.setAttribute("autocomplete", "off"); // or the way back shows it to the next person
}

// Redrawing ----------------------------------------------------------------------------------------------------------
const read = (text) => new DOMParser().parseFromString(text, "text/html");

function show(page, ...places) {
  const { lang, dir } = page.documentElement;
  Object.assign(document.documentElement, { lang, dir });
  document.title = page.title;
  document.body.replaceChildren(...page.body.children);
  begin();
  focusOn(...places);
}

function focusOn(...places) {
  const place = places.map((selector) => first(selector)).find(Boolean);
  if (place?.matches(".note, h1")) place.tabIndex = -1;
  place?.focus();
}

// Another language brings the same page in that language, with all that was typed, from the button's own form.
async function changeLanguage(button, form) {
  try {
    const answer = await post(form, button);
    const page = read(await answer.text());
    if (!current(page) && answer.status !== 410) throw answer;
    show(page, ".langs summary", "h1");
    const here = new URL(location);
    here.searchParams.set("lang", button.value);
    history.replaceState(history.state, "", here);
  } catch {
    say(message("failed"));
  }
}

function showProgress(form) {
  const progress = first(".progress", form);
  if (!progress) return;
  const done = new Set(answers(form).filter(([, value]) => value.trim()).map(([name]) => name)).size;
  if (!(progress.dataset.begun ||= done || "")) return; // from the first answer on, also when it is taken back
  first("span", progress).textContent = progress.dataset.words.replace("#", done);
  progress.querySelectorAll("i").forEach((step, index) => step.classList.toggle("done", index < done));
}

function tellHeight() {
  const height = Math.ceil(first(".ask").getBoundingClientRect().height);
  if (host) parent.postMessage({ survey: "height", height }, host);
}

function begin() {
  const form = current();
  sizes.disconnect();
  if (framed) sizes.observe(first(".ask"));
  if (!form) return;
  showProgress(form);
  if (!navigator.onLine) say(message("offline"));
}

addEventListener("submit", (event) => {
  if (event.target !== current()) return;
  event.preventDefault();
  send(event.target, event.submitter);
});
addEventListener("input", (event) => {
  const form = current();
  if (!form?.contains(event.target)) return;
  showProgress(form);
  keep(form);
});
addEventListener("click", (event) => {
  const button = event.target.closest(".langs button");
  if (!button || !current()) return;
  event.preventDefault();
  changeLanguage(button, current());
});
addEventListener("offline", () => current() && say(message("offline")));
addEventListener("online", () => current() && (sending.waits ? current().requestSubmit() : say("")));
addEventListener("pageshow", (event) => event.persisted && sending.done && field(current(), "_place") && location.reload());
addEventListener("message", ({ source, origin, data }) => {
  if (source !== parent || data?.survey !== "hello" || origin === "null") return;
  host = origin;
  tellHeight();
});

if (window.name === "survey-dark") document.documentElement.dataset.theme = "dark"; // as the page around says
begin();
if (current()) {
  sameAnswer(current());
  restore(current());
  showProgress(current());
} else if (arrival === "navigate") focusOn("[data-done] h1");
