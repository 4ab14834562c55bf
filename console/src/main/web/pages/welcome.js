// @ts-check
import { html, nothing } from "lit";
import { api, logIn, user } from "../api.js";
import { ask, rowOf } from "../conversation.js";
import { dialects } from "../dialects.js";
import { count, duration } from "../format.js";
import "../key-snippets.js";
import { language, setLanguage, t } from "../language.js";
import { href } from "../routes.js";
import { failure, field, formValues, note } from "../ui.js";
import { entry } from "../words/entry.js";
import "./bring-account.js";
import { EntryPage } from "./entry.js";

/** @typedef {import("../conversation.js").Answer} Answer */
/** @typedef {1 | 2 | 3} Step */

/** The first run: an administrator, an account, an answer, a key. The link of the terminal opens it. */
class WelcomePage extends EntryPage {
  /** @type {import("lit").PropertyDeclarations} */
  static properties = { step: { state: true }, used: { state: true }, providers: { state: true }, rules: { state: true }, model: { state: true }, answer: { state: true }, tokens: { state: true }, key: { state: true } };

  constructor() {
    super();
    /** @type {Step} */
    this.step = 1;
    /** Whether the server has an administrator already. */
    this.used = false;
    /** @type {import("./accounts.js").Provider[]} */
    this.providers = [];
    /** @type {import("./accounts.js").Rules | undefined} */
    this.rules = undefined;
    this.model = "";
    /** @type {Answer | undefined} */
    this.answer = undefined;
    /** @type {number | undefined} */
    this.tokens = undefined;
    /** @type {{id: number, key: string} | undefined} */
    this.key = undefined;
    this.lifetime = new AbortController();
  }

  firstUpdated() {
    void this.attempt(async () => {
      this.used = (await api("/api/auth/oidc/providers")).setup_needed === false;
      if (user()) {
        await this.second();
      }
    });
  }

  disconnectedCallback() {
    super.disconnectedCallback();
    this.lifetime.abort();
  }

  /** @param {SubmitEvent} event */
  create(event) {
    const values = formValues(event);
    void this.attempt(async () => {
      await logIn("/api/auth/setup", { token: this.query.get("token"), username: values["username"], password: values["password"] });
      history.replaceState(null, "", href("/welcome"));
      await this.second();
    });
  }

  async second() {
    [this.providers, this.rules] = await Promise.all([api("/api/providers"), api("/api/usage/rules")]);
    this.step = 2;
  }

  async third() {
    const models = (await api("/v1/models")).data.map((/** @type {{id: string}} */ model) => model.id);
    this.model = models.find((/** @type {string} */ model) => !model.includes("demo")) ?? models[0] ?? "";
    this.step = 3;
  }

  /** @param {SubmitEvent} event */
  question(event) {
    const values = formValues(event);
    void this.attempt(async () => {
      const dialect = /** @type {typeof dialects[number]} */ (dialects[0]);
      const turns = [{ role: /** @type {const} */ ("user"), text: values["question"] ?? "" }];
      const answer = await ask(dialect, { model: this.model, turns, most: 1024, stream: true }, this.lifetime.signal, (now) => (this.answer = now));
      if (answer.error) {
        return;
      }
      this.key ??= await api("/api/api-keys", { body: { name: t(entry.firstKey) } });
      const row = await rowOf(answer.requestId, this.lifetime.signal);
      this.tokens = row?.request.output_tokens;
    });
  }

  content() {
    const steps = /** @type {const} */ ([entry.step1, entry.step2, entry.step3]);
    return html`<ol class="steps" aria-label=${t(entry.steps)}>${steps.map((text, i) => html`<li class=${i + 1 < this.step ? "done" : ""} aria-current=${i + 1 === this.step ? "step" : nothing}><i>${i + 1}</i>${t(text)}</li>`)}</ol>
      ${this.step === 1 ? this.firstStep() : this.step === 2 ? this.secondStep() : this.thirdStep()}`;
  }

  firstStep() {
    if (this.used) {
      return html`<h1 class="door-h">${t(entry.setUpAlready)}</h1>${note("info", t(entry.setUpAlreadyHow), { acts: html`<a href=${href("/login")}>${t(entry.logIn)}</a>` })}`;
    }
    if (!this.query.get("token")) {
      return html`<h1 class="door-h">${t(entry.welcome)}</h1>${note("warn", t(entry.noToken), { body: t(entry.setupHow) })}`;
    }
    return html`<h1 class="door-h">${t(entry.welcome)}</h1><p class="lede">${t(entry.welcomeLede)}</p>
      <form @submit=${this.create}>${this.error ? note("bad", this.error.message, { alert: true }) : nothing}
        ${field("username", t(entry.userName), { autocomplete: "username", required: true, hint: t(entry.nameHint) })}
        ${field("password", t(entry.password), { type: "password", autocomplete: "new-password", required: true, hint: t(entry.passwordHint) })}
        <div class="field"><label for="language">${t(entry.languageLabel)}</label><select id="language" class="wide" @change=${(/** @type {Event} */ event) => this.speak(/** @type {HTMLSelectElement} */ (event.target).value)}><option value="en" lang="en" .selected=${language() === "en"}>English</option><option value="zh" lang="zh-CN" .selected=${language() === "zh"}>中文</option></select></div>
        <button class="primary" ?disabled=${this.busy}>${t(entry.continue)}</button></form>
      <p class="small soft door-more">${t(entry.moving, { import: "./potluck import", restore: "./potluck restore" })}</p>`;
  }

  /** @param {string} value */
  speak(value) {
    setLanguage(value === "zh" ? "zh" : "en");
  }

  secondStep() {
    return html`<h1 class="door-h">${t(entry.firstAccount)}</h1><p class="lede">${t(entry.firstAccountLede)}</p>
      ${this.error ? failure(this.error) : nothing}
      <p class="stack"><button type="button" class="primary" @click=${() => /** @type {HTMLDialogElement | null} */ (this.querySelector("#bring"))?.showModal()}>${t(entry.firstAccount)}</button></p>
      <p class="door-more"><button type="button" class="wide" @click=${() => void this.attempt(() => this.third())}>${t(entry.lookAround)}</button><span class="hint">${t(entry.lookAroundHint)}</span></p>
      <bring-account .providers=${this.providers} .rules=${this.rules} @added=${() => void this.attempt(() => this.third())}></bring-account>`;
  }

  thirdStep() {
    const answer = this.answer;
    return html`<h1 class="door-h">${t(entry.firstAnswer)}</h1><p class="lede mono">${this.model}</p>
      <form @submit=${this.question}>${field("question", t(entry.question), { value: t(entry.askDemo), required: true })}<button class=${answer ? "wide" : "primary"} ?disabled=${this.busy || answer?.running === true}>${t(entry.ask)}</button></form>
      ${answer?.error ? failure(answer.error) : nothing}${this.error ? failure(this.error) : nothing}
      ${answer?.text ? html`<section aria-label=${t(entry.firstAnswer)}><p aria-live="polite">${answer.text}</p>${answer.running ? nothing : html`<p class="soft small">${t(entry.answered, { tokens: count(this.tokens), time: duration(answer.allMs) })}</p>`}</section>` : nothing}
      ${this.key ? html`<section><h2>${t(entry.fromTools)}</h2><key-snippets .secret=${this.key.key} .keyId=${this.key.id}></key-snippets></section>
        <p class="door-more"><a class="button primary" href=${href("/")}>${t(entry.goHome)}</a></p>` : nothing}`;
  }
}

customElements.define("page-welcome", WelcomePage);
