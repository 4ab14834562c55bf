// @ts-check
import { html, nothing } from "lit";
import { ApiError, api, logIn, user } from "../api.js";
import { t } from "../language.js";
import { go, href } from "../routes.js";
import { field, formValues, note } from "../ui.js";
import { entry } from "../words/entry.js";
import { EntryPage } from "./entry.js";

/** @typedef {{id: string, name: string}} Provider */

/** Log-in by name and by every identity provider that the server has. */
class LoginPage extends EntryPage {
  /** @type {import("lit").PropertyDeclarations} */
  static properties = { providers: { state: true }, registration: { state: true }, setupNeeded: { state: true } };

  constructor() {
    super();
    /** @type {Provider[]} */
    this.providers = [];
    this.registration = "closed";
    this.setupNeeded = false;
  }

  firstUpdated() {
    if (this.params["provider"] === "callback") {
      this.finish();
    } else if (user()) {
      go(this.query.get("to") || "/", {}, true);
      return;
    }
    void this.attempt(async () => {
      const answer = await api("/api/auth/oidc/providers");
      this.providers = answer.providers ?? [];
      this.registration = answer.registration ?? "closed";
      this.setupNeeded = answer.setup_needed === true;
    });
  }

  /** @param {SubmitEvent} event */
  logIn(event) {
    const values = formValues(event);
    void this.attempt(async () => {
      await logIn("/api/auth/login", { username: values["username"], password: values["password"] });
      go(this.query.get("to") || "/", {}, true);
    });
  }

  /** Finishes a log-in with an identity provider, which sent the browser back here. */
  finish() {
    const { code, state, iss, error: refusal, error_description: why } = Object.fromEntries(this.query);
    const linking = sessionStorage.getItem("linking") === state;
    sessionStorage.removeItem("linking");
    void this.attempt(async () => {
      if (refusal) {
        throw new ApiError(400, t(entry.providerRefused, { why: why ?? refusal }), "", null);
      }
      if (linking && user()) {
        await api("/api/auth/identities", { body: { code, state, iss } });
        go("/profile", {}, true);
      } else {
        await logIn("/api/auth/oidc/callback", { code, state, iss });
        go("/", {}, true);
      }
    });
  }

  /** @param {Provider} provider */
  withProvider(provider) {
    void this.attempt(async () => {
      const answer = await api(`/api/auth/oidc/${encodeURIComponent(provider.id)}/login`);
      location.assign(answer.authorization_url ?? answer.auth_url ?? answer.url);
    });
  }

  content() {
    return html`<h1>${t(entry.logIn)}</h1><p class="lede">${location.host}</p>
      ${this.setupNeeded ? note("info", t(entry.setupNeeded), { body: t(entry.setupHow) }) : nothing}
      <form @submit=${this.logIn}>
        ${this.error ? note("bad", this.error.message, { alert: true }) : this.query.get("to") ? note("info", t(entry.expired)) : nothing}
        ${field("username", t(entry.userName), { autocomplete: "username", required: true })}
        ${field("password", t(entry.password), { type: "password", autocomplete: "current-password", required: true })}
        <button class="primary" ?disabled=${this.busy}>${t(entry.logIn)}</button>
      </form>
      ${this.providers.length
        ? html`<p class="or">${t(entry.orWith)}</p><div class="others">${this.providers.map((provider) => html`<button type="button" @click=${() => this.withProvider(provider)}>${provider.name}</button>`)}</div>`
        : nothing}
      ${this.registration === "closed" ? nothing : html`<p class="small soft door-more">${t(this.registration === "open" ? entry.registerOpen : entry.noAccount)} <a href=${href("/join")}>${t(this.registration === "open" ? entry.register : entry.haveInvitation)}</a></p>`}`;
  }
}

customElements.define("page-login", LoginPage);
