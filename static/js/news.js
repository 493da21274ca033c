// News from the server for open pages, over one connection a browser: over HTTP/1.1 a browser opens six to a host, and a
// page each would leave none for anything else. The page that holds the lock listens and tells the others. A hidden page
// does not listen. Without locks (they need HTTPS) each page that is seen has a connection of its own.

const STREAM = new URL("../../app/stream", import.meta.url);
const NAME = `news:${STREAM.pathname}`; // of this service only: another may lie beside it on the same host

// changed(): something is new. connected(on): whether news come in. Gives a function that ends it.
export function listen(changed, connected) {
  const others = "BroadcastChannel" in window ? new BroadcastChannel(NAME) : null;
  let stream = null;
  let turn = null; // while this page listens or waits for its turn
  let on = false;
  let ended = false;

  const isSeen = () => document.visibilityState === "visible";
  const tell = (word) => others?.postMessage(word);
  function show(state) {
    on = state;
    connected(on);
    tell(on ? "on" : "off");
  }

  function open() {
    stream = new EventSource(STREAM);
    stream.addEventListener("open", () => show(true));
    stream.addEventListener("error", () => show(false));
    stream.addEventListener("change", () => {
      changed();
      tell("changed");
    });
  }

  // Holds the lock until the page is hidden; whoever waits in vain until then gives up its place.
  function begin() {
    if (ended || turn) return;
    turn = new AbortController();
    const { signal } = turn;
    if (!others || !navigator.locks) return open();
    const hold = () =>
      new Promise((over) => {
        if (signal.aborted) return over();
        signal.addEventListener("abort", over);
        open();
      });
    navigator.locks.request(NAME, { signal }, hold).catch(() => {});
    tell("anybody?");
  }

  function end() {
    turn?.abort();
    stream?.close();
    turn = stream = null;
  }

  others?.addEventListener("message", ({ data }) => {
    if (data === "anybody?") return stream && tell(on ? "on" : "off");
    if (data === "changed") isSeen() && changed();
    else if (!stream) connected(data === "on");
  });
  document.addEventListener("visibilitychange", () => {
    if (!isSeen()) return end();
    changed(); // what came meanwhile was not heard
    begin();
  });
  if (isSeen()) begin();
  return () => {
    ended = true;
    end();
  };
}
