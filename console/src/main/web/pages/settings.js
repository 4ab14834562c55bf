// @ts-check
import { html } from "lit";
import { Page } from "../page.js";

/** @extends {Page<object>} */
class SettingsPage extends Page {
  async load() {
    return {};
  }

  content() {
    return html`<h1>page-settings</h1>`;
  }
}

customElements.define("page-settings", SettingsPage);
