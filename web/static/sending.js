// Comfort only, for every form that says what its button shows meanwhile (data-sending).
(() => {
  "use strict";
  for (const form of document.querySelectorAll("form[data-sending]")) {
    const send = form.querySelector(".send");
    // A second click while the first is under way sends nothing; coming back to the page frees the button.
    form.addEventListener("submit", (event) => {
      if (send.getAttribute("aria-disabled") === "true") {
        event.preventDefault();
        return;
      }
      send.dataset.words = send.textContent;
      send.textContent = form.dataset.sending;
      send.setAttribute("aria-disabled", "true");
    });
    window.addEventListener("pageshow", () => {
      if (send.dataset.words) send.textContent = send.dataset.words;
      send.removeAttribute("aria-disabled");
    });
  }
})();
