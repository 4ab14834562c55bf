// @ts-check
// The frame of the pages for people who are not logged in.
import { LitElement, html } from "lit";
import { language, setLanguage, t } from "../language.js";
import { sign } from "../ui.js";
import { href } from "../routes.js";
import { entry } from "../words/entry.js";

/** A page without navigation: a narrow column with the sign above and links below. */
export class EntryPage extends LitElement {
  /** @type {import("lit").PropertyDeclarations} */
  static properties = { params: { attribute: false }, query: { attribute: false }, error: { state: true }, busy: { state: true } };

  constructor() {
    super();
    /** @type {Record<string, string>} */
    this.params = {};
    this.query = new URLSearchParams();
    /** @type {import("../api.js").ApiError | undefined} */
    this.error = undefined;
    this.busy = false;
  }

  createRenderRoot() {
    return this;
  }

  /**
   * Runs an action of a form: no second one at the same time, and its error is shown.
   * @param {() => Promise<void>} action
   */
  async attempt(action) {
    if (this.busy) {
      return;
    }
    this.busy = true;
    this.error = undefined;
    try {
      await action();
    } catch (cause) {
      this.error = /** @type {import("../api.js").ApiError} */ (cause);
    } finally {
      this.busy = false;
    }
  }

  /** @returns {unknown} */
  content() {
    return "";
  }

  render() {
    return html`<main class="door" id="main" tabindex="-1"><div>
      <p class="brand">${sign()}<span>Potluck</span></p>${this.content()}
      <p class="door-foot"><button type="button" class="link" lang=${language() === "zh" ? "en" : "zh-CN"} @click=${() => setLanguage(language() === "zh" ? "en" : "zh")}>${t(entry.language)}</button>
        <a href=${href("/status")}>${t(entry.status)}</a></p>
    </div></main>`;
  }
}
