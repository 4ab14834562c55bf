// @ts-check
import { html } from "lit";
import { Page } from "../page.js";

/** @extends {Page<object>} */
class RequestPage extends Page {
  async load() {
    return {};
  }

  content() {
    return html`<h1>page-request</h1>`;
  }
}

customElements.define("page-request", RequestPage);
