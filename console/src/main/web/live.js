// @ts-check
// The event stream of the console: one connection for all pages of a tab that is shown. It reconnects after
// 1, 2, 4 … 30 seconds, and at once if the tab is shown again. A fetch, because an EventSource cannot send a bearer token.
import { call, user } from "./api.js";

/**
 * An event, as `GET /api/live` sends it.
 * @typedef {{type: string, data: any}} LiveEvent
 */

/** @type {Set<(event: LiveEvent) => void>} */
const listeners = new Set();
/** @type {AbortController | null} */
let connection = null;
let lastId = "";
let connected = false;
let failures = 0;
/** @type {number | undefined} */
let timer;

/** Whether events arrive. */
export function isLive() {
  return connected;
}

/**
 * Listens to events until the signal is aborted.
 * @param {(event: LiveEvent) => void} listener
 * @param {AbortSignal} signal
 */
export function listen(listener, signal) {
  listeners.add(listener);
  signal.addEventListener("abort", () => listeners.delete(listener));
  connect();
}

/** Connects if somebody is logged in and no connection is open. */
export function connect() {
  if (!connection && user() && document.visibilityState === "visible") {
    connection = new AbortController();
    void read(connection);
  }
}

/** Ends the connection. */
export function disconnect() {
  clearTimeout(timer);
  connection?.abort();
  connection = null;
  lastId = "";
  setConnected(false);
}

/** @param {AbortController} own */
async function read(own) {
  try {
    const headers = lastId ? { "last-event-id": lastId } : undefined;
    const response = await call("/api/live", { signal: own.signal, headers });
    if (!response.ok || !response.body) {
      throw new Error(String(response.status));
    }
    setConnected(true);
    failures = 0;
    const reader = response.body.pipeThrough(new TextDecoderStream()).getReader();
    let text = "";
    for (;;) {
      const { value, done } = await reader.read();
      if (done) {
        break;
      }
      text += value;
      for (let end = text.indexOf("\n\n"); end >= 0; end = text.indexOf("\n\n")) {
        deliver(text.slice(0, end));
        text = text.slice(end + 2);
      }
    }
  } catch {
    // Below: it is tried again.
  }
  if (connection === own) {
    connection = null;
    setConnected(false);
    timer = setTimeout(connect, Math.min(30, 2 ** failures++) * 1000);
  }
}

/** @param {string} frame */
function deliver(frame) {
  let type = "message";
  let data = "";
  for (const line of frame.split("\n")) {
    if (line.startsWith("event:")) {
      type = line.slice(6).trim();
    } else if (line.startsWith("data:")) {
      data += line.slice(5).trim();
    } else if (line.startsWith("id:")) {
      lastId = line.slice(3).trim();
    }
  }
  if (data) {
    const event = { type, data: JSON.parse(data) };
    listeners.forEach((listener) => listener(event));
  }
}

/** @param {boolean} now */
function setConnected(now) {
  if (connected !== now) {
    connected = now;
    dispatchEvent(new Event("potluck-live"));
  }
}

document.addEventListener("visibilitychange", () => {
  clearTimeout(timer);
  if (document.visibilityState === "visible") {
    connect();
  } else {
    // A browser opens six connections to a server for all tabs; hidden tabs must not take them all.
    connection?.abort();
    connection = null;
    setConnected(false);
  }
});
