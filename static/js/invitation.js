// The one-click score of a mail, sent once a person is there. Mail scanners open links and run scripts, so nothing
// happens on load: only trusted events on the visible page count, and the button always works. Stands after survey.js
// in one script, which does the sending.
{
  const form = document.getElementById("one-click");
  const PAUSE = 1000; // ms between a mere movement and sending: time to reach for another number
  let sent = false; // by itself it is sent once: whoever presses the button sends again
  let touched = false;
  let waiting = 0;

  function send() {
    if (sent || !form.isConnected || document.visibilityState !== "visible") return;
    sent = true;
    form.requestSubmit();
  }

  function wait() {
    clearTimeout(waiting);
    waiting = -1;
  }

  // Someone who heads for the scale, a link or the button is choosing: theirs is the next word, not ours.
  const choosing = (event) =>
    event.key === "Tab" ||
    (event.target instanceof Element && event.target.closest("#one-click .q, a, summary, button"));

  function notice(event) {
    if (!event.isTrusted || document.visibilityState !== "visible") return;
    if (event.type === "wheel") send();
    else if (event.type === "touchstart") touched = true;
    else if (event.type === "scroll") touched && send(); // a script's scrollTo() also fires a trusted scroll
    else if (choosing(event)) wait();
    else if (event.type !== "pointermove") send();
    else if (!waiting && (event.movementX || event.movementY)) waiting = setTimeout(send, PAUSE);
  }

  if (form) {
    for (const name of ["pointerdown", "pointermove", "keydown", "wheel", "touchstart", "scroll"]) {
      addEventListener(name, notice, { passive: true });
    }
    addEventListener("pageshow", () => (sent = false));
    form.addEventListener("submit", () => (sent = true));
    form.addEventListener("click", (event) => {
      // A tapped number is the answer; arrow keys also click (detail 0), but only walk over the scale.
      if (event.isTrusted && event.detail > 0 && event.target.matches("input")) send();
    });
  }
}
