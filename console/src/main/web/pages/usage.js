// @ts-check
import { html } from "lit";
import { Page } from "../page.js";

/** @extends {Page<object>} */
class UsagePage extends Page {
  async load() {
    return {};
  }

  content() {
    return html`<h1>page-usage</h1>`;
  }
}

customElements.define("page-usage", UsagePage);
