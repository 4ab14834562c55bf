// @ts-check
import { html } from "lit";
import { Page } from "../page.js";

/** @extends {Page<object>} */
class StatementPage extends Page {
  async load() {
    return {};
  }

  content() {
    return html`<h1>page-statement</h1>`;
  }
}

customElements.define("page-statement", StatementPage);
