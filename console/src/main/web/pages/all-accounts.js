// @ts-check
import { html } from "lit";
import { Page } from "../page.js";

/** @extends {Page<object>} */
class AllAccountsPage extends Page {
  async load() {
    return {};
  }

  content() {
    return html`<h1>page-all-accounts</h1>`;
  }
}

customElements.define("page-all-accounts", AllAccountsPage);
