// Files: choosing one to send, and how one is shown.

import { element } from "/static/text.js";

const byId = (id) => document.getElementById(id);

export function blobOf(file) {
  const bytes = Uint8Array.from(atob(file.data), (letter) => letter.charCodeAt(0));
  return new Blob([bytes], { type: file.media_type });
}

// What the picture shows is told by the text beside it, and its name for screen readers.
function pictured(address, name) {
  const figure = element("figure", { className: "picture" });
  // Room for it is known only when it has loaded; what stands below it is still being read then.
  const picture = element("img", { src: address, alt: "" });
  picture.addEventListener("load", () => figure.scrollIntoView({ block: "nearest" }));
  figure.append(picture, name);
  return figure;
}

// A file that was received: a link that saves it, or after a reload only its name.
export function received(file, blob, texts) {
  if (!blob) {
    return element("p", {
      className: "state",
      textContent: texts.file_gone.replace("{name}", file.name),
    });
  }
  const address = URL.createObjectURL(blob);
  const link = element("a", {
    className: "file",
    download: file.name,
    href: address,
    textContent: texts.save_file.replace("{name}", file.name),
  });
  return file.media_type.startsWith("image/") ? pictured(address, link) : link;
}

// A file of the person's own.
export function sent(file, blob) {
  const name = element("span", { className: "file-name", textContent: file.name });
  return blob && file.media_type.startsWith("image/")
    ? pictured(URL.createObjectURL(blob), name)
    : name;
}

// The file beside the input: nothing is sent before the person sends it.
export class Attachment {
  constructor(texts, { complain, done }) {
    this.texts = texts;
    this.complain = complain;
    this.chosen = null;
    const chooser = byId("file");
    byId("attach").addEventListener("click", () => chooser.click());
    byId("detach").addEventListener("click", () => {
      this.show(null);
      done();
    });
    chooser.addEventListener("change", () => {
      const [file] = chooser.files;
      if (!file) {
        return;
      }
      const isTooLarge = file.size > Number(chooser.dataset.most);
      complain(isTooLarge ? texts.file_too_large : "");
      this.attach(isTooLarge ? null : file);
      chooser.value = "";
      done();
    });
  }

  // At once, so that Enter right after the choice sends it along.
  attach(file) {
    const chosen = file && { file: { name: file.name, media_type: file.type }, blob: file };
    this.show(chosen);
    if (chosen) {
      this.hold(chosen);
    }
  }

  // The content itself: a file on the device may change or go before it is sent.
  async hold(chosen) {
    try {
      const content = await chosen.blob.arrayBuffer();
      chosen.blob = new Blob([content], { type: chosen.file.media_type });
    } catch {
      if (this.chosen === chosen) {
        this.show(null);
        this.complain(this.texts.file_unreadable);
      }
    }
  }

  // What is to be sent along, or null; it is not beside the input any more.
  take() {
    const { chosen } = this;
    this.show(null);
    return chosen;
  }

  show(chosen) {
    this.chosen = chosen;
    byId("attached").textContent = chosen
      ? this.texts.attached.replace("{name}", chosen.file.name)
      : "";
    byId("detach").hidden = !chosen;
  }
}
