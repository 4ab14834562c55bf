// @ts-check
import { html, nothing } from "lit";
import { api } from "../api.js";
import { t } from "../language.js";
import { href } from "../routes.js";
import { field, formValues, note } from "../ui.js";
import { entry } from "../words/entry.js";
import { EntryPage } from "./entry.js";

/** A new password, by a link from an administrator: #/reset?token=… */
class ResetPage extends EntryPage {
  /** @type {import("lit").PropertyDeclarations} */
  static properties = { done: { state: true } };

  constructor() {
    super();
    this.done = false;
  }

  /** @param {SubmitEvent} event */
  reset(event) {
    const values = formValues(event);
    void this.attempt(async () => {
      await api("/api/auth/reset", { body: { token: this.query.get("token"), password: values["password"] } });
      this.done = true;
    });
  }

  content() {
    if (this.done) {
      return html`<h1>${t(entry.reset)}</h1>${note("good", t(entry.resetDone), { acts: html`<a href=${href("/login")}>${t(entry.logIn)}</a>`, alert: true })}`;
    }
    if (!this.query.get("token")) {
      return html`<h1>${t(entry.reset)}</h1>${note("warn", t(entry.noToken), { body: t(entry.noTokenReset) })}`;
    }
    return html`<h1>${t(entry.reset)}</h1><p class="lede">${t(entry.resetLede)}</p>
      <form @submit=${this.reset}>
        ${this.error ? note("bad", this.error.message, { alert: true }) : nothing}
        ${field("password", t(entry.newPassword), { type: "password", autocomplete: "new-password", required: true, hint: t(entry.passwordHint) })}
        <button class="primary" ?disabled=${this.busy}>${t(entry.setPassword)}</button>
      </form>`;
  }
}

customElements.define("page-reset", ResetPage);
