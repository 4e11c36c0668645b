// The WebSocket of a terminal: binary messages, of which the first byte is the type. It comes back
// by itself after whatever broke it, and stays away when the session or the right to see it is gone.

const PROTOCOL = "polykern.terminal.v1";
const BYTES = 1, SIZE = 2, SCREEN = 4, ENDED = 5, TAKEN = 6;
const FIRST_PAUSE_MS = 500, LONGEST_PAUSE_MS = 15000;
const LARGEST_INPUT = 64 * 1024;
const GOOD_AFTER_MS = 5000;

// Codes of the server after which another try would end the same way.
const FINAL = { 1000: "ended", 1003: "failed", 1007: "failed", 1009: "failed" };

export class Connection {
  /**
   * @param address of the terminal, a path
   * @param size gives [rows, columns] for a terminal that has to be made
   * @param on what to do: state(name, text), screen(bytes), output(bytes), size(rows, columns)
   */
  constructor(address, size, on) {
    this.address = address;
    this.size = size;
    this.on = on;
    this.pause = FIRST_PAUSE_MS;
    window.addEventListener("online", () => this.hurry());
    window.addEventListener("offline", () => this.drop());
    document.addEventListener("visibilitychange", () => {
      if (document.visibilityState === "visible") this.hurry();
    });
  }

  open() {
    this.timer = undefined;
    this.on.state("connecting", "Connecting");
    const [rows, columns] = this.size();
    const address = new URL(this.address, location.href);
    address.protocol = location.protocol === "https:" ? "wss:" : "ws:";
    address.searchParams.set("rows", rows);
    address.searchParams.set("cols", columns);
    const socket = new WebSocket(address, PROTOCOL);
    socket.binaryType = "arraybuffer";
    let openedAt = 0;
    socket.onopen = () => {
      openedAt = performance.now();
      this.taken(0); // from here on the server waits for us
      this.on.state("connected", "Connected");
    };
    socket.onmessage = (message) => {
      if (this.socket === socket) this.receive(new Uint8Array(message.data));
    };
    socket.onclose = (end) => {
      if (this.socket !== socket) return;
      this.socket = undefined;
      if (openedAt && performance.now() - openedAt > GOOD_AFTER_MS) this.pause = FIRST_PAUSE_MS;
      this.closed(end, openedAt > 0);
    };
    this.socket = socket;
  }

  receive(message) {
    const payload = message.subarray(1);
    switch (message[0]) {
      case BYTES: return this.on.output(payload);
      case SCREEN: return this.on.screen(payload);
      case SIZE: return this.on.size(payload[0] << 8 | payload[1], payload[2] << 8 | payload[3]);
      case ENDED: return undefined; // the close code says it, too
    }
  }

  async closed(end, wasOpen) {
    const final = FINAL[end.code];
    if (final) {
      this.on.state(final, end.reason || "The terminal has ended.");
      return;
    }
    if (!wasOpen) {
      // A browser does not tell why a WebSocket was refused; a plain request does.
      const refusal = await this.refusal();
      if (refusal) {
        this.on.state("failed", refusal);
        return;
      }
    }
    const pause = this.pause * (0.7 + 0.6 * Math.random());
    this.pause = Math.min(2 * this.pause, LONGEST_PAUSE_MS);
    const why = end.reason ? ` (${end.reason})` : "";
    this.on.state("waiting", `Connection lost${why}; trying again`);
    this.timer = setTimeout(() => this.open(), pause);
  }

  /** A sentence when trying again is of no use. */
  async refusal() {
    try {
      const answer = await fetch(this.address);
      if ([401, 403, 404].includes(answer.status)) {
        return (await answer.json()).msg ?? "The terminal cannot be reached.";
      }
    } catch {
      // The network is away; it will come back.
    }
    return undefined;
  }

  /** The network is gone; a socket would notice much later. */
  drop() {
    const socket = this.socket;
    if (!socket) return;
    this.socket = undefined;
    socket.close();
    this.closed({ code: 0, reason: "" }, true);
  }

  /** Whatever was waited for may be there now. */
  hurry() {
    if (this.timer !== undefined) {
      clearTimeout(this.timer);
      this.open();
    }
  }

  /** @return false when nobody is there to get it */
  send(type, payload) {
    if (this.socket?.readyState !== WebSocket.OPEN) return false;
    const message = new Uint8Array(payload.length + 1);
    message[0] = type;
    message.set(payload, 1);
    this.socket.send(message);
    return true;
  }

  type(bytes) {
    for (let at = 0; at < bytes.length; at += LARGEST_INPUT) {
      this.send(BYTES, bytes.subarray(at, at + LARGEST_INPUT));
    }
  }

  resize(rows, columns) {
    this.send(SIZE, [rows >> 8, rows & 255, columns >> 8, columns & 255]);
  }

  taken(count) {
    this.send(TAKEN, [count >>> 24, count >>> 16 & 255, count >>> 8 & 255, count & 255]);
  }
}
