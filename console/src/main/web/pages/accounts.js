// @ts-check
import { html, nothing } from "lit";
import { api } from "../api.js";
import { count, duration, quota as amount } from "../format.js";
import { t } from "../language.js";
import { Page } from "../page.js";
import { go, href } from "../routes.js";
import { close, dialog, empty, field, formValues, head, icon, note, open, rowMenu, standingBadge } from "../ui.js";
import { accounts as words } from "../words/accounts.js";
import { common } from "../words/common.js";
import "./bring-account.js";
import "./bring-many.js";

/**
 * @typedef {{cookie_id: string, name: string, provider: string, base_url: string, models: string[], is_shared: number, status: number,
 *   standing: string, standing_until: string | null, standing_why: string | null, running: number | null, max_concurrency: number,
 *   reserve: number, priority: number, need_refresh: boolean, served_today_own: number, served_today_others: number | null, untried: boolean}} Account
 * @typedef {{name: string, label: string, dialect: string, needs_base_url: boolean, auth: string, oauth: boolean, models: string[], hint: string, key_page: string}} Provider
 * @typedef {{base: number, base_rate: number, per_account: number, per_account_gain: number, per_account_rate: number, unit_usd: number | null}} Rules
 * @typedef {{accounts: Account[], providers: Provider[], rules: Rules, share: {arithmetic: string}}} AccountsData
 */

/**
 * What I have brought, and how it stands.
 * @extends {Page<AccountsData>}
 */
class AccountsPage extends Page {
  /** @type {import("lit").PropertyDeclarations} */
  static properties = { editing: { state: true }, tested: { state: true } };

  constructor() {
    super();
    this.renewAfter = 30_000;
    this.wantsEvents = true;
    /** @type {{account: Account, key: boolean} | undefined} the account that is edited; key: only its key */
    this.editing = undefined;
    /** @type {{name: string, served: boolean, milliseconds: number, error: string | null} | undefined} */
    this.tested = undefined;
  }

  /** @param {AbortSignal} signal @returns {Promise<AccountsData>} */
  async load(signal) {
    const [accounts, providers, rules, share] = await Promise.all([
      api("/api/plugin-api/accounts", { signal }),
      api("/api/providers", { signal }),
      api("/api/usage/rules", { signal }),
      api("/api/usage/share", { signal }),
    ]);
    return { accounts, providers, rules, share };
  }

  /** @param {import("../live.js").LiveEvent} event */
  onEvent(event) {
    if (event.type === "standing") {
      clearTimeout(this.timer);
      this.timer = setTimeout(this.again, 500);
    }
  }

  /** @param {Map<string, unknown>} changed */
  updated(changed) {
    if (changed.has("data") && this.query.get("bring")) {
      void open(this, "bring");
    }
  }

  /** @param {AccountsData} data */
  content(data) {
    return html`${head(t(words.title), {
      lede: t(words.lede),
      acts: html`${this.age()}<button type="button" @click=${() => void open(this, "many")}>${t(words.bringMany)}</button><button type="button" class="primary" @click=${() => void open(this, "bring")}>${icon("plus")}${t(words.bring)}</button>`,
    })}
    ${this.tested ? this.testResult(this.tested) : nothing}
    ${data.accounts.length ? this.list(data) : empty({ title: t(words.emptyTitle), reason: t(words.emptyReason), acts: html`<button type="button" class="primary" @click=${() => void open(this, "bring")}>${t(words.bring)}</button>` })}
    <bring-account .providers=${data.providers} .rules=${data.rules} .chosen=${this.query.get("bring") ?? ""} @added=${() => this.added()}></bring-account>
    <bring-many .providers=${data.providers} @added=${this.again}></bring-many>
    ${this.editDialog()}`;
  }

  added() {
    go("/accounts", {}, true);
    void this.reload();
  }

  /** @param {AccountsData} data */
  list(data) {
    return html`<section aria-label=${t(words.mine)}><table class="cards roomy"><thead><tr><th scope="col">${t(words.account)}</th><th scope="col">${t(words.standing)}</th><th scope="col">${t(words.provider)}</th><th scope="col">${t(words.serves)}</th><th scope="col" class="num">${t(words.running)}</th><th scope="col" class="num">${t(words.kept)}</th><th scope="col" class="num">${t(words.todayMe)}</th><th scope="col" class="num">${t(words.others)}</th><th scope="col"><span class="vh">${t(common.actions)}</span></th></tr></thead>
      <tbody>${data.accounts.map((account) => this.row(account, data))}</tbody></table></section>
      ${data.accounts.filter((account) => account.standing === "revoked").map((account) => this.refusedNote(account))}
      <div class="cols even">${gains(data)}${today(data)}</div>`;
  }

  /** @param {Account} account @param {AccountsData} data */
  row(account, data) {
    const off = account.status === 0;
    const others = account.is_shared ? (account.served_today_others === null ? t(common.aFew) : count(account.served_today_others)) : t(common.none);
    return html`<tr class=${off ? "off-row" : ""}><th scope="row">${account.name}<small class="mono">${account.models.slice(0, 4).join(", ")}${account.models.length > 4 ? " +" + (account.models.length - 4) : ""}</small></th>
      <td class="full">${standingBadge(off ? "off" : account.standing, account.standing_until)}${account.untried && !off ? html`<small>${t(account.is_shared ? words.untriedShared : words.untried)}</small>` : nothing}</td><td data-l=${t(words.provider)}>${label(data.providers, account.provider)}</td>
      <td data-l=${t(words.serves)}>${t(account.is_shared ? words.everybody : words.onlyMe)}</td>
      <td class="num drop">${account.running ?? "–"}${account.max_concurrency ? " / " + account.max_concurrency : ""}</td><td class="num drop">${account.reserve ? Math.round(account.reserve * 100) + " %" : t(common.none)}</td>
      <td class="num" data-l=${t(words.todayMe)}>${count(account.served_today_own)}</td><td class="num" data-l=${t(words.others)}><span class="nowrap">${others}</span></td>
      <td class="num corner">${rowMenu("menu-" + account.cookie_id, account.name, [
        { text: t(words.test), act: () => void this.test(account) },
        { text: t(words.edit), act: () => this.edit(account, false) },
        { text: t(words.replaceKey), act: () => this.edit(account, true) },
        account.need_refresh && { text: t(words.refreshToken), act: () => void this.change(() => api(`${path(account)}/refresh`, { method: "POST" })) },
        account.is_shared ? { text: t(words.keep), act: () => void this.setShared(account, 0) } : { text: t(words.share), act: () => this.askToShare(account) },
        { text: t(off ? words.turnOn : words.turnOff), act: () => void this.change(() => api(`${path(account)}/status`, { method: "PUT", body: { status: off ? 1 : 0 } })) },
        { text: t(words.remove), danger: true, act: () => this.askToRemove(account) },
      ])}</td></tr>`;
  }

  /** @param {Account} account */
  refusedNote(account) {
    return html`<section>${note("bad", t(words.refused, { name: account.name }), {
      body: (account.standing_why ? account.standing_why + " " : "") + t(words.refusedBody),
      acts: html`<button type="button" @click=${() => this.edit(account, true)}>${t(words.replaceKey)}</button><button type="button" class="quiet" @click=${() => void this.test(account)}>${t(words.testAgain)}</button><button type="button" class="quiet" @click=${() => this.askToRemove(account)}>${t(words.remove)}</button>`,
    })}</section>`;
  }

  /** @param {{name: string, served: boolean, milliseconds: number, error: string | null}} tested */
  testResult(tested) {
    return tested.served
      ? note("good", t(words.testGood, { name: tested.name, time: duration(tested.milliseconds) }), { alert: true })
      : note("bad", t(words.testBad, { name: tested.name }), { body: tested.error ?? undefined, alert: true });
  }

  /** @param {Account} account */
  async test(account) {
    this.tested = undefined;
    await this.change(async () => {
      const answer = await api(`${path(account)}/test`, { method: "POST", body: {} });
      this.tested = { name: account.name, served: answer.served ?? answer.success ?? false, milliseconds: answer.milliseconds ?? answer.duration_ms ?? null, error: answer.error ?? answer.message ?? null };
    });
  }

  /** @param {Account} account @param {number} shared */
  setShared(account, shared) {
    return this.change(() => api(`${path(account)}/type`, { method: "PUT", body: { is_shared: shared } }));
  }

  /** @param {Account} account */
  askToShare(account) {
    this.ask({ title: t(words.shareTitle, { name: account.name }), body: t(words.shareBody), label: t(words.share), act: () => api(`${path(account)}/type`, { method: "PUT", body: { is_shared: 1 } }) });
  }

  /** @param {Account} account */
  askToRemove(account) {
    this.ask({ title: t(words.removeTitle, { name: account.name }), body: t(words.removeBody), label: t(words.remove), act: () => api(path(account), { method: "DELETE" }) });
  }

  /** @param {Account} account @param {boolean} key */
  edit(account, key) {
    this.editing = { account, key };
    void open(this, "edit");
  }

  editDialog() {
    if (!this.editing) {
      return nothing;
    }
    const { account, key } = this.editing;
    const body = key
      ? field("api_key", t(words.newKey), { type: "password", required: true, hint: t(words.keyHint) })
      : html`${field("name", t(words.name), { value: account.name, hint: t(words.nameHint), required: true })}
          <div class="field"><label for="edit-models">${t(words.modelsTyped)}</label><textarea id="edit-models" name="models" rows="4" .value=${account.models.join("\n")}></textarea></div>
          ${field("max_concurrency", t(words.places), { type: "number", min: 0, value: String(account.max_concurrency), hint: t(words.placesHint) })}
          ${field("reserve", t(words.reserve), { type: "number", min: 0, max: 100, value: String(Math.round(account.reserve * 100)), hint: t(words.reserveHint) })}
          ${field("priority", t(words.priority), { type: "number", value: String(account.priority), hint: t(words.priorityHint) })}`;
    return dialog("edit", t(key ? words.replaceKey : words.editTitle, { name: account.name }), html`<form id="edit-form" class="stack" @submit=${(/** @type {SubmitEvent} */ event) => void this.saveEdit(event, account, key)}>${body}</form>`,
      html`<button type="button" @click=${close}>${t(common.cancel)}</button><button class="primary" form="edit-form">${t(common.save)}</button>`, () => (this.editing = undefined));
  }

  /** @param {SubmitEvent} event @param {Account} account @param {boolean} key */
  async saveEdit(event, account, key) {
    const values = formValues(event);
    /** @type {HTMLDialogElement | null} */ (this.querySelector("#edit"))?.close();
    const body = key
      ? { api_key: values["api_key"] }
      : { name: values["name"], models: lines(values["models"] ?? ""), max_concurrency: Number(values["max_concurrency"]), reserve: Number(values["reserve"]) / 100, priority: Number(values["priority"]) };
    const done = await this.change(() => api(path(account), { method: "PUT", body }));
    if (done && key) {
      await this.test(account);
    }
  }
}

/** @param {Account} account */
function path(account) {
  return "/api/plugin-api/accounts/" + account.cookie_id;
}

/** The lines of a text that are not empty. @param {string} text */
function lines(text) {
  return text.split("\n").map((line) => line.trim()).filter((line) => line);
}

/** @param {Provider[]} providers @param {string} name */
function label(providers, name) {
  return providers.find((provider) => provider.name === name)?.label ?? name;
}

/** The sum that sharing gives, so that it can be checked. @param {AccountsData} data */
function gains({ accounts, rules }) {
  const shared = accounts.filter((account) => account.is_shared && account.status === 1 && !account.untried);
  const ceiling = rules.base + shared.length * rules.per_account_gain;
  const rate = rules.base_rate + shared.length * rules.per_account_rate;
  return html`<section><div class="sec"><h2>${t(words.gives)}</h2></div><table><thead><tr><th scope="col">${t(words.source)}</th><th scope="col" class="num">${t(words.ceiling)}</th><th scope="col" class="num">${t(words.hourly)}</th></tr></thead>
    <tbody><tr><th scope="row">${t(words.base)}</th><td class="num">${amount(rules.base)}</td><td class="num">+${amount(rules.base_rate)}</td></tr>
      ${shared.map((account) => html`<tr><th scope="row">${t(words.sharedRow, { name: account.name })}<small>${account.models.slice(0, 3).join(", ")}</small></th><td class="num">+${amount(rules.per_account_gain)}</td><td class="num">+${amount(rules.per_account_rate)}</td></tr>`)}</tbody>
    ${shared.length === 1 ? html`<tfoot><tr><th scope="row">${shared[0]?.models[0] ?? ""}</th><td class="num">${amount(ceiling)}</td><td class="num">+${amount(rate)}</td></tr></tfoot>` : nothing}</table></section>`;
}

/** @param {AccountsData} data */
function today({ accounts, share }) {
  const shared = accounts.filter((account) => account.is_shared);
  const known = shared.every((account) => account.served_today_others !== null);
  const sum = shared.reduce((all, account) => all + (account.served_today_others ?? 0), 0);
  return html`<section><div class="sec"><h2>${t(words.rest)}</h2></div><dl class="facts">
    <dt>${t(words.served)}</dt><dd>${shared.length ? t(words.servedText, { n: known ? count(sum) : t(common.aFew) }) : t(common.none)}</dd>
    <dt>${t(words.weight)}</dt><dd>${share.arithmetic}</dd><dt>${t(words.full)}</dt><dd><a href=${href("/usage/statement")}>${t(words.statement)}</a></dd></dl></section>`;
}

customElements.define("page-accounts", AccountsPage);
