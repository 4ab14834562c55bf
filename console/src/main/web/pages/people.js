// @ts-check
import { LitElement, html } from "lit";
import "./people-invitations.js";
import "./people-teams.js";
import "./people-users.js";

/** People: users, teams and invitations, as tabs of one page. */
class PeoplePage extends LitElement {
  /** @type {import("lit").PropertyDeclarations} */
  static properties = { params: { attribute: false }, query: { attribute: false } };

  constructor() {
    super();
    /** @type {Record<string, string>} */
    this.params = {};
    this.query = new URLSearchParams();
  }

  createRenderRoot() {
    return this;
  }

  render() {
    switch (this.query.get("tab")) {
      case "teams":
        return html`<people-teams .query=${this.query}></people-teams>`;
      case "invitations":
        return html`<people-invitations .query=${this.query}></people-invitations>`;
      default:
        return html`<people-users .query=${this.query}></people-users>`;
    }
  }
}

customElements.define("page-people", PeoplePage);
