// Says that a PDF is being made, makes one however often its button is pressed, and tells on the page what went wrong.
// Without this script the browser fetches the file, and says nothing while it waits.
import { said } from "./words.js";

let making = false;

// Asked for anew each time: news may have exchanged the page's elements meanwhile.
function say(text, wrong = false) {
  const place = document.querySelector("[data-pdf-said]");
  place.textContent = text;
  place.classList.toggle("error", wrong);
  for (const button of document.querySelectorAll("a[data-pdf], form[data-pdf] button")) {
    button.toggleAttribute("data-waits", making);
    button.ariaDisabled = String(making);
  }
}

function save(pdf, answer) {
  const link = document.createElement("a");
  link.download = /filename="([^"]+)"/.exec(answer.headers.get("Content-Disposition") ?? "")?.[1] ?? "summary.pdf";
  link.href = URL.createObjectURL(pdf);
  link.click();
  setTimeout(() => URL.revokeObjectURL(link.href), 60000);
}

async function fetched(address) {
  const answer = await fetch(address, { headers: { Accept: "application/pdf, application/problem+json" } });
  if (answer.redirected) return location.assign(answer.url); // signed out
  if (answer.ok) return save(await answer.blob(), answer);
  const problem = await answer.json();
  throw new Error([problem.detail ?? problem.title, ...(problem.errors ?? []).map((one) => one.message)].join(" "));
}

async function make(address) {
  if (making) return;
  making = true;
  say(said("The PDF is being made. This takes some seconds."));
  let told = said("The PDF is made.");
  let wrong = false;
  try {
    await fetched(address);
  } catch (error) {
    wrong = true;
    told = error instanceof TypeError ? said("The PDF did not arrive. Look at the network and try again.") : error.message;
  }
  making = false;
  say(told, wrong);
}

document.addEventListener("click", (event) => {
  const link = event.target.closest?.("a[data-pdf]");
  if (!link || event.ctrlKey || event.metaKey || event.shiftKey) return;
  event.preventDefault();
  make(link.href);
});
document.addEventListener("submit", (event) => {
  if (!event.target.matches("form[data-pdf]")) return;
  event.preventDefault();
  make(`${event.target.action}?${new URLSearchParams(new FormData(event.target))}`);
});
