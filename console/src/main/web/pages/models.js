// @ts-check
import { html } from "lit";
import { Page } from "../page.js";

/** @extends {Page<object>} */
class ModelsPage extends Page {
  async load() {
    return {};
  }

  content() {
    return html`<h1>page-models</h1>`;
  }
}

customElements.define("page-models", ModelsPage);
