// Renews what an agent looks at, and tells the visitor that somebody types. The pages work without it.
(() => {
  "use strict";
  const PAUSE_MS = 1500, TYPING_MS = 3000;
  const place = document.getElementById("gorusme");
  if (!place) return;
  const down = () => {
    const log = place.querySelector(".chat-log");
    if (log) log.scrollTop = log.scrollHeight;
  };
  down();
  const text = document.getElementById("text");

  const look = async () => {
    try {
      const answer = await fetch(place.dataset.lines, { credentials: "same-origin" });
      if (answer.redirected) {
        // Logged out: what stands here is renewed no more, and nobody would notice who waits.
        if (!text || !text.value.trim()) location.reload();
      } else if (answer.ok) {
        const found = new DOMParser().parseFromString(await answer.text(), "text/html").getElementById("satirlar");
        const now = document.getElementById("satirlar");
        if (found && found.innerHTML !== now.innerHTML) {
          const grown = found.dataset.last !== now.dataset.last;
          now.replaceWith(found);
          if (grown) down();
        }
      }
    } catch {
      // The connection is gone for a moment; the next look may find it again.
    }
    setTimeout(look, PAUSE_MS);
  };
  setTimeout(look, PAUSE_MS);

  let typedAt = 0;
  if (text) {
    text.addEventListener("input", () => {
      if (Date.now() - typedAt < TYPING_MS) return;
      typedAt = Date.now();
      fetch(place.dataset.typing, { method: "POST", headers: { "X-CSRF": place.dataset.csrf }, credentials: "same-origin" }).catch(() => {});
    });
    text.addEventListener("keydown", (event) => {
      if (event.key === "Enter" && !event.shiftKey && !event.isComposing) {
        event.preventDefault();
        const write = text.form.querySelector('[value="write"]');
        if (text.value.trim()) write.click();
      }
    });
    text.focus();
  }
})();
