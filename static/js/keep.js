// Nothing typed on a staff page is lost: leaving asks, and what was typed is here again in this tab. Each page works
// without it; passwords are never kept. Whoever signs out leaves nothing to who comes next,
// and who signs in on another's page finds nothing of theirs: what was typed belongs to a person.
import { said } from "./words.js";

const forms = [...document.querySelectorAll("main form[method=post]:not([data-light])")].filter(
  (form) => fieldsOf(form).length || form.querySelector("input[type=password]"),
);
const WHO = `typed:${document.body.dataset.who}:`;
const key = (form) => `${WHO}${location.pathname}:${form.getAttribute("action") ?? ""}`;
let leaving = false;
let signingOut = false;

function fieldsOf(form) {
  return [...form.elements].filter(
    (field) =>
      field.name &&
      !field.disabled &&
      !field.name.startsWith("_theirs.") &&
      field.matches("textarea, select, input:not([type=hidden], [type=password], [type=submit], [type=file])"),
  );
}
function given(field) {
  if (field.type === "checkbox" || field.type === "radio") return String(field.defaultChecked);
  if (field.localName !== "select") return field.defaultValue;
  const chosen = [...field.options].find((option) => option.defaultSelected) ?? field.options[0];
  return chosen?.value ?? "";
}
const now = (field) => (field.type === "checkbox" || field.type === "radio" ? String(field.checked) : field.value);
const changed = (form) => fieldsOf(form).filter((field) => !field.name.startsWith("_") && now(field) !== given(field));
const secrets = (form) => [...form.querySelectorAll("input[type=password]")].some((field) => field.value);
const isAgain = (form) => "unsaved" in form.dataset || Boolean(form.querySelector("[aria-invalid]"));
const isUnsaved = (form) => isAgain(form) || changed(form).length > 0 || secrets(form);
const unsaved = () => !leaving && forms.some(isUnsaved);

// What was typed, kept for this tab ---------------------------------------------------------------------------------

const mark = (field) => `${field.name}\n${field.type === "radio" || field.type === "checkbox" ? field.value : ""}`;
const seenBy = (form) => form.elements._seen?.value ?? "";

// `sent` is where the form has just been sent to, if it was.
function keep(form, sent = "") {
  // A page that was refused has what was typed as its own values.
  const fields = isAgain(form) ? fieldsOf(form).filter((field) => !field.name.startsWith("_")) : changed(form);
  const typed = fields.map((field) => [mark(field), now(field), labelOf(field)]);
  try {
    if (!typed.length) sessionStorage.removeItem(key(form));
    else sessionStorage.setItem(key(form), JSON.stringify({ seen: seenBy(form), typed, sent }));
  } catch {
    // No room or no storage: then the question before leaving has to do.
  }
}
function kept(form) {
  try {
    return JSON.parse(sessionStorage.getItem(key(form)) ?? "null");
  } catch {
    return null;
  }
}
function labelOf(field) {
  return (field.labels?.[0]?.textContent ?? field.name).replace(/\s+/g, " ").trim();
}

// Only the service says that something arrived: a connection that broke and another's error page do not.
const sign = /(?:^|; )((?:__(?:Host|Secure)-)?survey_arrived)=([^;]*)/.exec(document.cookie);
const arrived = decodeURIComponent(sign?.[2] ?? "");
forget((draft, name) => !name.startsWith(WHO));
if (arrived) forget((draft) => hasArrived(JSON.parse(draft).sent));
function hasArrived(sent) {
  if (!sent?.endsWith(arrived)) return false;
  const root = sent.slice(0, sent.length - arrived.length) || "/";
  const bound = sign[1].startsWith("__") ? "; secure" : "";
  document.cookie = `${sign[1]}=; path=${root}; max-age=0${bound}`;
  return true;
}
function forget(isOver) {
  for (const name of Object.keys(sessionStorage)) {
    if (name.startsWith("typed:") && isOver(sessionStorage.getItem(name), name)) sessionStorage.removeItem(name);
  }
}
for (const form of forms) {
  const draft = kept(form);
  if (!draft || isAgain(form)) continue;
  // A form whose fields may have moved takes nothing by place once somebody else changed it.
  if ("whole" in form.dataset && draft.seen !== seenBy(form)) tell(form, draft, false);
  else if (putBack(form, draft)) tell(form, draft, true);
}
function putBack(form, draft) {
  const byMark = new Map(fieldsOf(form).map((field) => [mark(field), field]));
  let some = false;
  for (const [name, value] of draft.typed) {
    const field = byMark.get(name);
    if (!field || now(field) === value) continue;
    some = true;
    if (field.type === "checkbox" || field.type === "radio") field.checked = value === "true";
    else field.value = value;
  }
  if (some && form.elements._seen) form.elements._seen.value = draft.seen;
  return some || changed(form).length > 0;
}
function tell(form, draft, isBack) {
  const note = element("div", "note note--attention", "");
  note.setAttribute("role", "status");
  const text = element("div", "", "");
  note.append(text);
  text.append(
    element("strong", "", `${said(isBack ? "What you typed before is here again." : "Somebody changed this meanwhile.")} `),
    `${said(isBack ? "It is not saved yet." : "This is what you typed before; copy what you need.")} `,
  );
  if (!isBack) {
    const list = element("ul", "clashes", "");
    for (const [, value, label] of draft.typed) {
      const row = element("li", "", "");
      row.append(element("b", "", label), element("span", "under", value));
      list.append(row);
    }
    text.append(list);
  }
  const afresh = element("button", "btn btn--small", said(isBack ? "Begin afresh" : "Throw it away"));
  afresh.type = "button";
  afresh.addEventListener("click", () => {
    sessionStorage.removeItem(key(form));
    leaving = true;
    location.reload();
  });
  text.append(afresh);
  (form.closest("details:not([open])") ?? form).before(note);
}
function element(name, classes, text) {
  const made = document.createElement(name);
  if (classes) made.className = classes;
  made.textContent = text;
  return made;
}

let waiting = 0;
addEventListener("input", (event) => {
  const form = event.target.form;
  if (!forms.includes(form)) return;
  clearTimeout(waiting);
  waiting = setTimeout(() => keep(form), 300);
  show();
});
addEventListener("pagehide", () => {
  if (signingOut) forget(() => true);
  else if (!leaving) for (const form of forms) if (changed(form).length) keep(form);
});
document.addEventListener("sending", (event) => {
  clearTimeout(waiting);
  signingOut = event.target.matches("[data-signs-out]");
  if (signingOut) return; // asks, as any leaving does
  leaving = true;
  for (const form of forms) if (isUnsaved(form)) keep(form, form === event.target ? addressOf(form, event.detail) : "");
});
const addressOf = (form, submitter) =>
  new URL(submitter?.getAttribute("formaction") ?? form.getAttribute("action") ?? "", location.href).pathname;
document.addEventListener("notsent", () => (leaving = signingOut = false));
addEventListener("pageshow", () => (leaving = signingOut = false));

// A button that makes sense once something was changed.
function show() {
  for (const button of document.querySelectorAll("[data-when-changed]")) button.hidden = !isUnsaved(button.form);
}
show();

// Leaving asks ------------------------------------------------------------------------------------------------------

addEventListener("beforeunload", (event) => unsaved() && event.preventDefault());

let dialog;
document.addEventListener("click", (event) => {
  const link = event.target.closest?.("a[href]");
  const here = link && link.origin === location.origin && (!link.target || link.target === "_self");
  if (!here || event.defaultPrevented || event.button || event.ctrlKey || event.metaKey || event.shiftKey) return;
  const isFragment = link.pathname === location.pathname && link.search === location.search && link.hash;
  if (isFragment || link.hasAttribute("download") || !unsaved()) return;
  event.preventDefault();
  ask(link.href);
});
function ask(href) {
  dialog?.remove();
  const secret = forms.some(secrets);
  const words = said(secret ? "A password is never kept: you are asked for it again." : "If you leave, it is here again when you come back in this tab.");
  dialog = element("dialog", "dialog", "");
  const title = element("h2", "", said("What you typed is not saved yet"));
  title.id = "not-saved";
  dialog.setAttribute("aria-labelledby", title.id);
  const stay = element("button", "btn btn--primary", said("Stay here"));
  const leave = element("button", "btn", said("Leave without saving"));
  const acts = element("p", "dialog__acts acts", "");
  stay.addEventListener("click", () => dialog.close());
  leave.addEventListener("click", () => {
    for (const form of forms) keep(form);
    leaving = true;
    location.assign(href);
  });
  acts.append(leave, stay);
  dialog.append(title, element("p", "", words), acts);
  document.body.append(dialog);
  dialog.showModal();
  stay.focus();
}
