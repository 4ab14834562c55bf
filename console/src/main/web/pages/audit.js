// @ts-check
import { html } from "lit";
import { Page } from "../page.js";

/** @extends {Page<object>} */
class AuditPage extends Page {
  async load() {
    return {};
  }

  content() {
    return html`<h1>page-audit</h1>`;
  }
}

customElements.define("page-audit", AuditPage);
