// The line to the server: posts in order and never twice, hears events, heals itself.

const FIRST_WAIT = 500;
const LONGEST_WAIT = 30_000;
const POST_LIMIT = 15_000;
const FILE_LIMIT = 150_000;
const HIDDEN_LIMIT = 30_000;

// Works without https too, where crypto.randomUUID is missing.
export function newId() {
  const bytes = crypto.getRandomValues(new Uint8Array(16));
  bytes[6] = (bytes[6] & 0x0f) | 0x40;
  bytes[8] = (bytes[8] & 0x3f) | 0x80;
  const hex = Array.from(bytes, (byte) => byte.toString(16).padStart(2, "0")).join("");
  return hex.replace(/^(.{8})(.{4})(.{4})(.{4})/, "$1-$2-$3-$4-");
}

// Doubles, with jitter, so that a crowd of phones does not come back in the same instant.
function backOff(tries) {
  return Math.min(FIRST_WAIT * 2 ** tries, LONGEST_WAIT) * (0.5 + Math.random() / 2);
}

function pause(milliseconds) {
  return new Promise((resolve) => {
    const timer = setTimeout(done, milliseconds);
    function done() {
      clearTimeout(timer);
      removeEventListener("online", done);
      resolve();
    }
    addEventListener("online", done);
  });
}

export function post(path, body) {
  const headers = { "Content-Type": "application/json" };
  return send(path, headers, JSON.stringify(body), POST_LIMIT);
}

function postFile({ id, file }, blob) {
  const headers = {
    "Content-Type": file.media_type,
    "File-Name": encodeURIComponent(file.name.replace(/\p{Surrogate}/gu, "?")),
    "Message-Id": id,
  };
  return send("/chat/files", headers, blob, FILE_LIMIT);
}

async function send(path, headers, body, limit) {
  const response = await fetch(path, {
    method: "POST",
    headers,
    body,
    cache: "no-store",
    signal: AbortSignal.timeout?.(limit),
  });
  const text = await response.text();
  let answer = {};
  try {
    answer = JSON.parse(text || "{}");
  } catch {
    // A proxy between us answered with a page of its own.
  }
  const wait = 1000 * (Number.parseInt(response.headers.get("Retry-After"), 10) || 0);
  return { ok: response.ok, status: response.status, answer, wait };
}

// A file takes long on a slow line, and no word may wait for it.
const LANES = [(each) => !each.file, (each) => Boolean(each.file)];

// A session begins with a visit of the page; a cookie that was lost comes back the same way.
const beginSession = () => fetch("/", { cache: "no-store" }).catch(() => undefined);

export class Line {
  constructor(memory, hears) {
    this.memory = memory;
    this.hears = hears;
    this.busy = new Set();
    this.tries = 0;
    document.addEventListener("visibilitychange", () => this.seen());
    addEventListener("online", () => this.listen());
  }

  start() {
    this.listen();
    this.drain();
  }

  // --- hearing ---------------------------------------------------------------------------------

  listen() {
    clearTimeout(this.timer);
    this.source?.close();
    const query = this.memory.chat
      ? `?${new URLSearchParams({ chat: this.memory.chat, after: this.memory.last })}`
      : "";
    const source = new EventSource(`/chat/events${query}`);
    this.source = source;
    source.onopen = () => {
      this.tries = 0;
      this.hears.connected(true);
    };
    source.onmessage = (message) => this.hears.event(JSON.parse(message.data));
    source.onerror = () => this.lost(source);
  }

  // The browser would reconnect by itself, but with the place in a chat that may be over.
  async lost(source) {
    if (source !== this.source) {
      return;
    }
    const isRefused = source.readyState === EventSource.CLOSED;
    source.close();
    const wait = backOff(this.tries++);
    if (this.tries > 1) {
      this.hears.connected(false);
    }
    this.timer = setTimeout(async () => {
      if (isRefused) {
        await beginSession();
      }
      this.listen();
    }, wait);
  }

  // A phone that slept may hold a dead connection that still looks open.
  seen() {
    if (document.hidden) {
      this.hiddenAt = Date.now();
    } else if (
      this.source?.readyState !== EventSource.OPEN ||
      Date.now() - this.hiddenAt > HIDDEN_LIMIT
    ) {
      this.listen();
    }
  }

  // Several messages that come together are acknowledged once.
  acknowledge() {
    clearTimeout(this.acknowledging);
    this.acknowledging = setTimeout(() => {
      const { last: number, chat } = this.memory;
      post("/chat/acknowledge", { number, chat }).catch(() => undefined);
    }, 100);
  }

  // --- posting ---------------------------------------------------------------------------------

  drain() {
    for (const lane of LANES) {
      this.empty(lane);
    }
  }

  async empty(lane) {
    if (this.busy.has(lane)) {
      return;
    }
    this.busy.add(lane);
    let next;
    for (let tries = 0; (next = this.memory.queue.find(lane)); tries += 1) {
      const wait = await this.tryOnce(next);
      if (wait === null) {
        tries = -1;
      } else {
        await pause(Math.max(wait, backOff(tries)));
      }
    }
    this.busy.delete(lane);
  }

  // Null when the message is settled, else the shortest wait in milliseconds.
  async tryOnce(next) {
    const blob = this.memory.contents.get(next.id);
    if (next.file && !blob) {
      this.hears.refused(next.id, {});
      return null;
    }
    let result;
    try {
      result = await (blob ? postFile(next, blob) : post("/chat/messages", next));
    } catch {
      this.hears.waiting();
      return 0;
    }
    if (result.ok) {
      this.hears.posted(next.id);
      return null;
    }
    if (result.status === 401) {
      await beginSession();
      return 0;
    }
    if (result.status === 429 || result.status >= 500) {
      this.hears.delayed(next.id, result.answer);
      return result.wait;
    }
    this.hears.refused(next.id, result.answer);
    return null;
  }
}
