// @ts-check
import { html } from "lit";
import { Page } from "../page.js";

/** @extends {Page<object>} */
class HealthPage extends Page {
  async load() {
    return {};
  }

  content() {
    return html`<h1>page-health</h1>`;
  }
}

customElements.define("page-health", HealthPage);
