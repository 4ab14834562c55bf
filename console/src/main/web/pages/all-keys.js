// @ts-check
import { html } from "lit";
import { Page } from "../page.js";

/** @extends {Page<object>} */
class AllKeysPage extends Page {
  async load() {
    return {};
  }

  content() {
    return html`<h1>page-all-keys</h1>`;
  }
}

customElements.define("page-all-keys", AllKeysPage);
