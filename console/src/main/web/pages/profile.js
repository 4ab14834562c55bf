// @ts-check
import { html, nothing } from "lit";
import { api, call, endSession, user } from "../api.js";
import { ago, day } from "../format.js";
import { language, setLanguage, t } from "../language.js";
import { Page } from "../page.js";
import { setTheme, storedTheme } from "../theme.js";
import { close, dialog, failure, field, formValues, head, note, open, segments } from "../ui.js";
import { common, navigation } from "../words/common.js";
import { profile as words } from "../words/profile.js";

/**
 * @typedef {{id: string | number, user_agent: string, address: string, created_at: string, last_used_at: string | null, current: boolean}} Session
 * @typedef {{id: string | number, provider: string, name: string, username?: string | null, linked_at?: string | null, created_at?: string | null}} Identity
 * @typedef {{sessions: Session[], identities: Identity[], providers: {id: string, name: string}[], preferShared: boolean, onlyOwn: boolean}} ProfileData
 */

/**
 * My password, devices, other logins, preferences and data.
 * @extends {Page<ProfileData>}
 */
class ProfilePage extends Page {
  /** @type {import("lit").PropertyDeclarations} */
  static properties = { changed: { state: true }, exported: { state: true }, deleting: { state: true } };

  constructor() {
    super();
    this.changed = false;
    /** @type {number | null} bytes that were exported; null if nothing is exported now */
    this.exported = null;
    this.deleting = false;
  }

  /** @param {AbortSignal} signal @returns {Promise<ProfileData>} */
  async load(signal) {
    const [sessions, identities, providers, preference, only] = await Promise.all([
      api("/api/auth/sessions", { signal }),
      api("/api/auth/identities", { signal }),
      api("/api/auth/oidc/providers", { signal }),
      api("/api/plugin-api/preference", { signal }),
      api("/api/auth/use-only-dedicated", { signal }),
    ]);
    return {
      sessions: sessions.sessions ?? sessions,
      identities: identities.identities ?? identities,
      providers: providers.providers,
      preferShared: Boolean(preference.prefer_shared),
      onlyOwn: Boolean(only.use_only_dedicated ?? only),
    };
  }

  /** @param {ProfileData} data */
  content(data) {
    const me = user();
    return html`${head(t(words.title), { lede: t(words.lede, { name: me?.username ?? "", day: day(me?.created_at) }) })}
      <div class="cols even">${this.passwordForm()}${this.preferences(data)}</div>
      ${this.devices(data)}${this.logins(data)}
      <div class="cols even"><section><h2>${t(words.data)}</h2><p class="small soft form">${t(words.dataHint)}</p><button type="button" class="form" ?disabled=${this.exported !== null} @click=${() => void this.export()}>${this.exported === null ? t(words.export) : t(words.exporting, { size: Math.round(this.exported / 1000) })}</button></section>
        <section><h2>${t(words.remove)}</h2><p class="small soft form">${t(words.removeHint)}</p><button type="button" class="danger form" @click=${() => { this.deleting = true; void open(this, "delete"); }}>${t(words.removeButton)}</button></section></div>
      ${this.deleteDialog()}`;
  }

  passwordForm() {
    return html`<section><h2>${t(words.password)}</h2>${this.changed ? note("good", t(words.changed), { alert: true }) : nothing}
      <form class="stack form" @submit=${(/** @type {SubmitEvent} */ event) => void this.changePassword(event)}>
        <input class="vh" name="username" autocomplete="username" .value=${user()?.username ?? ""} readonly tabindex="-1" aria-hidden="true">
        ${field("current", t(words.current), { type: "password", autocomplete: "current-password", required: true })}
        ${field("fresh", t(words.fresh), { type: "password", autocomplete: "new-password", required: true, hint: t(words.freshHint) })}
        <button ?disabled=${this.busy}>${t(words.change)}</button></form></section>`;
  }

  /** @param {SubmitEvent} event */
  async changePassword(event) {
    const form = /** @type {HTMLFormElement} */ (event.target);
    const values = formValues(event);
    this.changed = false;
    this.changed = await this.change(() => api("/api/auth/password", { body: { current_password: values["current"], new_password: values["fresh"] } }));
    if (this.changed) {
      form.reset();
    }
  }

  /** @param {ProfileData} data */
  preferences(data) {
    /** @param {number} shared */
    const prefer = (shared) => void this.change(() => api("/api/plugin-api/preference", { method: "PUT", body: { prefer_shared: shared } }));
    const theme = storedTheme();
    return html`<section><h2>${t(words.served)}</h2><fieldset class="stack form"><legend class="vh">${t(words.order)}</legend>
      <label class="check"><input type="radio" name="preference" .checked=${!data.preferShared} @change=${() => prefer(0)}><span>${t(words.ownFirst)}<small class="hint">${t(words.ownFirstHint)}</small></span></label>
      <label class="check"><input type="radio" name="preference" .checked=${data.preferShared} @change=${() => prefer(1)}><span>${t(words.sharedFirst)}<small class="hint">${t(words.sharedFirstHint)}</small></span></label>
      <label class="check"><input type="checkbox" .checked=${data.onlyOwn} @change=${(/** @type {Event} */ event) => void this.change(() => api("/api/auth/use-only-dedicated", { method: "PUT", body: { use_only_dedicated: /** @type {HTMLInputElement} */ (event.target).checked ? 1 : 0 } }))}><span>${t(words.onlyOwn)}</span></label></fieldset>
      <h2 class="gap-top">${t(words.appearance)}</h2><div class="filters"><label>${t(words.language)} <select @change=${(/** @type {Event} */ event) => setLanguage(/** @type {HTMLSelectElement} */ (event.target).value === "zh" ? "zh" : "en")}><option value="en" lang="en" .selected=${language() === "en"}>English</option><option value="zh" lang="zh-CN" .selected=${language() === "zh"}>中文</option></select></label>
        ${segments("theme", t(words.theme), /** @type {const} */ (["system", "light", "dark"]).map((value) => ({ value, text: t(navigation[value]) })), theme, (value) => { setTheme(/** @type {typeof theme} */ (value)); this.requestUpdate(); })}</div></section>`;
  }

  /** @param {ProfileData} data */
  devices(data) {
    return html`<section><div class="sec"><h2>${t(words.devices)}</h2><button type="button" class="push" @click=${() => this.ask({ title: t(words.logOutAllTitle), body: t(words.logOutAllBody), label: t(words.logOutAll), act: async () => { await api("/api/auth/logout-all", { method: "POST" }); endSession(); } })}>${t(words.logOutAll)}</button></div>
      <table class="cards"><thead><tr><th scope="col">${t(words.device)}</th><th scope="col">${t(words.address)}</th><th scope="col">${t(words.loggedIn)}</th><th scope="col">${t(words.lastSeen)}</th><th scope="col"><span class="vh">${t(common.actions)}</span></th></tr></thead>
      <tbody>${data.sessions.map((session) => html`<tr><th scope="row">${deviceName(session.user_agent)}${session.current ? html` <span class="tag mine">${t(words.thisOne)}</span>` : nothing}</th><td class="mono small" data-l=${t(words.address)}>${session.address}</td><td data-l=${t(words.loggedIn)}>${day(session.created_at)}</td><td data-l=${t(words.lastSeen)}>${ago(session.last_used_at ?? session.created_at)}</td>
        <td class="num corner">${session.current ? nothing : html`<button type="button" @click=${() => void this.change(() => api("/api/auth/sessions/" + session.id, { method: "DELETE" }))}>${t(words.logOut)}</button>`}</td></tr>`)}</tbody></table></section>`;
  }

  /** @param {ProfileData} data */
  logins(data) {
    const free = data.providers.filter((provider) => data.identities.every((identity) => identity.provider !== provider.id));
    if (!data.providers.length && !data.identities.length) {
      return nothing;
    }
    return html`<section><div class="sec"><h2>${t(words.logins)}</h2><span class="push">${free.map((provider) => html`<button type="button" @click=${() => void this.link(provider)}>${t(words.link, { name: provider.name })}</button> `)}</span></div>
      ${data.identities.length
        ? html`<table class="cards"><thead><tr><th scope="col">${t(words.where)}</th><th scope="col">${t(words.knownAs)}</th><th scope="col">${t(words.linked)}</th><th scope="col"><span class="vh">${t(common.actions)}</span></th></tr></thead>
            <tbody>${data.identities.map((identity) => html`<tr><th scope="row">${data.providers.find((provider) => provider.id === identity.provider)?.name ?? identity.provider}</th><td data-l=${t(words.knownAs)}>${identity.username ?? identity.name ?? t(common.none)}</td><td data-l=${t(words.linked)}>${day(identity.linked_at ?? identity.created_at)}</td>
              <td class="num corner"><button type="button" @click=${() => this.ask({ title: t(words.unlinkTitle, { name: identity.provider }), body: t(words.unlinkBody), label: t(words.unlink), act: () => api("/api/auth/identities/" + identity.id, { method: "DELETE" }) })}>${t(words.unlink)}</button></td></tr>`)}</tbody></table>`
        : html`<p class="soft small">${t(words.noLogins)}</p>`}</section>`;
  }

  /** @param {{id: string}} provider */
  async link(provider) {
    await this.change(async () => {
      const answer = await api(`/api/auth/identities/${encodeURIComponent(provider.id)}/login`);
      const address = answer.auth_url ?? answer.authorization_url ?? answer.url;
      sessionStorage.setItem("linking", new URL(address).searchParams.get("state") ?? "");
      location.assign(address);
    });
  }

  /** Downloads everything about the user; it can take a while, so the size is shown. */
  async export() {
    await this.change(async () => {
      this.exported = 0;
      try {
        const response = await call("/api/auth/me/export");
        const parts = [];
        const reader = /** @type {ReadableStream<Uint8Array<ArrayBuffer>>} */ (response.body).getReader();
        for (let part = await reader.read(); !part.done; part = await reader.read()) {
          parts.push(part.value);
          this.exported += part.value.length;
        }
        const link = document.createElement("a");
        link.href = URL.createObjectURL(new Blob(parts, { type: "application/json" }));
        link.download = "potluck-export.json";
        link.click();
        setTimeout(() => URL.revokeObjectURL(link.href), 60_000);
      } finally {
        this.exported = null;
      }
    });
  }

  deleteDialog() {
    if (!this.deleting) {
      return nothing;
    }
    return dialog(
      "delete",
      t(words.removeTitle, { name: user()?.username ?? "" }),
      html`<form id="delete-form" class="stack" @submit=${(/** @type {SubmitEvent} */ event) => void this.deleteMe(event)}><p>${t(words.removeHint)}</p>${this.problem ? failure(this.problem) : nothing}
        ${field("password", t(words.current), { type: "password", autocomplete: "current-password", required: true })}</form>`,
      html`<button type="button" @click=${close}>${t(common.cancel)}</button><button class="danger" form="delete-form">${t(words.removeButton)}</button>`,
      () => (this.deleting = false),
    );
  }

  /** @param {SubmitEvent} event */
  async deleteMe(event) {
    const values = formValues(event);
    await this.change(async () => {
      await api("/api/auth/me", { method: "DELETE", body: { password: values["password"] } });
      endSession();
    });
  }
}

/** A device by its User-Agent: the browser and the system, or the beginning of it. @param {string} agent */
function deviceName(agent) {
  const browser = /(Firefox|Edg|OPR|Chrome|Safari)\//.exec(agent)?.[1];
  const system = /(Windows|Android|iPhone|iPad|Mac OS X|Linux)/.exec(agent)?.[1];
  const names = /** @type {Record<string, string>} */ ({ Edg: "Edge", OPR: "Opera", "Mac OS X": "macOS" });
  return browser && system ? `${names[browser] ?? browser}, ${names[system] ?? system}` : agent.slice(0, 40) || "–";
}

customElements.define("page-profile", ProfilePage);
