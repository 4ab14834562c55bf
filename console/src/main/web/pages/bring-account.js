// @ts-check
import { LitElement, html, nothing } from "lit";
import { api } from "../api.js";
import { duration, quota as amount } from "../format.js";
import { t } from "../language.js";
import { close, dialog, field, formValues, note } from "../ui.js";
import { accounts as words } from "../words/accounts.js";
import { common } from "../words/common.js";

/** @typedef {import("./accounts.js").Provider} Provider */
/** @typedef {import("./accounts.js").Rules} Rules */
/** @typedef {{served: boolean, model: string | null, milliseconds: number, status: number | null, error: string | null, models: string[]}} Probe */

/** The dialog that adds one account: provider, credential (tested), models, share or keep. */
class BringAccount extends LitElement {
  /** @type {import("lit").PropertyDeclarations} */
  static properties = {
    providers: { attribute: false },
    rules: { attribute: false },
    chosen: { attribute: false },
    provider: { state: true },
    key: { state: true },
    address: { state: true },
    probe: { state: true },
    testing: { state: true },
    models: { state: true },
    shared: { state: true },
    error: { state: true },
    consentOpen: { state: true },
    busy: { state: true },
  };

  constructor() {
    super();
    /** @type {Provider[]} */
    this.providers = [];
    /** @type {Rules | undefined} */
    this.rules = undefined;
    /** The provider to begin with; empty or "any" for none. */
    this.chosen = "";
    /** @type {Provider | undefined} */
    this.provider = undefined;
    this.key = "";
    this.address = "";
    /** @type {Probe | undefined} */
    this.probe = undefined;
    this.testing = false;
    /** @type {Set<string>} */
    this.models = new Set();
    this.shared = true;
    /** @type {import("../api.js").ApiError | undefined} */
    this.error = undefined;
    this.consentOpen = false;
    this.busy = false;
  }

  /** Forgets what was entered. @param {Provider} [provider] */
  clear(provider) {
    this.provider = provider;
    this.key = "";
    this.address = "";
    this.probe = undefined;
    this.testing = false;
    this.models = new Set();
    this.shared = true;
    this.error = undefined;
    this.consentOpen = false;
  }

  createRenderRoot() {
    return this;
  }

  /** @param {Map<string, unknown>} changed */
  willUpdate(changed) {
    if ((changed.has("chosen") || changed.has("providers")) && this.chosen && !this.provider) {
      this.provider = this.providers.find((provider) => provider.name === this.chosen);
    }
  }

  /** Tests the credential; nothing is stored. */
  async test() {
    const provider = this.provider;
    if (!provider || !this.key.trim() || (provider.needs_base_url && !this.address.trim())) {
      return;
    }
    this.testing = true;
    this.error = undefined;
    this.probe = undefined;
    try {
      this.probe = /** @type {Probe} */ (await api("/api/plugin-api/accounts/probe", { body: { provider: provider.name, base_url: this.address.trim() || null, api_key: this.key.trim() } }));
      this.models = new Set(this.probe.models.length ? this.probe.models : provider.models);
    } catch (cause) {
      this.error = /** @type {import("../api.js").ApiError} */ (cause);
    } finally {
      this.testing = false;
    }
  }

  /** @param {SubmitEvent} event */
  async add(event) {
    const values = formValues(event);
    const provider = this.provider;
    if (!provider || this.busy) {
      return;
    }
    this.busy = true;
    this.error = undefined;
    try {
      if (this.consentOpen) {
        await api("/api/plugin-api/oauth/callback", { body: { callback_url: values["callback"] } });
      } else {
        const typed = (values["models"] ?? "").split("\n").map((line) => line.trim()).filter((line) => line);
        const models = this.probe?.models.length ? [...this.models] : typed;
        await api("/api/plugin-api/accounts", {
          body: {
            provider: provider.name,
            name: values["name"] || undefined,
            base_url: this.address.trim() || undefined,
            api_key: this.key.trim(),
            models: models.length ? models : undefined,
            is_shared: this.shared ? 1 : 0,
            max_concurrency: Number(values["max_concurrency"] || 0),
            reserve: Number(values["reserve"] || 0) / 100,
          },
        });
      }
      this.querySelector("dialog")?.close();
      this.dispatchEvent(new Event("added"));
    } catch (cause) {
      this.error = /** @type {import("../api.js").ApiError} */ (cause);
    } finally {
      this.busy = false;
    }
  }

  /** Starts a consent at the provider. */
  async consent() {
    this.error = undefined;
    try {
      const answer = await api("/api/plugin-api/oauth/authorize", { body: { provider: this.provider?.name, is_shared: this.shared ? 1 : 0 } });
      this.consentOpen = true;
      open(answer.auth_url ?? answer.authorization_url ?? answer.url, "_blank", "noopener");
    } catch (cause) {
      this.error = /** @type {import("../api.js").ApiError} */ (cause);
    }
  }

  render() {
    const provider = this.provider;
    return dialog(
      "bring",
      t(words.bring),
      html`<form id="bring-form" class="stack" @submit=${this.add}>
        <fieldset><legend>${t(words.chooseProvider)}</legend><div class="tiles">${this.providers.toSorted((a, b) => Number(a.needs_base_url) - Number(b.needs_base_url)).map(
          (each) => html`<label><input type="radio" name="provider" .checked=${provider === each} @change=${() => this.clear(each)}>${each.label}<small>${each.needs_base_url ? t(words.ownServer) : each.models.slice(0, 2).join(", ") || each.dialect}</small></label>`,
        )}</div></fieldset>
        ${provider ? this.details(provider) : nothing}
        ${this.error ? note("bad", this.error.message, { alert: true }) : nothing}
      </form>`,
      html`<button type="button" @click=${close}>${t(common.cancel)}</button><button class="primary" form="bring-form" ?disabled=${!provider || this.busy || this.testing || (!this.key && !this.consentOpen)}>${t(words.bringIt)}</button>`,
      () => this.clear(),
    );
  }

  /** @param {Provider} provider */
  details(provider) {
    const key = html`${provider.hint ? provider.hint + " " : ""}${t(words.keyHint)} ${provider.key_page ? html`<a href=${provider.key_page} target="_blank" rel="noopener">${t(words.getKey)}</a>` : nothing}`;
    return html`
      ${provider.needs_base_url ? this.addressField() : nothing}
      ${provider.oauth ? this.consentPart() : nothing}
      ${this.consentOpen ? nothing : html`<div class="field"><label for="api_key">${t(provider.auth === "key" ? words.key : words.credential)}</label>
        <input id="api_key" name="api_key" type="password" autocomplete="off" .value=${this.key} aria-describedby="api_key-about" ?required=${!provider.oauth}
          @input=${(/** @type {Event} */ event) => (this.key = /** @type {HTMLInputElement} */ (event.target).value)} @paste=${() => setTimeout(() => void this.test())} @change=${() => void this.test()}>
        <span class="hint" id="api_key-about">${key}</span></div>`}
      ${provider.needs_base_url ? nothing : html`<details class="astable"><summary>${t(words.otherAddress)}</summary>${this.addressField()}</details>`}
      <div role="status">${this.probeResult()}</div>
      ${this.modelsPart(provider)}${this.choicePart()}
      ${field("name", t(words.name), { placeholder: provider.label, hint: t(words.nameHint) })}
      <details class="astable"><summary>${t(words.limits)}</summary><div class="stack">${field("max_concurrency", t(words.places), { type: "number", min: 0, value: "0", hint: t(words.placesHint) })}
        ${field("reserve", t(words.reserve), { type: "number", min: 0, max: 100, value: "0", hint: t(words.reserveHint) })}</div></details>`;
  }

  addressField() {
    return html`<div class="field"><label for="base_url">${t(words.address)}</label><input id="base_url" name="base_url" type="url" autocomplete="off" .value=${this.address} aria-describedby="base_url-about"
      @input=${(/** @type {Event} */ event) => (this.address = /** @type {HTMLInputElement} */ (event.target).value)} @change=${() => void this.test()}><span class="hint" id="base_url-about">${t(words.addressHint)}</span></div>`;
  }

  consentPart() {
    return html`<div class="field"><button type="button" @click=${() => void this.consent()}>${t(words.consent)}</button>
      ${this.consentOpen ? html`<p class="hint">${t(words.consentHow)}</p>${field("callback", t(words.callback), { type: "url", required: true })}` : nothing}</div>`;
  }

  probeResult() {
    if (this.testing) {
      return html`<p class="soft small">${t(words.testing)}</p>`;
    }
    const probe = this.probe;
    if (!probe) {
      return nothing;
    }
    return probe.served
      ? note("good", t(words.tested, { model: probe.model ?? "", time: duration(probe.milliseconds) }))
      : note("bad", t(words.testFailed), { body: html`${probe.error} ${t(words.anyway)}`, acts: html`<button type="button" @click=${() => void this.test()}>${t(words.testAgain)}</button>` });
  }

  /** @param {Provider} provider */
  modelsPart(provider) {
    const found = this.probe?.models ?? [];
    if (!found.length) {
      return html`<details class="astable" ?open=${this.probe !== undefined}><summary>${t(words.models)}</summary><div class="field"><label for="typed-models">${t(words.modelsTyped)}</label><textarea id="typed-models" name="models" rows="3" .value=${provider.models.join("\n")}></textarea></div></details>`;
    }
    /** @param {string[]} models */
    const select = (models) => (this.models = new Set(models));
    return html`<fieldset><legend>${t(words.models)}</legend><p class="hint">${t(words.modelsFound, { n: found.length })} <button type="button" class="link" @click=${() => select(found)}>${t(words.allModels)}</button> · <button type="button" class="link" @click=${() => select([])}>${t(words.noModels)}</button></p>
      <div class="models">${found.slice(0, 200).map((model) => html`<label class="check"><input type="checkbox" .checked=${this.models.has(model)} @change=${() => select(this.models.has(model) ? [...this.models].filter((each) => each !== model) : [...this.models, model])}><span class="mono">${model}</span></label>`)}</div></fieldset>`;
  }

  choicePart() {
    const values = { gain: amount(this.rules?.per_account_gain), rate: amount(this.rules?.per_account_rate) };
    return html`<fieldset><legend>${t(words.forWhom)}</legend><div class="choice">
      <label><input type="radio" name="whom" .checked=${this.shared} @change=${() => (this.shared = true)}><b>${t(words.shareChoice)}</b><span class="soft">${t(words.shareGain, values)}</span></label>
      <label><input type="radio" name="whom" .checked=${!this.shared} @change=${() => (this.shared = false)}><b>${t(words.keepChoice)}</b><span class="soft">${t(words.keepGain)}</span></label></div></fieldset>
      ${this.shared ? html`<label class="check"><input type="checkbox" name="allowed" required>${t(words.confirm)}</label>` : nothing}`;
  }
}

customElements.define("bring-account", BringAccount);
