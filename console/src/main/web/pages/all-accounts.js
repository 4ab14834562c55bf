// @ts-check
import { html, nothing } from "lit";
import { api, isAdministrator } from "../api.js";
import { count } from "../format.js";
import { language, t } from "../language.js";
import { choice, filter, readOnly, searchField } from "../operate.js";
import { Page } from "../page.js";
import { go, href } from "../routes.js";
import { empty, head, rowMenu, standingBadge } from "../ui.js";
import { allAccounts as words } from "../words/all-accounts.js";
import { common, standings } from "../words/common.js";

/**
 * @typedef {{id: string, name: string, owner: string | null, owner_id: number, own: boolean, provider: string, models: string[], shared: boolean, standing: string,
 *   until: string | null, last_error: string | null, running: number, max_concurrency: number, served_today: number}} Account
 * @typedef {{accounts: Account[], labels: Map<string, string>}} AllAccountsData
 * @typedef {"name" | "owner" | "running" | "served_today"} Column
 */

const PATH = "/operate/accounts";

/**
 * The accounts of all users. An operator can stop and unshare them, and never sees a credential.
 * @extends {Page<AllAccountsData>}
 */
class AllAccountsPage extends Page {
  /** @type {import("lit").PropertyDeclarations} */
  static properties = { sort: { state: true }, descending: { state: true } };

  constructor() {
    super();
    this.renewAfter = 30_000;
    this.wantsEvents = true;
    /** @type {Column} */
    this.sort = "owner";
    this.descending = false;
  }

  /** @param {AbortSignal} signal @returns {Promise<AllAccountsData>} */
  async load(signal) {
    const [all, providers] = await Promise.all([api("/api/admin/accounts", { signal }), api("/api/providers", { signal })]);
    return { accounts: all.accounts, labels: new Map(providers.map((/** @type {{name: string, label: string}} */ each) => [each.name, each.label])) };
  }

  /** @param {import("../live.js").LiveEvent} event */
  onEvent(event) {
    if (event.type === "standing") {
      clearTimeout(this.timer);
      this.timer = setTimeout(this.again, 500);
    }
  }

  /** @param {AllAccountsData} data */
  content({ accounts, labels }) {
    const acts = html`${this.age()}${readOnly()}`;
    if (!accounts.length) {
      return html`${head(t(words.title), { acts })}${empty({ title: t(words.emptyTitle), reason: t(words.emptyReason) })}`;
    }
    const people = new Set(accounts.map((account) => account.owner_id)).size;
    const ready = accounts.filter((account) => account.standing === "ready").length;
    const lede = t(words.lede, { all: count(accounts.length), people: count(people), shared: count(accounts.filter((account) => account.shared).length), ready: count(ready) });
    const value = (/** @type {string} */ name) => this.query.get(name) ?? "";
    const found = accounts.filter((account) => matches(account, value("q")) && (!value("standing") || account.standing === value("standing")) && (!value("provider") || account.provider === value("provider")));
    const providers = [...new Set(accounts.map((account) => account.provider))];
    return html`${head(t(words.title), { lede, acts })}<section aria-label=${t(words.title)}><div class="filters" role="search">${searchField("account-search", t(words.searchHint), value("q"), (q) => filter(PATH, this.query, { q }))}
      ${choice(t(words.standing), /** @type {const} */ (["ready", "resting", "spent", "revoked", "off"]).map((each) => ({ value: each, text: t(standings[each]) })), value("standing"), (standing) => filter(PATH, this.query, { standing }))}
      ${choice(t(words.provider), providers.map((each) => ({ value: each, text: labels.get(each) ?? each })), value("provider"), (provider) => filter(PATH, this.query, { provider }))}</div>
      ${found.length ? this.table(found, labels) : empty({ title: t(words.nothing), reason: t(words.nothingReason), acts: html`<a class="button" href=${href(PATH)}>${t(words.showAll)}</a>` })}</section>`;
  }

  /** @param {Account[]} accounts @param {Map<string, string>} labels */
  table(accounts, labels) {
    /** @param {Column} column @param {string} text @param {string} [look] */
    const heading = (column, text, look = "") =>
      html`<th scope="col" class=${look} aria-sort=${this.sort === column ? (this.descending ? "descending" : "ascending") : nothing}><button type="button" @click=${() => this.sortBy(column)}>${text}</button></th>`;
    return html`<table class="cards roomy"><thead><tr>${heading("name", t(words.account))}<th scope="col">${t(words.standing)}</th>${heading("owner", t(words.owner))}<th scope="col">${t(words.models)}</th>${heading("running", t(words.running), "num")}${heading("served_today", t(words.servedToday), "num")}<th scope="col">${t(words.lastError)}</th><th scope="col"><span class="vh">${t(common.actions)}</span></th></tr></thead>
      <tbody>${this.sorted(accounts).map(
        (account) => html`<tr class=${account.standing === "off" ? "off-row" : ""}><th scope="row">${account.name}<small>${labels.get(account.provider) ?? account.provider}${account.shared ? nothing : html` · ${t(words.kept)}`}</small></th><td class="full">${standingBadge(account.standing, account.until)}</td>
          <td data-l=${t(words.owner)}>${account.owner ?? t(common.none)}${account.own ? html` <span class="tag mine">${t(common.you)}</span>` : nothing}</td><td class="mono small drop">${account.models.slice(0, 3).join(", ")}${account.models.length > 3 ? ` +${account.models.length - 3}` : ""}</td>
          <td class="num" data-l=${t(words.running)}>${account.running}${account.max_concurrency ? ` / ${account.max_concurrency}` : ""}</td><td class="num" data-l=${t(words.servedToday)}>${count(account.served_today)}</td><td class="small ${account.last_error ? "full" : "drop"}">${account.last_error ?? html`<span class="soft">${t(common.none)}</span>`}</td><td class="num corner">${this.menu(account)}</td></tr>`,
      )}</tbody></table>`;
  }

  /** @param {Account} account */
  menu(account) {
    const path = "/api/admin/accounts/" + account.id;
    const values = { name: account.name, owner: account.owner ?? "–" };
    const off = account.standing === "off";
    return rowMenu("account-" + account.id, account.name, [
      { text: t(words.person), act: () => go("/operate/people", { q: account.owner }) },
      isAdministrator() && (off
        ? { text: t(words.start), act: () => void this.change(() => api(path + "/status", { method: "PUT", body: { status: 1 } })) }
        : { text: t(words.stop), act: () => this.ask({ title: t(words.stopTitle, values), body: t(words.stopBody), label: t(words.stop), act: () => api(path + "/status", { method: "PUT", body: { status: 0 } }) }) }),
      isAdministrator() && account.shared && { text: t(words.unshare), danger: true, act: () => this.ask({ title: t(words.unshareTitle, values), body: t(words.unshareBody), label: t(words.unshare), act: () => api(path + "/shared", { method: "PUT", body: { is_shared: 0 } }) }) },
    ]);
  }

  /** @param {Column} column */
  sortBy(column) {
    this.descending = this.sort === column ? !this.descending : column === "running" || column === "served_today";
    this.sort = column;
  }

  /** @param {Account[]} accounts */
  sorted(accounts) {
    const sign = this.descending ? -1 : 1;
    const collator = new Intl.Collator(language());
    return accounts.toSorted((a, b) => {
      const [x, y] = [a[this.sort] ?? "", b[this.sort] ?? ""];
      return sign * (typeof x === "number" && typeof y === "number" ? x - y : collator.compare(String(x), String(y))) || collator.compare(a.name, b.name);
    });
  }
}

/** @param {Account} account @param {string} text */
function matches(account, text) {
  const wanted = text.toLowerCase();
  return !wanted || [account.name, account.owner ?? "", ...account.models].some((value) => value.toLowerCase().includes(wanted));
}

customElements.define("page-all-accounts", AllAccountsPage);
