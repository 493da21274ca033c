// Surveys in any page: <div data-survey="SLUG"></div><script async src="https://HOST/embed.js"></script>
// Optional: data-language, data-place, data-height (px before the first answer from the frame), data-title.
// Without script, put <noscript><a href="https://HOST/s/SLUG">…</a></noscript> inside the div. Stores nothing.
(() => {
  const { origin, href: base } = new URL(".", document.currentScript.src);
  const frames = new Set();

  function fill(place) {
    const { survey, language, place: code, height, title } = place.dataset;
    if (!survey || place.dataset.surveyReady) return;
    place.dataset.surveyReady = "1";
    const query = new URLSearchParams({ _embed: "1" });
    if (language) query.set("lang", language);
    if (code) query.set("_place", code);
    const frame = document.createElement("iframe");
    frame.src = `${base}s/${encodeURIComponent(survey)}?${query}`;
    frame.title = title || "Survey";
    frame.loading = "lazy";
    frame.referrerPolicy = "strict-origin-when-cross-origin";
    Object.assign(frame.style, { display: "block", width: "100%", border: "0", height: `${+height || 480}px` });
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
