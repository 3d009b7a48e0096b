// Puts the chat on another site's page: <script src="https://.../sohbet/widget.js" data-label="Sohbet" defer></script>
// It adds one button and one frame; nothing of the page around it is read. The frame is shown only on sites
// that the chat's account names.
(() => {
  "use strict";
  const script = document.currentScript;
  const origin = new URL(script.src).origin;
  const side = script.dataset.side === "left" ? "left" : "right";
  const label = script.dataset.label || "Sohbet";
  const style = (element, given) => Object.assign(element.style, given);

  const button = document.createElement("button");
  button.type = "button";
  button.textContent = label;
  button.setAttribute("aria-expanded", "false");
  style(button, {
    position: "fixed", bottom: "1rem", [side]: "1rem", zIndex: "2147483000", minHeight: "3rem",
    padding: "0 1.5rem", border: "0", borderRadius: "1.5rem", background: "#0b3d5c", color: "#fff",
    font: "600 1rem system-ui, sans-serif", cursor: "pointer", boxShadow: "0 2px 10px rgba(0,0,0,.3)",
  });

  let frame = null;
  const open = () => {
    if (!frame) {
      frame = document.createElement("iframe");
      frame.src = `${origin}/sohbet/gomulu`;
      frame.title = script.dataset.title || "Beyaz Masa sohbeti";
      style(frame, {
        position: "fixed", bottom: "5rem", [side]: "1rem", zIndex: "2147483000", width: "min(24rem, calc(100vw - 2rem))",
        height: "min(38rem, calc(100vh - 6.5rem))", border: "1px solid #6b7c8a", borderRadius: "12px",
        background: "#fff", boxShadow: "0 4px 24px rgba(0,0,0,.3)",
      });
      document.body.append(frame);
    }
    frame.hidden = false;
    frame.style.display = "block";
    button.setAttribute("aria-expanded", "true");
    frame.focus();
  };
  const close = () => {
    if (frame) frame.style.display = "none";
    button.setAttribute("aria-expanded", "false");
    button.focus();
  };
  button.addEventListener("click", () => (button.getAttribute("aria-expanded") === "true" ? close() : open()));
  window.addEventListener("message", (event) => {
    if (frame && event.origin === origin && event.source === frame.contentWindow && event.data && event.data.beyazmasa === "close") close();
  });
  document.body ? document.body.append(button) : addEventListener("DOMContentLoaded", () => document.body.append(button));
})();
