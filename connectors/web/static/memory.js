// What this tab remembers: gone with the tab, the contents of files even with a reload. A browser that
// forbids sessionStorage gets a chat that forgets at every reload.

import { blobOf } from "/static/files.js";

const KEY = "chat";
const MOST = 200;

const nothing = () => ({ chat: null, last: 0, entries: [], queue: [] });

export class Memory {
  constructor() {
    this.state = nothing();
    this.contents = new Map();
    try {
      this.state = { ...this.state, ...JSON.parse(sessionStorage.getItem(KEY) ?? "{}") };
    } catch {
      // Broken or forbidden: begin empty.
    }
  }

  get chat() {
    return this.state.chat;
  }

  get last() {
    return this.state.last;
  }

  get entries() {
    return this.state.entries;
  }

  get queue() {
    return this.state.queue;
  }

  // Numbers count per chat: a new session must not inherit the old one's.
  enter(chat) {
    const isOther = this.chat !== null && this.chat !== chat;
    if (isOther) {
      Object.assign(this.state, { entries: [], last: 0 });
    }
    this.state.chat = chat;
    this.save();
    return isOther;
  }

  has(event) {
    return this.entries.some((entry) => entry.message_id === event.message_id);
  }

  // A human wrote last; when they go, the assistant says so.
  isWithHuman() {
    return Boolean(this.entries.findLast((entry) => entry.message_id)?.author);
  }

  isAnswered(id) {
    return this.entries.some((entry) => entry.in_reply_to === id);
  }

  find(id) {
    return this.entries.find((entry) => entry.id === id || entry.message_id === id);
  }

  addMine(entry, post, blob = null) {
    if (blob) {
      this.contents.set(entry.id, blob);
    }
    this.entries.push(entry);
    this.queue.push(post);
    this.save();
  }

  addTheirs(event) {
    const { data, ...file } = event.file ?? {};
    // An edit of what is not here stands for it from now on.
    const message_id = event.target ?? event.message_id;
    const entry = { ...event, message_id, ...(event.file && { file }) };
    if (event.file) {
      this.contents.set(message_id, blobOf(event.file));
    }
    this.entries.push(entry);
    this.save();
    return entry;
  }

  // A message that is here was edited or taken back: what it is now, or null when it is not here.
  change({ kind, target, text, spans, author, buttons }) {
    const entry = target && this.entries.find((each) => each.message_id === target);
    if (!entry) {
      return null;
    }
    if (kind === "delete") {
      Object.assign(entry, { deleted: true, text: "", spans: [], buttons: [], file: null });
      this.contents.delete(target);
    } else if (!entry.deleted) {
      Object.assign(entry, { buttons }, text !== null && { text, spans, author });
    }
    this.save();
    return entry;
  }

  heard(event) {
    this.state.last = Math.max(this.last, event.number ?? 0);
    this.save();
  }

  // The person answered: choices offered before cannot be pressed any more.
  closeChoices(token = null) {
    for (const entry of this.entries.filter((each) => each.buttons?.length && !each.closed)) {
      entry.closed = true;
      entry.used = entry.buttons.some((button) => button.token === token) ? token : null;
    }
    this.save();
  }

  settle(id, state) {
    this.state.queue = this.queue.filter((post) => post.id !== id);
    const entry = this.entries.find((each) => each.id === id);
    if (entry) {
      entry.state = state;
    }
    this.save();
  }

  forget() {
    this.state = nothing();
    this.contents.clear();
    this.save();
  }

  save() {
    this.state.entries = this.state.entries.slice(-MOST);
    try {
      sessionStorage.setItem(KEY, JSON.stringify(this.state));
    } catch {
      // Full or forbidden: the chat goes on, only a reload forgets.
    }
  }
}
