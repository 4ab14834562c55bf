// @ts-check
import { html } from "lit";
import { Page } from "../page.js";

/** @extends {Page<object>} */
class HomePage extends Page {
  async load() {
    return {};
  }

  content() {
    return html`<h1>page-home</h1>`;
  }
}

customElements.define("page-home", HomePage);
