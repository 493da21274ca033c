// Surveys in any page: <div data-survey="SLUG"></div><script async src="https://HOST/embed.js"></script>
// Optional: data-language, data-place, data-employee, data-height (px before the first answer from the frame), data-title.
// Without script, put <noscript><a href="https://HOST/s/SLUG">…</a></noscript> inside the div. Stores nothing.
(() => {
  const { origin, href: base } = new URL(".", document.currentScript.src);
  const frames = new Set();

  // The survey stands on the site's own ground: dark letters or light ones by what is painted there, else by the
  // colour scheme that the site declares, of which the browser's own colour of letters knows.
  function dark(place) {
    const brush = document.createElement("canvas").getContext("2d"); // reads colours however they are written
    const light = (colour) => {
      brush.clearRect(0, 0, 1, 1);
      brush.fillStyle = colour;
      brush.fillRect(0, 0, 1, 1);
      const [red, green, blue, alpha] = brush.getImageData(0, 0, 1, 1).data;
      return alpha > 127 ? 0.2126 * red + 0.7152 * green + 0.0722 * blue > 110 : undefined;
    };
    for (let at = place; at; at = at.parentElement) {
      const ground = light(getComputedStyle(at).backgroundColor);
      if (ground !== undefined) return !ground;
    }
    const own = place.style.color;
    place.style.color = "CanvasText";
    const letters = light(getComputedStyle(place).color);
    place.style.color = own;
    return letters;
  }

  function fill(place) {
    const { survey, language, place: code, employee, height, title } = place.dataset;
    if (!survey || place.dataset.surveyReady) return;
    place.dataset.surveyReady = "1";
    const query = new URLSearchParams({ _embed: "1" });
    if (language) query.set("lang", language);
    if (code) query.set("_place", code);
    if (employee) query.set("_employee", employee);
    const frame = document.createElement("iframe");
    const night = dark(place);
    if (night) frame.name = "survey-dark"; // the frame keeps its name on every page of the survey
    frame.src = `${base}s/${encodeURIComponent(survey)}?${query}`;
    frame.title = title || "Survey";
    frame.loading = "lazy";
    frame.referrerPolicy = "strict-origin-when-cross-origin";
    const look = { display: "block", width: "100%", border: "0", colorScheme: night ? "dark" : "light" };
    Object.assign(frame.style, look, { height: `${+height || 480}px` });
    frame.addEventListener("load", () => frame.contentWindow?.postMessage({ survey: "hello" }, origin));
    place.replaceChildren(frame);
    frames.add(frame);
  }

  function scan(root) {
    if (root.matches?.("[data-survey]")) fill(root);
    root.querySelectorAll?.("[data-survey]").forEach(fill);
  }

  addEventListener("message", ({ origin: from, source, data }) => {
    if (from !== origin || data?.survey !== "height" || !(data.height > 0)) return;
    for (const frame of frames) {
      if (!frame.isConnected) frames.delete(frame);
      else if (frame.contentWindow === source) frame.style.height = `${Math.min(data.height, 20000)}px`;
    }
  });

  function begin() {
    scan(document);
    new MutationObserver((changes) => {
      for (const { addedNodes } of changes) addedNodes.forEach(scan);
    }).observe(document.documentElement, { childList: true, subtree: true });
  }
  if (document.readyState === "loading") addEventListener("DOMContentLoaded", begin);
  else begin();
})();
