// @ts-check
import { html } from "lit";
import { Page } from "../page.js";

/** @extends {Page<object>} */
class StatusPage extends Page {
  async load() {
    return {};
  }

  content() {
    return html`<h1>page-status</h1>`;
  }
}

customElements.define("page-status", StatusPage);
