"use strict";
// Keeps a page that names a stream up to date. Without it the page is right as of its loading.
(() => {
  const root = document.querySelector("[data-stream]");
  const status = document.getElementById("connection");
  if (!root || !status) return;

  const staleMs = Number(root.dataset.staleSeconds) * 1000;
  const retryMs = 3000;
  const arrived = document.getElementById("arrived");
  const address = new URL(root.dataset.stream, location.href);
  let lastBeat = status.dataset.asOf;
  let silence;

  const show = (state, text) => {
    status.dataset.state = state;
    if (status.textContent !== text) status.textContent = text;
  };
  const hearSilence = () => {
    clearTimeout(silence);
    silence = setTimeout(() => show("stale", `stale since ${lastBeat}`), staleMs);
  };
  const handlers = {
    beat: ({ time }) => {
      lastBeat = time;
      show("live", "live");
      hearSilence();
    },
    replace: ({ id, html }) => {
      const old = document.getElementById(id);
      if (!old) return;
      const within = old.contains(document.activeElement);
      old.outerHTML = html;
      if (within) document.getElementById(id)?.querySelector("[data-focus]")?.focus();
    },
    reached: () => {},
    arrived: ({ text, href }) => {
      if (!arrived) return;
      const link = document.createElement("a");
      link.href = href;
      link.textContent = text;
      arrived.replaceChildren(...(text ? [link] : []));
    },
  };

  const connect = () => {
    const source = new EventSource(address);
    for (const [name, handle] of Object.entries(handlers)) {
      source.addEventListener(name, (event) => {
        if (event.lastEventId) address.searchParams.set("since", event.lastEventId);
        handle(JSON.parse(event.data));
      });
    }
    source.addEventListener("error", () => {
      if (status.dataset.state !== "stale") show("reconnecting", "reconnecting");
      if (source.readyState === EventSource.CLOSED) setTimeout(connect, retryMs);
    });
  };
  hearSilence();
  connect();
})();
