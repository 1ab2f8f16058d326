// Draws the chat: builds nodes, never HTML from text.

import { received, sent } from "/static/files.js";
import { blocks, element } from "/static/text.js";

const byId = (id) => document.getElementById(id);

export class View {
  constructor(texts, memory, onChoice) {
    this.texts = texts;
    this.memory = memory;
    this.onChoice = onChoice;
    this.log = byId("log");
    this.greeting = this.log.children.length;
    this.typing = byId("typing");
    this.typing.append(element("span", { className: "only-read", textContent: texts.typing }));
  }

  clear() {
    while (this.log.children.length > this.greeting) {
      this.log.lastChild.remove();
    }
    byId("start").hidden = false;
  }

  addMine(entry) {
    byId("start").hidden = true;
    const content = entry.file
      ? sent(entry.file, this.memory.contents.get(entry.id))
      : element("p", { textContent: entry.text });
    const bubble = this.bubble("mine", this.texts.me, [content]);
    bubble.dataset.id = entry.id;
    this.log.append(bubble);
    this.mark(entry.id, entry.state);
    return bubble;
  }

  addTheirs(entry, { isLive = true } = {}) {
    byId("start").hidden = true;
    const { bubble, nodes } = this.theirs(entry);
    if (entry.is_urgent && isLive) {
      bubble.setAttribute("role", "alert");
    }
    this.log.append(...nodes);
    return bubble;
  }

  // It was edited or taken back; also where others quote it.
  redraw(entry) {
    const id = CSS.escape(entry.message_id);
    const [first, ...rest] = this.log.querySelectorAll(`[data-of="${id}"]`);
    if (!first) {
      return;
    }
    rest.forEach((node) => node.remove());
    first.replaceWith(...this.theirs(entry).nodes);
    for (const quote of this.log.querySelectorAll(`[data-quotes="${id}"]`)) {
      quote.textContent = this.firstLine(entry);
    }
  }

  // What a message of theirs is drawn with: whose it is, what was said, what may be chosen.
  theirs(entry) {
    const { author, is_urgent, message_id = "" } = entry;
    const who = author || (is_urgent ? this.texts.urgent : this.texts.assistant);
    const bubble = this.bubble("theirs", who, this.content(entry));
    bubble.classList.toggle("urgent", Boolean(is_urgent));
    bubble.classList.toggle("person", Boolean(author));
    const nodes = [bubble];
    if (author) {
      // The bubble itself begins with the name for screen readers.
      const name = element("p", { className: "author", textContent: author });
      name.setAttribute("aria-hidden", "true");
      nodes.unshift(name);
    }
    if (entry.buttons?.length) {
      nodes.push(this.choices(entry));
    }
    for (const node of nodes) {
      node.dataset.of = message_id;
    }
    return { bubble, nodes };
  }

  content(entry) {
    if (entry.deleted) {
      return [element("p", { className: "deleted", textContent: this.texts.deleted })];
    }
    const said = entry.author
      ? [element("p", { textContent: entry.text })].filter(() => entry.text)
      : blocks(entry.spans);
    const file = entry.file
      ? [received(entry.file, this.memory.contents.get(entry.message_id), this.texts)]
      : [];
    return [...this.quote(entry.quotes), ...said, ...file];
  }

  quote(id) {
    const quoted = id && this.memory.find(id);
    if (!quoted) {
      return [];
    }
    const line = element("span", { textContent: this.firstLine(quoted) });
    line.dataset.quotes = id;
    const before = element("span", {
      className: "only-read",
      textContent: `${this.texts.quotes}: `,
    });
    return [element("p", { className: "quote" }, before, line)];
  }

  firstLine(entry) {
    if (entry.deleted) {
      return this.texts.deleted;
    }
    const text = entry.spans ? entry.spans.map((span) => span.text).join("") : entry.text;
    return text?.trim().split("\n")[0] || entry.file?.name || "";
  }

  addNotice(text) {
    this.log.append(element("p", { className: "notice", textContent: text }));
  }

  bubble(side, who, content) {
    return element(
      "div",
      { className: `bubble ${side}` },
      element("span", { className: "only-read", textContent: `${who}: ` }),
      ...content,
    );
  }

  choices(entry) {
    const row = element("div", { className: "choices" });
    for (const button of entry.buttons) {
      const made = element("button", { type: "button", className: "choice" });
      made.append(button.label);
      made.dataset.token = button.token;
      made.addEventListener("click", () => this.onChoice(button));
      row.append(made);
    }
    if (entry.closed) {
      this.close(row, entry.used);
    }
    return row;
  }

  closeChoices(token = null) {
    for (const row of this.log.querySelectorAll(".choices:not(.closed)")) {
      this.close(row, token);
    }
  }

  close(row, token) {
    row.classList.add("closed");
    for (const button of row.children) {
      button.disabled = true;
      if (token !== null && button.dataset.token === token) {
        button.classList.add("used");
        button.prepend("✓ ");
        button.append(
          element("span", { className: "only-read", textContent: ` (${this.texts.chosen})` }),
        );
      }
    }
  }

  // A line below a message of the person's that is not with the server yet; empty when it is.
  mark(id, state, text = "") {
    const bubble = this.log.querySelector(`[data-id="${CSS.escape(id)}"]`);
    bubble?.querySelector(".state")?.remove();
    const said = text || { waiting: this.texts.waiting, failed: this.texts.failed }[state];
    if (bubble && said) {
      bubble.append(element("p", { className: "state", textContent: said }));
    }
    bubble?.classList.toggle("unsent", Boolean(said));
  }

  showTyping(isTyping) {
    clearTimeout(this.typingEnds);
    if (isTyping) {
      this.typingEnds = setTimeout(() => this.showTyping(false), 10_000);
    }
    if (this.typing.hidden === isTyping) {
      this.typing.hidden = !isTyping;
      if (isTyping) {
        this.toEnd();
      }
    }
  }

  showStatus(text) {
    if (byId("status").textContent !== text) {
      byId("status").textContent = text;
    }
  }

  toEnd() {
    scrollTo({ top: document.documentElement.scrollHeight });
  }

  // A long answer is read from its beginning, so its beginning stays in sight.
  toBubble(bubble) {
    const header = document.querySelector("header").offsetHeight;
    const footer = document.querySelector("footer").offsetHeight;
    if (bubble.offsetHeight > innerHeight - header - footer - 32) {
      scrollTo({ top: bubble.offsetTop - header - 16 });
    } else {
      this.toEnd();
    }
  }
}
