// The visitor's side of the chat. A line counts as sent when the server has acknowledged it; until then it is
// kept here and sent again, always under the same id. Words come from the page's data attributes.
(() => {
  "use strict";
  const root = document.getElementById("sohbet");
  if (!root || !("WebSocket" in window)) return;
  root.hidden = false;
  const FIRST_WAIT_MS = 500, LONGEST_WAIT_MS = 20000, PING_MS = 25000, PONG_MS = 10000, TYPING_MS = 3000;
  const say = (name) => root.dataset[`say${name[0].toUpperCase()}${name.slice(1)}`] || "";
  const find = (what) => root.querySelector(what);
  const log = find(".chat-log"), list = find(".chat-log ol"), state = find(".chat-state");
  const typing = find(".chat-typing"), form = find("form"), field = find("textarea"), trouble = find(".chat-trouble");
  const button = (name) => document.querySelector(`[data-do="${name}"]`);

  // What outlives a reload: the token, and lines that nobody has acknowledged yet. Other tabs keep theirs in the
  // same place: their lines stay until they are sent, and the chat that was begun last is the one to come back to.
  const stored = () => {
    try {
      return JSON.parse(localStorage.getItem(root.dataset.keep)) || {};
    } catch {
      return {};
    }
  };
  const kept = stored();
  const linesOf = (from) => (Array.isArray(from.unsent) ? from.unsent : []);
  const chatOf = (token) => String(token || "").split("~")[0];
  const unsent = linesOf(kept);
  const settled = new Set(); // client ids
  let begun = !kept.token;
  const keep = () => {
    const now = stored();
    const theirs = linesOf(now).filter((line) => !settled.has(line.client_id) && !unsent.some((mine) => mine.client_id === line.client_id));
    const ours = begun || !now.token || chatOf(now.token) === chatOf(kept.token);
    try {
      localStorage.setItem(root.dataset.keep, JSON.stringify({ token: ours ? kept.token : now.token, unsent: [...theirs, ...unsent] }));
    } catch {
      // A browser that keeps nothing: the chat lives as long as its page.
    }
  };
  const drop = (clientId) => {
    settled.add(clientId);
    const place = unsent.findIndex((line) => line.client_id === clientId);
    if (place !== -1) unsent.splice(place, 1);
  };
  const adopt = () => {
    const now = stored();
    if (chatOf(now.token) !== chatOf(kept.token)) return; // another tab's chat has lines of its own
    const known = new Set([...settled, ...unsent.map((line) => line.client_id)]);
    unsent.push(...linesOf(now).filter((line) => !known.has(line.client_id)));
  };

  let socket = null, lastSeen = 0, wait = FIRST_WAIT_MS, pong = 0, typedAt = 0, most = 2000, typingEnds = 0, again = 0;
  const shown = new Map(); // by seq
  const pending = new Map(); // by client id

  const newId = () => Array.from(crypto.getRandomValues(new Uint8Array(12)), (b) => b.toString(16).padStart(2, "0")).join("");
  const ready = () => socket && socket.readyState === WebSocket.OPEN && pong !== -1;
  const send = (frame) => ready() && socket.send(JSON.stringify(frame));

  const show = (line) => {
    const item = document.createElement("li");
    const part = (kind, words) => {
      const span = document.createElement(kind === "time" ? "time" : "span");
      if (kind !== "time") span.className = kind;
      span.textContent = words;
      item.append(span);
      return span;
    };
    item.className = line.author;
    part("who", say(line.author === "citizen" ? "you" : line.author));
    part("words", line.text);
    const at = part("time", new Date(line.at).toLocaleTimeString("tr", { hour: "2-digit", minute: "2-digit" }));
    at.dateTime = line.at;
    item.fate = part("fate", "");
    list.append(item);
    log.scrollTop = log.scrollHeight;
    return item;
  };

  const settle = (clientId, seq) => {
    drop(clientId);
    const item = pending.get(clientId);
    if (item) {
      item.classList.remove("unsent");
      item.fate.textContent = "";
      pending.delete(clientId);
      shown.set(seq, item);
    }
    keep();
  };

  const take = (line) => {
    if (line.client_id && pending.has(line.client_id)) settle(line.client_id, line.seq);
    else if (line.client_id) drop(line.client_id);
    if (!shown.has(line.seq)) shown.set(line.seq, show(line));
    if (line.seq > lastSeen) lastSeen = line.seq;
    if (line.author !== "citizen") typing.textContent = "";
  };

  const tellSeen = () => {
    if (!document.hidden && lastSeen) send({ type: "seen", seq: lastSeen });
  };

  const wants = (line) => {
    let item = pending.get(line.client_id);
    if (!item) {
      item = show({ author: "citizen", text: line.text, at: line.at });
      pending.set(line.client_id, item);
    }
    item.classList.toggle("unsent", !ready());
    item.fate.textContent = say(ready() ? "sending" : "waiting");
    send({ type: "say", client_id: line.client_id, text: line.text });
  };

  const speak = (text) => {
    const line = { client_id: newId(), text, at: new Date().toISOString() };
    unsent.push(line);
    keep();
    wants(line);
  };

  const resendLater = () => {
    clearTimeout(again);
    again = setTimeout(() => unsent.forEach(wants), 3000);
  };

  const heard = {
    welcome(frame) {
      kept.token = frame.token;
      most = frame.most;
      wait = FIRST_WAIT_MS;
      pong = 0;
      state.textContent = frame.closed ? say("closed") : say("connected");
      state.classList.remove("off");
      frame.messages.forEach(take);
      button("new").hidden = !frame.closed;
      keep();
      if (!begun) adopt();
      begun = false;
      unsent.slice().forEach(wants);
      tellSeen();
    },
    message(frame) {
      take(frame);
      tellSeen();
    },
    ack(frame) {
      settle(frame.client_id, frame.seq);
      state.textContent = "";
      trouble.textContent = "";
      button("new").hidden = true;
    },
    typing() {
      typing.textContent = say("typing");
      clearTimeout(typingEnds);
      typingEnds = setTimeout(() => { typing.textContent = ""; }, 6000);
    },
    agent() {},
    closed() {
      state.textContent = say("closed");
      button("new").hidden = false;
    },
    pong() { pong = 0; },
    error(frame) {
      if (frame.code === "gone") {
        // The unsent lines go into a new chat; what was said before stays on the page until it is left.
        const other = stored().token;
        kept.token = chatOf(other) === chatOf(kept.token) ? "" : other || "";
        begun = !kept.token;
        lastSeen = 0;
        shown.clear();
        keep();
        state.textContent = say("gone");
        return;
      }
      trouble.textContent = frame.text;
      if (frame.client_id && frame.code !== "not_stored" && frame.code !== "limited") {
        const item = pending.get(frame.client_id);
        if (item) item.fate.textContent = say("failed");
        drop(frame.client_id);
        keep();
      } else if (frame.client_id) {
        resendLater();
      }
    },
  };

  const connect = () => {
    pong = -1; // not greeted yet
    const scheme = location.protocol === "https:" ? "wss:" : "ws:";
    const mine = new WebSocket(`${scheme}//${location.host}${root.dataset.socket}`);
    socket = mine;
    mine.addEventListener("open", () => {
      mine.send(JSON.stringify({ type: "hello", token: kept.token || "", last_seen: lastSeen }));
    });
    mine.addEventListener("message", (event) => {
      const frame = JSON.parse(event.data);
      if (frame.type === "welcome") pong = 0;
      if (heard[frame.type]) heard[frame.type](frame);
    });
    mine.addEventListener("close", () => {
      if (socket !== mine) return;
      socket = null;
      if (kept.token) {
        state.textContent = say("offline");
        state.classList.add("off");
      }
      pending.forEach((item) => {
        item.classList.add("unsent");
        item.fate.textContent = say("waiting");
      });
      setTimeout(connect, wait * (0.75 + Math.random() / 2));
      wait = Math.min(wait * 2, LONGEST_WAIT_MS);
    });
  };

  setInterval(() => {
    if (!ready()) return;
    pong = Date.now();
    send({ type: "ping" });
    const asked = socket;
    setTimeout(() => {
      if (pong > 0 && socket === asked) asked.close();
    }, PONG_MS);
  }, PING_MS);

  form.addEventListener("submit", (event) => {
    event.preventDefault();
    const text = field.value.trim();
    trouble.textContent = "";
    if (!text) return;
    if (text.length > most) {
      trouble.textContent = `${say("toolong")} (${text.length} / ${most})`;
      return;
    }
    field.value = "";
    speak(text);
    field.focus();
  });
  field.addEventListener("keydown", (event) => {
    if (event.key === "Enter" && !event.shiftKey && !event.isComposing) {
      event.preventDefault();
      form.requestSubmit();
    }
  });
  field.addEventListener("input", () => {
    if (Date.now() - typedAt > TYPING_MS) {
      typedAt = Date.now();
      send({ type: "typing" });
    }
  });
  button("agent").addEventListener("click", () => speak("temsilci"));
  button("finish").addEventListener("click", () => send({ type: "finish" }));
  button("new").addEventListener("click", () => {
    kept.token = "";
    begun = true;
    lastSeen = 0;
    shown.clear();
    pending.clear();
    list.replaceChildren();
    keep();
    if (socket) {
      wait = 1;
      socket.close();
    }
    field.focus();
  });
  if (button("close")) {
    button("close").addEventListener("click", () => window.parent.postMessage({ beyazmasa: "close" }, "*"));
  }
  document.addEventListener("visibilitychange", tellSeen);
  connect();
})();
