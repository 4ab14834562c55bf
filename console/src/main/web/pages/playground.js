// @ts-check
import { html } from "lit";
import { Page } from "../page.js";

/** @extends {Page<object>} */
class PlaygroundPage extends Page {
  async load() {
    return {};
  }

  content() {
    return html`<h1>page-playground</h1>`;
  }
}

customElements.define("page-playground", PlaygroundPage);
