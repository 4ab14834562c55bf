// @ts-check
// The base of all pages: loads data, keeps it when it cannot be renewed, and says how old it is.
import { LitElement, html, nothing } from "lit";
import { ApiError } from "./api.js";
import { isLive, listen } from "./live.js";
import { t } from "./language.js";
import { common } from "./words/common.js";
import { asOf, failure } from "./ui.js";

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

  /** The age of the data, for the head of the page. */
  age() {
    return asOf(this.loadedAt, { live: this.wantsEvents && isLive() && !this.error, stale: this.error !== undefined, again: this.again });
  }

  render() {
    if (this.data !== undefined) {
      return html`${this.error ? failure(this.error, { again: this.again, stale: true }) : nothing}${this.content(this.data)}`;
    }
    if (this.error) {
      return html`<div class="head"><div><h1>${this.error.status === 404 ? t(common.notFound) : t(common.notLoaded)}</h1></div></div>
        ${failure(this.error, { again: this.again })}`;
    }
    return this.slow ? html`<p class="soft" role="status">${t(common.loading)}</p>` : nothing;
  }
}
