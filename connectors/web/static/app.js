// The page: what is typed goes into the memory and onto the line, what is heard onto the view.

import { Attachment } from "/static/files.js";
import { Line, newId, post } from "/static/line.js";
import { Memory } from "/static/memory.js";
import { View } from "/static/view.js";
import { wireDialogs } from "/static/dialogs.js";

// Milliseconds: a messenger shows the sign for about so long.
const TYPING_EVERY = 4_000;

const texts = JSON.parse(document.body.dataset.texts);
const input = document.getElementById("input");
const memory = new Memory();
let toldTypingAt = -TYPING_EVERY;
const view = new View(texts, memory, choose);
const line = new Line(memory, {
  connected: (isConnected) => view.showStatus(isConnected ? "" : texts.offline),
  event: hear,
  posted(id) {
    memory.settle(id, "sent");
    view.mark(id, "sent");
    // The answer may be faster than the receipt; of a human only they themselves say that they write.
    view.showTyping(!memory.isAnswered(id) && !memory.isWithHuman());
  },
  waiting() {
    for (const each of memory.queue) {
      view.mark(each.id, "waiting");
    }
    view.showStatus(texts.offline);
  },
  delayed(id, answer) {
    view.mark(id, "waiting", answer.error);
    if (answer.crisis && !memory.isAnswered(id)) {
      const crisis = { ...answer.crisis, in_reply_to: id };
      view.toBubble(view.addTheirs(memory.addTheirs(crisis)));
    }
  },
  refused(id, answer) {
    memory.settle(id, "failed");
    view.mark(id, "failed", answer.error);
  },
});

// --- speaking ------------------------------------------------------------------------------------

function say(shown, content, { token = null, blob = null } = {}) {
  const id = newId();
  memory.closeChoices(token);
  view.closeChoices(token);
  memory.addMine({ id, ...shown }, { id, ...content }, blob);
  view.addMine({ id, ...shown });
  view.toEnd();
  line.drain();
}

function choose(button) {
  const { label: text, token } = button;
  press(() => say({ text }, { choice: token }, { token }));
}

// A button that is gone or disabled loses the focus; a keyboard must not look for its place.
function press(act) {
  const isByKeyboard = document.activeElement?.matches(":focus-visible");
  act();
  if (isByKeyboard) {
    input.focus();
  }
}

function send() {
  const text = input.value.trim();
  const attached = attachment.take();
  if (attached) {
    const { file, blob } = attached;
    say({ file }, { file }, { blob });
  }
  if (text) {
    input.value = "";
    grow();
    say({ text }, { text });
  }
  input.focus();
}

// Only a human is told that somebody is writing; the assistant waits for nobody.
function tellTyping() {
  const now = Date.now();
  if (input.value.trim() && memory.isWithHuman() && now - toldTypingAt >= TYPING_EVERY) {
    toldTypingAt = now;
    post("/chat/typing", {}).catch(() => null);
  }
}

function grow() {
  input.style.height = "auto";
  input.style.height = `${input.scrollHeight}px`;
}

// --- hearing -------------------------------------------------------------------------------------

function hear(event) {
  if (memory.enter(event.chat)) {
    view.clear();
  }
  if (event.kind === "typing") {
    view.showTyping(true);
    return;
  }
  const changed = memory.change(event);
  if (changed) {
    view.redraw(changed);
  } else if (isNew(event)) {
    view.showTyping(false);
    memory.closeChoices();
    view.closeChoices();
    view.toBubble(view.addTheirs(memory.addTheirs(event)));
  }
  memory.heard(event);
  line.acknowledge();
}

// An edit of what is not here has only the new text to show, a deletion nothing.
function isNew(event) {
  return event.kind !== "delete" && event.text !== null && !memory.has(event);
}

// --- the session ---------------------------------------------------------------------------------

const attachment = new Attachment(texts, {
  complain: (text) => view.showStatus(text),
  done: () => input.focus(),
});
wireDialogs({
  getCode: () => say({ text: "/code" }, { text: "/code" }),
  async end() {
    const { ok } = await post("/chat/session/end", {}).catch(() => ({ ok: false }));
    if (ok) {
      memory.forget();
      location.reload();
    } else {
      view.showStatus(texts.offline);
    }
  },
  async recover(code) {
    const result = await post("/chat/session/recover", { code }).catch(() => null);
    if (!result?.ok) {
      return result?.answer.error ?? texts.offline;
    }
    memory.forget();
    view.clear();
    view.addNotice(texts.recovered);
    line.listen();
    return "";
  },
});

document.getElementById("composer").addEventListener("submit", (event) => {
  event.preventDefault();
  send();
});
input.addEventListener("input", grow);
input.addEventListener("input", tellTyping);
input.addEventListener("keydown", (event) => {
  if (event.key === "Enter" && !event.shiftKey && !event.isComposing) {
    event.preventDefault();
    send();
  }
});
for (const starter of document.querySelectorAll("#start .choice")) {
  const text = starter.textContent;
  starter.addEventListener("click", () => press(() => say({ text }, { text })));
}

view.log.setAttribute("aria-live", "off");
for (const entry of memory.entries) {
  if (entry.id) {
    view.addMine(entry);
  } else {
    view.addTheirs(entry, { isLive: false });
  }
}
if (memory.entries.length > 0) {
  view.toEnd();
}
requestAnimationFrame(() => view.log.setAttribute("aria-live", "polite"));
line.start();
