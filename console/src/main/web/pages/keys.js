// @ts-check
import { html } from "lit";
import { Page } from "../page.js";

/** @extends {Page<object>} */
class KeysPage extends Page {
  async load() {
    return {};
  }

  content() {
    return html`<h1>page-keys</h1>`;
  }
}

customElements.define("page-keys", KeysPage);
