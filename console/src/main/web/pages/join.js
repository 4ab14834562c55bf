// @ts-check
import { html, nothing } from "lit";
import { logIn } from "../api.js";
import { t } from "../language.js";
import { go, href } from "../routes.js";
import { field, formValues, note } from "../ui.js";
import { entry } from "../words/entry.js";
import { EntryPage } from "./entry.js";

/** Registration, by an invitation link such as #/join?code=… or without one. */
class JoinPage extends EntryPage {
  /** @param {SubmitEvent} event */
  join(event) {
    const values = formValues(event);
    void this.attempt(async () => {
      await logIn("/api/auth/register", { username: values["username"], password: values["password"], invitation: values["code"] || undefined });
      go("/", {}, true);
    });
  }

  content() {
    return html`<h1>${t(entry.join)}</h1><p class="lede">${t(entry.joinLede)}</p>
      <form @submit=${this.join}>
        ${this.error ? note("bad", this.error.message, { alert: true }) : nothing}
        ${field("code", t(entry.code), { value: this.query.get("code") ?? "", hint: t(entry.codeHint) })}
        ${field("username", t(entry.userName), { autocomplete: "username", required: true, hint: t(entry.nameHint) })}
        ${field("password", t(entry.password), { type: "password", autocomplete: "new-password", required: true, hint: t(entry.passwordHint) })}
        <button class="primary" ?disabled=${this.busy}>${t(entry.continue)}</button>
      </form><p class="small soft door-more"><a href=${href("/login")}>${t(entry.logIn)}</a></p>`;
  }
}

customElements.define("page-join", JoinPage);
