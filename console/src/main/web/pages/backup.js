// @ts-check
import { html } from "lit";
import { Page } from "../page.js";

/** @extends {Page<object>} */
class BackupPage extends Page {
  async load() {
    return {};
  }

  content() {
    return html`<h1>page-backup</h1>`;
  }
}

customElements.define("page-backup", BackupPage);
