// @ts-check
import { html } from "lit";
import { Page } from "../page.js";

/** @extends {Page<object>} */
class PeoplePage extends Page {
  async load() {
    return {};
  }

  content() {
    return html`<h1>page-people</h1>`;
  }
}

customElements.define("page-people", PeoplePage);
