// Clients that refuse devices which their owners did not sign, driven by one JSON object a line.
//
//   stdin    {"id": 1, "user": "1", "method": "send", "params": {…}}
//   stdout   {"id": 1, "result": …} or {"id": 1, "error": "…"}
//            {"changed": "1"} whenever something happened that the user can see
//
// One process hosts many users; `user` is whatever name the other side gave. See strict.py.

import { createInterface } from "node:readline";

// The SDK logs to the console, and the console is stdout, which belongs to the protocol.
for (const level of ["debug", "error", "info", "log", "trace", "warn"]) {
  console[level] = () => {};
}

const { ClientEvent, ConnectionError, MatrixEventEvent, PendingEventOrdering, RoomEvent, createClient } = await import("matrix-js-sdk");
const { AllDevicesIsolationMode, EventShieldReason, OnlySignedDevicesIsolationMode } = await import(
  "matrix-js-sdk/lib/crypto-api/index.js"
);

class User {
  constructor(name, { url, user_id, access_token, device_id, recovery_key }) {
    this.name = name;
    this.userId = user_id;
    this.recoveryKey = recovery_key && Buffer.from(recovery_key, "base64");
    this.events = new Map(); // room id → MatrixEvents in the server's order; the SDK decrypts them in place
    this.client = createClient({
      baseUrl: url,
      userId: user_id,
      accessToken: access_token,
      deviceId: device_id,
      cryptoCallbacks: {
        getSecretStorageKey: async ({ keys }) => [Object.keys(keys)[0], this.recoveryKey],
      },
    });
  }

  get crypto() {
    return this.client.getCrypto();
  }

  async start({ is_strict, is_signed }) {
    await this.client.initRustCrypto({ useIndexedDB: false });
    this.crypto.setDeviceIsolationMode(
      is_strict ? new OnlySignedDevicesIsolationMode() : new AllDevicesIsolationMode(false),
    );
    this.client.on(RoomEvent.Timeline, (event, room, toStart) => this.keep(event, room, toStart));
    for (const happening of [MatrixEventEvent.Decrypted, MatrixEventEvent.Replaced, RoomEvent.Redaction]) {
      this.client.on(happening, () => this.changed());
    }
    const prepared = this.happened(ClientEvent.Sync, (state) => state === "PREPARED");
    await this.client.startClient({ initialSyncLimit: 100, pendingEventOrdering: PendingEventOrdering.Detached });
    await prepared;
    if (is_signed) {
      if (this.recoveryKey) {
        // The public keys must be known before the private ones can be taken from secret storage.
        await this.crypto.userHasCrossSigningKeys(this.userId, true);
      }
      // Without keys in secret storage this makes new ones; the first upload needs no password.
      await this.crypto.bootstrapCrossSigning({ authUploadDeviceSigningKeys: (upload) => upload(null) });
    }
  }

  // Put the cross-signing keys into secret storage, as Element does; the key that opens it.
  async share_signing() {
    await this.crypto.bootstrapSecretStorage({
      createSecretStorageKey: async () => {
        const made = await this.crypto.createRecoveryKeyFromPassphrase();
        this.recoveryKey = made.privateKey;
        return made;
      },
    });
    return Buffer.from(this.recoveryKey).toString("base64");
  }

  async send({ room, type, content, transaction }) {
    await this.knows(room);
    const own = transaction || this.client.makeTxnId();
    try {
      return (await this.client.sendEvent(room, type, content, own)).event_id;
    } catch (error) {
      return this.sendAgain(room, own, error);
    }
  }

  // What could not be sent because the server is away is sent again under the same id, as Element does.
  async sendAgain(room, transaction, error) {
    if (!(error instanceof ConnectionError)) {
      throw error;
    }
    await new Promise((resolve) => setTimeout(resolve, 500));
    const known = this.client.getRoom(room);
    const arrived = known.getLiveTimeline().getEvents().find((event) => event.getUnsigned().transaction_id === transaction);
    if (arrived) {
      return arrived.getId();
    }
    const unsent = known.getPendingEvents().find((event) => event.getTxnId() === transaction);
    if (!unsent) {
      throw error;
    }
    try {
      return (await this.client.resendEvent(unsent, known)).event_id;
    } catch (again) {
      return this.sendAgain(room, transaction, again);
    }
  }

  // The network is back: ask at once instead of after a pause.
  async reconnect() {
    this.client.retryImmediately();
  }

  async read({ room }) {
    const events = this.events.get(room) ?? [];
    return Promise.all(events.map((event) => this.described(event)));
  }

  // The other's devices, as this client would judge them: {device id: is it signed by its owner?}
  async devices({ user_id }) {
    const devices = (await this.crypto.getUserDeviceInfo([user_id], true)).get(user_id) ?? new Map();
    const judged = [...devices.keys()].map(async (id) => [id, await this.isSigned(user_id, id)]);
    return Object.fromEntries(await Promise.all(judged));
  }

  async stop() {
    this.client.stopClient();
    users.delete(this.name);
  }

  keep(event, room, toStart) {
    const events = this.events.get(room.roomId) ?? [];
    if (!events.some((known) => known.getId() === event.getId())) {
      events.splice(toStart ? 0 : events.length, 0, event);
    }
    this.events.set(room.roomId, events);
    this.changed();
  }

  changed() {
    say({ changed: this.name });
  }

  async described(event) {
    await event.getDecryptionPromise();
    const shield = event.isEncrypted() ? await this.crypto.getEncryptionInfoForEvent(event) : null;
    const wire = event.getWireContent();
    return {
      event_id: event.getId(),
      sender: event.getSender(),
      type: event.isDecryptionFailure() ? event.getWireType() : event.getType(),
      content: event.isRedacted() || event.isDecryptionFailure() ? {} : event.getOriginalContent(),
      relates_to: wire["m.relates_to"] ?? {},
      state_key: event.getStateKey() ?? null,
      sent_at: event.getTs(),
      is_encrypted: event.isEncrypted(),
      failure: event.decryptionFailureReason,
      shield: shield?.shieldReason == null ? null : EventShieldReason[shield.shieldReason],
      signed_by_owner: event.isEncrypted() ? await this.isSenderSigned(event) : null,
      shown_body: event.getContent().body ?? null,
    };
  }

  // The device is found by its key: a device id in the event is only a claim.
  async isSenderSigned(event) {
    const sender = event.getSender();
    const devices = (await this.crypto.getUserDeviceInfo([sender])).get(sender) ?? new Map();
    const key = event.getSenderKey() ?? event.getWireContent().sender_key;
    const device = [...devices.values()].find((one) => one.getIdentityKey() === key);
    return device ? this.isSigned(sender, device.deviceId) : null;
  }

  async isSigned(userId, deviceId) {
    return (await this.crypto.getDeviceVerificationStatus(userId, deviceId))?.signedByOwner ?? false;
  }

  // The room has come with a sync, with its encryption: before that a message would go out in clear.
  async knows(room) {
    const isKnown = () => {
      const known = this.client.getRoom(room);
      return known?.getMyMembership() === "join" && known.hasEncryptionStateEvent();
    };
    if (!isKnown()) {
      await this.happened(ClientEvent.Sync, isKnown);
    }
  }

  happened(happening, isEnough) {
    return new Promise((resolve) => {
      const listener = (...args) => {
        if (isEnough(...args)) {
          this.client.off(happening, listener);
          resolve();
        }
      };
      this.client.on(happening, listener);
    });
  }
}

const METHODS = new Set(["devices", "read", "reconnect", "send", "share_signing", "stop"]);
const users = new Map();

async function perform({ user, method, params }) {
  if (method === "start") {
    users.set(user, new User(user, params));
    return users.get(user).start(params);
  }
  if (!METHODS.has(method) || !users.has(user)) {
    throw new Error(`no ${method} of ${user}`);
  }
  return users.get(user)[method](params);
}

function say(line) {
  process.stdout.write(`${JSON.stringify(line)}\n`);
}

for await (const line of createInterface({ input: process.stdin })) {
  const request = JSON.parse(line);
  // Not awaited: one user's waiting must not hold up the others.
  perform(request).then(
    (result) => say({ id: request.id, result: result ?? null }),
    (error) => say({ id: request.id, error: `${error?.name}: ${error?.message ?? error}` }),
  );
}
process.exit(0);
