// Comfort only: the form works without it. Words come from the page's data attributes.
(() => {
  "use strict";
  const form = document.getElementById("basvuru");
  if (!form) return;
  const files = form.elements.files;
  const chosen = form.querySelector(".chosen");
  const text = form.elements.text;
  const count = form.querySelector(".count");

  const inBytes = (size) => size < 1048576
    ? `${Math.ceil(size / 1024)} KB`
    : `${(size / 1048576).toLocaleString("tr", { maximumFractionDigits: 1 })} MB`;
  files.addEventListener("change", () => {
    const all = Array.from(files.files);
    const total = all.reduce((sum, file) => sum + file.size, 0);
    chosen.replaceChildren(...all.map((file) => {
      const item = document.createElement("li");
      item.textContent = `${file.name} (${inBytes(file.size)})`;
      return item;
    }));
    let trouble = "";
    if (all.length > Number(form.dataset.mostFiles)) trouble = form.dataset.tooMany;
    else if (total > Number(form.dataset.mostMb) * 1048576) trouble = form.dataset.tooLarge;
    files.setCustomValidity(trouble);
    if (trouble) files.reportValidity();
  });

  const most = Number(text.dataset.most);
  text.addEventListener("input", () => {
    const left = most - text.value.length;
    count.textContent = left < 1000 ? `${left.toLocaleString("tr")} ${form.dataset.left}` : "";
    text.style.height = "auto";
    text.style.height = `${text.scrollHeight + 4}px`;
  });
})();
