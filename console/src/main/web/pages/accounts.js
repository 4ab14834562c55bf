// @ts-check
import { html } from "lit";
import { Page } from "../page.js";

/** @extends {Page<object>} */
class AccountsPage extends Page {
  async load() {
    return {};
  }

  content() {
    return html`<h1>page-accounts</h1>`;
  }
}

customElements.define("page-accounts", AccountsPage);
