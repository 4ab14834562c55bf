// @ts-check
import { html } from "lit";
import { Page } from "../page.js";

/** @extends {Page<object>} */
class PoolPage extends Page {
  async load() {
    return {};
  }

  content() {
    return html`<h1>page-pool</h1>`;
  }
}

customElements.define("page-pool", PoolPage);
