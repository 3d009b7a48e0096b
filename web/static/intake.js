// Comfort only: the intake works without it. Words come from the page's data attributes.
(() => {
  "use strict";
  const form = document.getElementById("kayit");
  if (!form) return;
  const json = async (address) => {
    const answer = await fetch(address, { credentials: "same-origin", headers: { Accept: "application/json" } });
    if (!answer.ok) throw new Error(String(answer.status));
    return answer.json();
  };
  const later = (pause, work) => {
    let timer = 0;
    return () => {
      clearTimeout(timer);
      timer = setTimeout(work, pause);
    };
  };
  const element = (name, words, marks = {}) => {
    const made = document.createElement(name);
    made.textContent = words;
    for (const [mark, value] of Object.entries(marks)) made.setAttribute(mark, value);
    return made;
  };

  form.addEventListener("keydown", (event) => {
    if (event.key === "Enter" && event.ctrlKey) {
      event.preventDefault();
      form.requestSubmit();
    }
  });

  // The usual kind of contact follows the channel until somebody chooses one.
  const kind = form.elements.contact_kind;
  let chosenByHand = false;
  kind.addEventListener("change", () => (chosenByHand = true));
  for (const channel of form.querySelectorAll("[data-usual]")) {
    channel.addEventListener("change", () => {
      if (!chosenByHand) kind.value = channel.dataset.usual;
    });
  }

  // The caller's earlier cases.
  const phone = form.elements.phone;
  const earlier = document.getElementById("gecmis");
  let asked = phone.value;
  phone.addEventListener("change", async () => {
    asked = phone.value;
    const wanted = asked;
    earlier.replaceChildren(); // whatever comes of it: these are another caller's
    try {
      const answer = await fetch(`/temsilci/basvuru/gecmis?telefon=${encodeURIComponent(wanted)}`, { credentials: "same-origin", redirect: "error" });
      if (!answer.ok || wanted !== asked) return;
      const part = new DOMParser().parseFromString(await answer.text(), "text/html");
      earlier.replaceChildren(...part.body.childNodes);
    } catch {
      // Without them a new case can be taken down all the same.
    }
  });

  // Topics: an editable combobox with list autocomplete (WAI-ARIA APG) in place of the long select.
  const field = document.getElementById("konu");
  const select = form.elements.topic;
  const label = field.querySelector("label");
  const box = element("input", "", {
    id: "konu-ara", type: "text", role: "combobox", autocomplete: "off", "aria-autocomplete": "list",
    "aria-expanded": "false", "aria-controls": "konu-listesi",
    "aria-describedby": select.getAttribute("aria-describedby") || "",
  });
  const list = element("ul", "", { id: "konu-listesi", role: "listbox", "aria-label": "Konu", hidden: "" });
  const status = element("p", "", { class: "hint topic-status", role: "status" });
  const shown = element("div", "", { class: "combo" });
  shown.append(box, list);
  select.after(shown, status);
  select.hidden = true;
  label.htmlFor = "konu-ara";
  let found = [];
  let active = -1;

  const nameOf = (code) => {
    const option = Array.from(select.options).find((each) => each.value === code);
    return code && option ? option.textContent : "";
  };
  const close = () => {
    list.hidden = true;
    active = -1;
    box.setAttribute("aria-expanded", "false");
    box.removeAttribute("aria-activedescendant");
  };
  const point = (index) => {
    active = index;
    Array.from(list.children).forEach((option, at) => option.setAttribute("aria-selected", String(at === index)));
    const option = list.children[index];
    if (!option) {
      box.removeAttribute("aria-activedescendant");
      return;
    }
    box.setAttribute("aria-activedescendant", option.id);
    option.scrollIntoView({ block: "nearest" });
  };
  const choose = (topic) => {
    select.value = topic.code;
    box.value = topic.name;
    status.textContent = `${topic.unit} · ${topic.resolution_time}`;
    close();
  };
  const show = (topics) => {
    found = topics;
    list.replaceChildren(...topics.map((topic, at) => {
      const option = element("li", "", { id: `konu-${at}`, role: "option", "aria-selected": "false" });
      option.append(element("span", topic.name, { class: "topic" }), element("span", `${topic.unit} · ${topic.resolution_time}`, { class: "about" }));
      option.addEventListener("mousedown", (event) => event.preventDefault());
      option.addEventListener("click", () => choose(topic));
      return option;
    }));
    list.hidden = topics.length === 0;
    active = -1;
    box.setAttribute("aria-expanded", String(topics.length > 0));
    box.removeAttribute("aria-activedescendant");
    status.textContent = topics.length ? `${topics.length} ${field.dataset.found}` : field.dataset.none;
  };
  const look = later(120, async () => {
    const typed = box.value.trim();
    if (typed.length < 2) return;
    try {
      const topics = await json(`${field.dataset.search}?q=${encodeURIComponent(typed)}`);
      if (typed === box.value.trim() && document.activeElement === box) show(topics);
    } catch {
      status.textContent = field.dataset.none;
    }
  });
  box.addEventListener("input", () => {
    select.value = "";
    status.textContent = "";
    if (box.value.trim().length < 2) close();
    look();
  });
  box.addEventListener("keydown", (event) => {
    const open = !list.hidden;
    if (event.key === "ArrowDown" || event.key === "ArrowUp") {
      event.preventDefault();
      if (!open) look();
      else point((active + (event.key === "ArrowDown" ? 1 : active < 0 ? found.length : -1) + found.length) % found.length);
    } else if (event.key === "Enter" && !event.ctrlKey && open) {
      event.preventDefault();
      if (active >= 0) choose(found[active]);
    } else if (event.key === "Escape") {
      if (open) close();
      else {
        box.value = "";
        select.value = "";
        status.textContent = "";
      }
    }
  });
  box.addEventListener("blur", () => {
    close();
    if (!select.value) box.value = "";
  });
  box.value = nameOf(select.value);
  for (const link of document.querySelectorAll('.summary a[href="#topic"]')) link.setAttribute("href", "#konu-ara");

  // Neighbourhoods of the district.
  const district = form.elements.district;
  const names = document.getElementById("mahalleler");
  const fillNames = async () => {
    names.replaceChildren();
    if (!district.value) return;
    try {
      const all = await json(`${names.dataset.list}?ilce=${encodeURIComponent(district.value)}`);
      names.replaceChildren(...all.map((name) => element("option", "", { value: name })));
    } catch {
      // The name can be typed all the same.
    }
  };
  district.addEventListener("change", fillNames);
  fillNames();

  // The position of who stands there.
  const position = document.getElementById("position");
  const locate = position.querySelector(".locate");
  const forget = position.querySelector(".forget");
  const where = position.querySelector(".where");
  const { latitude, longitude } = form.elements;
  const told = (words) => {
    forget.hidden = !latitude.value;
    where.textContent = words;
  };
  if (navigator.geolocation && window.isSecureContext) locate.hidden = false;
  forget.hidden = !latitude.value;
  locate.addEventListener("click", () => {
    told(position.dataset.asking);
    navigator.geolocation.getCurrentPosition(
      ({ coords }) => {
        latitude.value = coords.latitude.toFixed(6);
        longitude.value = coords.longitude.toFixed(6);
        told(`${position.dataset.taken}: ${latitude.value}, ${longitude.value} (${Math.round(coords.accuracy)} ${position.dataset.metres})`);
      },
      () => told(position.dataset.refused),
      { enableHighAccuracy: true, timeout: 15000, maximumAge: 30000 },
    );
  });
  forget.addEventListener("click", () => {
    latitude.value = "";
    longitude.value = "";
    told("");
    locate.focus();
  });

  // What was chosen, and whether it is too much.
  const inputs = Array.from(form.querySelectorAll('input[type="file"]'));
  const chosen = form.querySelector(".chosen");
  const inBytes = (size) => size < 1048576
    ? `${Math.ceil(size / 1024)} KB`
    : `${(size / 1048576).toLocaleString("tr", { maximumFractionDigits: 1 })} MB`;
  for (const input of inputs) {
    input.addEventListener("change", () => {
      const all = inputs.flatMap((each) => Array.from(each.files));
      const total = all.reduce((sum, file) => sum + file.size, 0);
      chosen.replaceChildren(...all.map((file) => element("li", `${file.name} (${inBytes(file.size)})`)));
      let trouble = "";
      if (all.length > Number(form.dataset.mostFiles)) trouble = form.dataset.tooMany;
      else if (total > Number(form.dataset.mostMb) * 1048576) trouble = form.dataset.tooLarge;
      form.elements.files[1].setCustomValidity(trouble);
      if (trouble) form.elements.files[1].reportValidity();
    });
  }

  if (!document.querySelector(".summary")) (phone.value ? form.elements.text : phone).focus();
})();
