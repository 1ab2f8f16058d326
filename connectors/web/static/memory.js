// What this tab remembers: gone with the tab, never file contents. A browser that forbids
// sessionStorage gets a chat that forgets at every reload.

const KEY = "chat";
const MOST = 200;

const nothing = () => ({ chat: null, last: 0, entries: [], queue: [] });

export class Memory {
  constructor() {
    this.state = nothing();
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

  isAnswered(id) {
    return this.entries.some((entry) => entry.in_reply_to === id);
  }

  addMine(entry, post) {
    this.entries.push(entry);
    this.queue.push(post);
    this.save();
  }

  addTheirs(event) {
    const { data, ...file } = event.file ?? {};
    this.entries.push({ ...event, ...(event.file && { file }) });
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
