// @ts-check
import { api, call, error } from "./api.js";
import { readEvents } from "./dialects.js";

/** @typedef {import("./dialects.js").Dialect} Dialect */
/** @typedef {import("./dialects.js").Question} Question */
/**
 * How an answer went. Milliseconds since it was asked; null until known.
 * @typedef {{text: string, running: boolean, firstMs: number | null, allMs: number | null, requestId: string, lost: string,
 *   error: import("./api.js").ApiError | undefined, stopped: boolean}} Answer
 */

/**
 * Asks a question and tells each change of the answer.
 * @param {Dialect} dialect
 * @param {Question} question
 * @param {AbortSignal} signal stops the answer
 * @param {(answer: Answer) => void} changed
 * @returns {Promise<Answer>}
 */
export async function ask(dialect, question, signal, changed) {
  const started = performance.now();
  /** @type {Answer} */
  let answer = { text: "", running: true, firstMs: null, allMs: null, requestId: "", lost: "", error: undefined, stopped: false };
  /** @param {Partial<Answer>} change */
  const set = (change) => changed((answer = { ...answer, ...change }));
  set({});
  try {
    const response = await call(dialect.path(question), { body: dialect.body(question), headers: dialect.headers, signal });
    set({ requestId: response.headers.get("x-request-id") ?? "", lost: response.headers.get("x-potluck-lost") ?? "" });
    if (!response.ok) {
      set({ error: error(response, await response.json().catch(() => null)) });
    } else if (question.stream && response.body) {
      await readEvents(response.body, (event) => {
        const piece = dialect.piece(event);
        if (event.error || event.type === "error") {
          set({ error: error(response, event) });
        } else if (piece) {
          set({ text: answer.text + piece, firstMs: answer.firstMs ?? performance.now() - started });
        }
      });
    } else {
      set({ text: dialect.text(await response.json()), firstMs: performance.now() - started });
    }
  } catch (cause) {
    if (signal.aborted) {
      set({ stopped: true });
    } else if (cause instanceof Error && "status" in cause) {
      set({ error: /** @type {import("./api.js").ApiError} */ (cause) });
    } else {
      throw cause;
    }
  }
  set({ running: false, allMs: performance.now() - started });
  return answer;
}

/**
 * The row and the decision of a request, once they are written: a moment after its end.
 * @param {string} requestId
 * @param {AbortSignal} signal
 * @returns {Promise<any>} undefined if it does not come within ten seconds
 */
export async function rowOf(requestId, signal) {
  for (let i = 0; i < 10 && requestId && !signal.aborted; i++) {
    await new Promise((done) => setTimeout(done, i < 3 ? 400 : 1200));
    try {
      return await api("/api/usage/requests/" + requestId, { signal });
    } catch {
      // It is not written yet.
    }
  }
  return undefined;
}
