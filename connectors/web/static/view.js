// Draws the chat: builds nodes, never HTML from text.

import { blocks, element } from "/static/text.js";

const byId = (id) => document.getElementById(id);

function fileLink(file, texts) {
  if (file.data === undefined) {
    return element("p", {
      className: "state",
      textContent: texts.file_gone.replace("{name}", file.name),
    });
  }
  const bytes = Uint8Array.from(atob(file.data), (letter) => letter.charCodeAt(0));
  const address = URL.createObjectURL(new Blob([bytes], { type: file.media_type }));
  const link = element("a", {
    className: "file",
    download: file.name,
    href: address,
    textContent: texts.save_file.replace("{name}", file.name),
  });
  if (!file.media_type.startsWith("image/")) {
    return link;
  }
  // What the picture shows is told by the text below it; the link names it for screen readers.
  const figure = element("figure", { className: "picture" });
  // Room for it is known only when it has loaded; what stands below it is still being read then.
  const picture = element("img", { src: address, alt: "" });
  picture.addEventListener("load", () => figure.scrollIntoView({ block: "nearest" }));
  figure.append(picture, link);
  return figure;
}

export class View {
  constructor(texts, onChoice) {
    this.texts = texts;
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
    const bubble = this.bubble("mine", this.texts.me, [
      element("p", { textContent: entry.text }),
    ]);
    bubble.dataset.id = entry.id;
    this.log.append(bubble);
    this.mark(entry.id, entry.state);
    return bubble;
  }

  addTheirs(entry, { isLive = true } = {}) {
    byId("start").hidden = true;
    const who = entry.is_urgent ? this.texts.urgent : this.texts.assistant;
    const bubble = this.bubble("theirs", who, blocks(entry.spans));
    if (entry.is_urgent) {
      bubble.classList.add("urgent");
      if (isLive) {
        bubble.setAttribute("role", "alert");
      }
    }
    if (entry.file) {
      bubble.append(fileLink(entry.file, this.texts));
    }
    this.log.append(bubble);
    if (entry.buttons?.length) {
      this.log.append(this.choices(entry));
    }
    return bubble;
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
