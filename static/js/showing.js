// Asks each question only while its condition holds. What is not asked keeps what was typed, and is not sent.
const given = (found) => found.filter((one) => !ticks(one) || one.checked).map((one) => one.value);

function decide(form) {
  const rules = JSON.parse(form.getAttribute("data-rules"));
  const found = Map.groupBy?.(controls(form), (one) => one.name);
  const named = (key) => found?.get(key) ?? controls(form).filter((one) => one.name === key);
  const asked = judge(rules, JSON.parse(form.getAttribute("data-around")), (key) => given(named(key)));
  for (const [key, , condition] of rules) {
    if (!condition) continue;
    first("#q-" + key, form).hidden = !asked.get(key);
    for (const one of named(key)) one.disabled = !asked.get(key);
  }
  countDown(form, rules.filter(([key, sort]) => sort && !asked.get(key)).length);
}

function countDown(form, hidden) {
  const progress = first(".progress", form);
  if (!progress) return;
  const steps = [...progress.querySelectorAll("i")];
  const asked = steps.length - hidden;
  steps.forEach((step, index) => (step.hidden = index >= asked));
  progress.dataset.words = JSON.parse(progress.dataset.each)[asked - 1] ?? "";
  showProgress(form);
}

// Where this is read, nothing goes in steps: what stands in later ones is there already.
function withoutSteps(form) {
  form.querySelectorAll("[data-step]").forEach((own) => own.remove());
  form.querySelectorAll(".send .btn").forEach((button) => (button.hidden = false));
  form.querySelectorAll(".later").forEach((later) => later.replaceWith(...later.childNodes));
}

function begun() {
  if (!current()?.hasAttribute("data-rules")) return;
  withoutSteps(current());
  decide(current());
}

const ruled = () => current()?.hasAttribute("data-rules") && decide(current());
addEventListener("input", ruled);
new MutationObserver(begun).observe(document.body, { childList: true }); // the page comes anew with what is wrong
begun();
