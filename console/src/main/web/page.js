// @ts-check
// The base of all pages: loads data, keeps it when it cannot be renewed, and says how old it is.
import { LitElement, html, nothing } from "lit";
import { ApiError } from "./api.js";
import { isLive, listen } from "./live.js";
import { t } from "./language.js";
import { common } from "./words/common.js";
import { asOf, close, dialog, failure, field, formValues, open } from "./ui.js";

/**
 * A question before a change that cannot be undone.
 * @typedef {{title: string, body: unknown, label: string, typed?: string, act: () => Promise<unknown>}} Question
 *   typed: a text that the user has to type
 */

/** Seconds until a failed load is tried again: 1, 2, 4 … 30. @param {number} failures */
const delay = (failures) => Math.min(30, 2 ** failures);

/**
 * A page. A subclass sets `data` in `load` and draws it in `content`. It is drawn into the document itself
 * (no shadow root), so that one style sheet holds and ids can be referred to.
 * @template T the data that the page shows
 */
export class Page extends LitElement {
  /** @type {import("lit").PropertyDeclarations} */
  static properties = {
    params: { attribute: false },
    query: { attribute: false },
    data: { state: true },
    error: { state: true },
    loadedAt: { state: true },
    slow: { state: true },
    problem: { state: true },
    question: { state: true },
    busy: { state: true },
  };

  constructor() {
    super();
    /** @type {Record<string, string>} parts of the address */
    this.params = {};
    /** @type {URLSearchParams} what follows the question mark in the address */
    this.query = new URLSearchParams();
    /** @type {T | undefined} */
    this.data = undefined;
    /** @type {ApiError | undefined} why the last load failed */
    this.error = undefined;
    /** @type {Date | undefined} */
    this.loadedAt = undefined;
    this.slow = false;
    /** @type {ApiError | undefined} why the last change failed */
    this.problem = undefined;
    /** @type {Question | undefined} what the user is asked before a change */
    this.question = undefined;
    /** Whether a change is being made. */
    this.busy = false;
    /** Milliseconds after which the data is loaded again while the page is open; 0 for never. At least 15,000. */
    this.renewAfter = 0;
    this.failures = 0;
    /** @type {number | undefined} */
    this.timer = undefined;
    this.lifetime = new AbortController();
    /** Whether events of the stream reach `onEvent`. */
    this.wantsEvents = false;
    this.again = () => void this.reload();
    this.draw = () => this.requestUpdate();
  }

  createRenderRoot() {
    return this;
  }

  connectedCallback() {
    super.connectedCallback();
    this.lifetime = new AbortController();
    const { signal } = this.lifetime;
    if (this.wantsEvents) {
      listen((event) => this.onEvent(event), signal);
      addEventListener("potluck-live", this.draw, { signal });
    }
    document.addEventListener("visibilitychange", () => document.visibilityState === "visible" && this.error && this.again(), { signal });
    setTimeout(() => (this.slow = true), 300);
  }

  disconnectedCallback() {
    super.disconnectedCallback();
    clearTimeout(this.timer);
    this.lifetime.abort();
  }

  /** @param {Map<string, unknown>} changed */
  willUpdate(changed) {
    if (changed.has("query") || changed.has("params")) {
      void this.reload();
    }
  }

  /**
   * Reads what the page shows.
   * @param {AbortSignal} signal aborted when the page is left
   * @returns {Promise<T>}
   */
  async load(signal) {
    throw new Error("a page must say what it loads: " + signal);
  }

  /**
   * Draws the page.
   * @param {T} data
   * @returns {unknown}
   */
  content(data) {
    return String(data);
  }

  /**
   * Handles an event of the stream. The default does nothing.
   * @param {import("./live.js").LiveEvent} event
   */
  onEvent(event) {
    void event;
  }

  /** Loads the data again; the present data stays until the new one is there. */
  async reload() {
    clearTimeout(this.timer);
    const { signal } = this.lifetime;
    try {
      const data = await this.load(signal);
      if (signal.aborted) {
        return;
      }
      this.data = data;
      this.error = undefined;
      this.loadedAt = new Date();
      this.failures = 0;
      if (this.renewAfter) {
        this.timer = setTimeout(this.again, this.renewAfter);
      }
    } catch (cause) {
      if (signal.aborted) {
        return;
      }
      if (!(cause instanceof ApiError)) {
        throw cause;
      }
      this.error = cause;
      const temporary = cause.status === 0 || cause.status === 429 || cause.status >= 500;
      if (temporary && document.visibilityState === "visible") {
        this.timer = setTimeout(this.again, delay(this.failures++) * 1000);
      }
    }
  }

  /**
   * Makes a change and loads the data again. If it fails, the page says why.
   * @param {() => Promise<unknown>} action
   * @returns {Promise<boolean>} whether it was made
   */
  async change(action) {
    if (this.busy) {
      return false;
    }
    this.busy = true;
    this.problem = undefined;
    try {
      await action();
      await this.reload();
      return true;
    } catch (cause) {
      if (!(cause instanceof ApiError)) {
        throw cause;
      }
      this.problem = cause;
      this.requestUpdate();
      return false;
    } finally {
      this.busy = false;
    }
  }

  /**
   * Asks before a change.
   * @param {Question} question
   */
  ask(question) {
    this.question = question;
    void open(this, "question");
  }

  questionDialog() {
    const question = this.question;
    if (!question) {
      return nothing;
    }
    /** @param {SubmitEvent} event */
    const agree = (event) => {
      const values = formValues(event);
      if (question.typed && values["typed"] !== question.typed) {
        return;
      }
      /** @type {HTMLDialogElement | null} */ (this.querySelector("#question"))?.close();
      void this.change(question.act);
    };
    return dialog(
      "question",
      question.title,
      html`<form id="question-form" @submit=${agree}><p>${question.body}</p>${question.typed ? field("typed", t(common.typeName, { name: question.typed }), { required: true }) : nothing}</form>`,
      html`<button type="button" @click=${close}>${t(common.cancel)}</button><button class="danger" form="question-form">${question.label}</button>`,
      () => (this.question = undefined),
    );
  }

  /** The age of the data, for the head of the page. */
  age() {
    return asOf(this.loadedAt, { live: this.wantsEvents && isLive() && !this.error, stale: this.error !== undefined, again: this.again });
  }

  render() {
    if (this.data !== undefined) {
      return html`${this.error ? failure(this.error, { again: this.again, stale: true }) : nothing}${this.problem ? failure(this.problem) : nothing}${this.content(this.data)}${this.questionDialog()}`;
    }
    if (this.error) {
      return html`<div class="head"><div><h1>${this.error.status === 404 ? t(common.notFound) : t(common.notLoaded)}</h1></div></div>
        ${failure(this.error, { again: this.again })}`;
    }
    return this.slow ? html`<p class="soft" role="status">${t(common.loading)}</p>` : nothing;
  }
}
