// @ts-check
import { html } from "lit";
import { Page } from "../page.js";

/** @extends {Page<object>} */
class WelcomePage extends Page {
  async load() {
    return {};
  }

  content() {
    return html`<h1>page-welcome</h1>`;
  }
}

customElements.define("page-welcome", WelcomePage);
