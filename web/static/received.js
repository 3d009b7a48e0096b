// Looks for the number and shows it in place, announced; without scripts the page renews itself instead.
(() => {
  "use strict";
  const PAUSE_MS = 1000;
  const receipt = document.getElementById("makbuz");

  const look = async () => {
    const waiting = receipt.querySelector("[data-again]");
    if (!waiting) return;
    try {
      const answer = await fetch(waiting.dataset.again, { credentials: "same-origin" });
      const page = new DOMParser().parseFromString(await answer.text(), "text/html");
      const found = page.getElementById("makbuz");
      if (found) {
        receipt.replaceChildren(...found.childNodes);
        document.title = page.title;
      }
    } catch {
      // The connection is gone for a moment; the next look may find it again.
    }
    setTimeout(look, PAUSE_MS);
  };
  setTimeout(look, PAUSE_MS);
})();
