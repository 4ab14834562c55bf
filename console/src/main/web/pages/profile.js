// @ts-check
import { html } from "lit";
import { Page } from "../page.js";

/** @extends {Page<object>} */
class ProfilePage extends Page {
  async load() {
    return {};
  }

  content() {
    return html`<h1>page-profile</h1>`;
  }
}

customElements.define("page-profile", ProfilePage);
