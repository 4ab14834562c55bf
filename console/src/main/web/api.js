// @ts-check
// Calls to the HTTP API, and the session. The access token lives in memory only; the refresh token is a
// cookie that scripts cannot read, so a page that is loaded again asks for a new access token first.
import { language } from "./language.js";

/**
 * A user as the API answers it.
 * @typedef {{id: number, username: string, avatar_url?: string | null, is_active: boolean, is_silenced: boolean,
 *   is_auditor: boolean, trust_level: number, beta: number, created_at: string | null}} User
 */

/** An answer of the API that is an error, or no answer at all (status 0). */
export class ApiError extends Error {
  /**
   * @param {number} status HTTP status; 0 if the server was not reached
   * @param {string} message the server's sentence
   * @param {string} requestId its `x-request-id`; empty if there was no answer
   * @param {any} body the whole answer
   */
  constructor(status, message, requestId, body) {
    super(message);
    this.status = status;
    this.requestId = requestId;
    this.body = body;
  }
}

/** Whether a log-in of this browser may have left a cookie. Scripts cannot see the cookie itself. */
const REMEMBERED = "potluck.logged-in";

/** @type {{user: User | null, token: string}} */
const session = { user: null, token: "" };

/** The user who is logged in; null if nobody is. */
export function user() {
  return session.user;
}

/** Whether the user may change the settings of the server. */
export function isAdministrator() {
  return (session.user?.trust_level ?? 0) >= 3;
}

/** Whether the user may see the pages of operators. */
export function isOperator() {
  return isAdministrator() || session.user?.is_auditor === true;
}

/**
 * Calls the API.
 * @param {string} path such as "/api/pool"
 * @param {{method?: string, body?: any, signal?: AbortSignal, headers?: Record<string, string>}} [options]
 *   a body is sent as JSON
 * @returns {Promise<any>} the answer; of `{success, data}` only the data
 * @throws {ApiError} if the answer is an error, or the server is not reached
 */
export async function api(path, options = {}) {
  const response = await call(path, options);
  const text = await response.text();
  const body = parse(text);
  if (!response.ok) {
    throw error(response, body);
  }
  return body && typeof body === "object" && "success" in body && "data" in body ? body.data : body;
}

/**
 * Calls the API and returns the response as it is, for streams and downloads. An expired access token is
 * replaced once.
 * @param {string} path
 * @param {{method?: string, body?: any, signal?: AbortSignal, headers?: Record<string, string>}} [options]
 * @returns {Promise<Response>}
 */
export async function call(path, options = {}) {
  const first = await send(path, options);
  if (first.status !== 401 || !session.token) {
    return first;
  }
  return (await restore()) ? send(path, options) : first;
}

/** @param {string} path @param {{method?: string, body?: any, signal?: AbortSignal, headers?: Record<string, string>}} options */
async function send(path, { method, body, signal, headers }) {
  /** @type {Record<string, string>} */
  const all = { "accept-language": language(), ...headers };
  if (session.token) {
    all["authorization"] = "Bearer " + session.token;
  }
  const text = body === undefined ? undefined : typeof body === "string" ? body : JSON.stringify(body);
  if (text !== undefined) {
    all["content-type"] ??= "application/json";
  }
  try {
    return await fetch(path, { method: method ?? (text === undefined ? "GET" : "POST"), headers: all, body: text, signal, cache: "no-store" });
  } catch (cause) {
    if (signal?.aborted) {
      throw cause;
    }
    throw new ApiError(0, language() === "zh" ? "服务器没有响应。" : "The server does not answer.", "", null);
  }
}

/**
 * The error in a response of the API.
 * @param {Response} response
 * @param {any} body
 */
export function error(response, body) {
  const detail = body?.detail ?? body?.error?.message ?? body?.error ?? body?.message;
  const message = typeof detail === "string" ? detail : response.status + " " + response.statusText;
  return new ApiError(response.status, message, response.headers.get("x-request-id") ?? "", body);
}

/** @param {string} text */
function parse(text) {
  try {
    return text ? JSON.parse(text) : null;
  } catch {
    return null;
  }
}

const COOKIE = { "x-potluck-session": "cookie" };

/**
 * Logs in with a request that opens a session: a password, an invitation, a code of an identity provider.
 * @param {string} path
 * @param {any} body
 * @returns {Promise<User>}
 */
export async function logIn(path, body) {
  const answer = await api(path, { body, headers: COOKIE });
  accept(answer);
  return answer.user;
}

/** @param {{access_token: string, user?: User}} answer */
function accept(answer) {
  session.token = answer.access_token;
  session.user = answer.user ?? session.user;
  localStorage.setItem(REMEMBERED, "yes");
  dispatchEvent(new Event("potluck-session"));
}

/**
 * Restores the session from the cookie. Tabs take turns, because each refresh replaces the cookie.
 * @returns {Promise<boolean>} whether somebody is logged in
 * @throws {ApiError} if the server cannot say
 */
export async function restore() {
  const stale = session.token;
  if (!stale && !localStorage.getItem(REMEMBERED)) {
    return false;
  }
  return navigator.locks.request("potluck-refresh", async () => {
    if (session.token !== stale) {
      return true; // another call of this tab was first
    }
    session.token = "";
    const response = await send("/api/auth/refresh", { method: "POST", body: {}, headers: COOKIE });
    if (response.ok) {
      const answer = await response.json();
      session.token = answer.access_token;
      session.user = answer.user ?? (await (await send("/api/auth/me", {})).json());
      dispatchEvent(new Event("potluck-session"));
      return true;
    }
    if (response.status >= 500 || response.status === 429) {
      session.token = stale;
      throw error(response, parse(await response.text()));
    }
    forget();
    return false;
  });
}

/** Logs out, here and on the server. */
export async function logOut() {
  try {
    await api("/api/auth/logout", { method: "POST", body: {}, headers: COOKIE });
  } finally {
    forget();
  }
}

/** Forgets the session of this browser after the server has ended it. */
export function endSession() {
  forget();
}

function forget() {
  localStorage.removeItem(REMEMBERED);
  const was = session.user;
  session.user = null;
  session.token = "";
  if (was) {
    dispatchEvent(new Event("potluck-session"));
  }
}
