// Refines a respondent's page, which is complete without it. Stores nothing: what was typed stays in the page.
const controls = (form) => [...form.elements].filter((control) => control.name && !control.name.startsWith("_"));

const chosen = (control) =>
  control.type === "radio" || control.type === "checkbox" ? control.checked : control.value.trim() !== "";

function showProgress(form) {
  const progress = form.querySelector(".progress");
  if (!progress) return;
  const done = new Set(controls(form).filter(chosen).map((control) => control.name)).size;
  if (!done && !progress.dataset.begun) return;
  progress.dataset.begun = "1";
  progress.querySelector("span").textContent = progress.dataset.words.split("|")[done];
  progress.querySelectorAll("i").forEach((step, index) => step.classList.toggle("done", index < done));
}

function sendOnce(form) {
  let sent = false;
  const mark = (state) => {
    sent = state;
    form.querySelector(".btn").ariaDisabled = state || null;
  };
  form.addEventListener("submit", (event) => (sent ? event.preventDefault() : mark(true)));
  addEventListener("pageshow", () => mark(false)); // the way back must be able to send again
}

// The way back brings a fresh page: with the first one's id, what is sent again is no second answer.
function keepId(form) {
  const id = form.elements._id;
  if (!id) return;
  id.value = history.state?.id ?? id.value;
  form.addEventListener("submit", () => history.replaceState({ id: id.value }, ""));
}

// Another language brings the page in that language; every answer and the response's own id move over.
async function changeLanguage(event) {
  const link = event.target.closest(".langs a");
  const before = document.querySelector("form.survey");
  if (!link || !before || event.metaKey || event.ctrlKey) return;
  event.preventDefault();
  try {
    const page = new DOMParser().parseFromString(await (await fetch(link.href)).text(), "text/html");
    const after = page.querySelector("form.survey");
    for (const control of before.elements) move(control, after);
    document.documentElement.lang = page.documentElement.lang;
    document.documentElement.dir = page.documentElement.dir;
    document.title = page.title;
    document.body.replaceChildren(...page.body.children);
    history.replaceState(history.state, "", link.href);
    begin();
  } catch {
    location = link.href;
  }
}

function move(control, form) {
  if (!control.name || control.name === "_language") return;
  for (const same of form.querySelectorAll(`[name="${control.name}"]`)) {
    if (control.type !== "radio" && control.type !== "checkbox") same.value = control.value;
    else if (same.value === control.value) same.checked = control.checked;
  }
}

function tellHeight() {
  const page = document.querySelector(".ask");
  const tell = () => parent.postMessage({ survey: "height", height: Math.ceil(page.getBoundingClientRect().height) }, "*");
  new ResizeObserver(tell).observe(page);
}

function begin() {
  const form = document.querySelector("form.survey");
  if (parent !== window) {
    document.querySelector(".note--error")?.focus(); // browsers refuse autofocus to a foreign frame
    tellHeight();
  }
  if (!form) return;
  showProgress(form);
  form.addEventListener("input", () => showProgress(form));
  keepId(form);
  sendOnce(form);
}

document.addEventListener("click", changeLanguage);
begin();
