// @ts-check
import { html, nothing } from "lit";
import { api } from "../api.js";
import { count, time } from "../format.js";
import { language, t } from "../language.js";
import { Page } from "../page.js";
import { href } from "../routes.js";
import { empty, head, known, plate, standingBadge } from "../ui.js";
import { common, standings } from "../words/common.js";
import { pool as words } from "../words/pool.js";

/**
 * @typedef {{alias: string, name: string, owner: string, own: boolean, shared: boolean, provider: string, models: string[], standing: string,
 *   until: string | null, why: string | null, running: number | null, max_concurrency: number, served_today: number | null}} Account
 * @typedef {{accounts: Account[], labels: Map<string, string>}} PoolData
 * @typedef {"name" | "standing" | "owner" | "provider" | "running" | "served_today"} Column
 */

const ORDER = ["ready", "resting", "spent", "revoked", "off"];

/**
 * Every shared account, and how it stands.
 * @extends {Page<PoolData>}
 */
class PoolPage extends Page {
  /** @type {import("lit").PropertyDeclarations} */
  static properties = { sort: { state: true }, descending: { state: true } };

  constructor() {
    super();
    this.renewAfter = 30_000;
    this.wantsEvents = true;
    /** @type {Column} */
    this.sort = "name";
    this.descending = false;
  }

  /** @param {AbortSignal} signal @returns {Promise<PoolData>} */
  async load(signal) {
    const [pool, providers] = await Promise.all([api("/api/pool", { signal }), api("/api/providers", { signal })]);
    return { accounts: pool.accounts, labels: new Map(providers.map((/** @type {{name: string, label: string}} */ each) => [each.name, each.label])) };
  }

  /** A change of standing replaces the plate and the word; the row keeps its place. @param {import("../live.js").LiveEvent} event */
  onEvent(event) {
    if (event.type === "standing" && this.data) {
      const accounts = this.data.accounts.map((account) => (account.alias === event.data.alias ? { ...account, standing: event.data.standing, until: event.data.until } : account));
      this.data = { ...this.data, accounts };
      this.loadedAt = new Date();
    }
  }

  /** @param {PoolData} data */
  content({ accounts: all, labels }) {
    const model = this.query.get("model");
    const accounts = model ? all.filter((account) => account.models.includes(model)) : all;
    if (!all.length) {
      return html`${head(t(words.title), { acts: this.age() })}${empty({ title: t(words.emptyTitle), reason: t(words.emptyReason), acts: html`<a class="button primary" href=${href("/accounts", { bring: "any" })}>${t(words.bring)}</a>` })}`;
    }
    const columns = grouped(accounts, (account) => labels.get(account.provider) ?? account.provider);
    return html`${head(t(words.title), { lede: lede(accounts, columns, model), acts: html`${this.age()}${model ? html`<a class="button" href=${href("/pool")}>${t(words.showAll)}</a>` : nothing}<a class="button" href=${href("/accounts")}>${t(words.mine)}</a>` })}
      <section>${board(accounts, columns)}${legend()}</section>
      <section><div class="sec"><h2>${t(words.list)}</h2><span class="soft small">${t(words.counts)}</span></div>${this.list(accounts, labels)}</section>`;
  }

  /** @param {Account[]} accounts @param {Map<string, string>} labels */
  list(accounts, labels) {
    /** @param {Column} column @param {string} text @param {string} [look] */
    const heading = (column, text, look = "") =>
      html`<th scope="col" class=${look} aria-sort=${this.sort === column ? (this.descending ? "descending" : "ascending") : nothing}><button type="button" @click=${() => this.sortBy(column)}>${text}</button></th>`;
    return html`<table class="cards roomy"><thead><tr>${heading("name", t(words.account))}${heading("standing", t(words.standing))}${heading("owner", t(words.broughtBy))}${heading("provider", t(words.provider))}<th scope="col">${t(words.models)}</th>${heading("running", t(words.runningColumn), "num")}${heading("served_today", t(words.servedToday), "num")}</tr></thead>
      <tbody>${this.sorted(accounts).map(
        (account) => html`<tr class=${account.standing === "off" ? "off-row" : ""}><th scope="row">${account.name}${account.shared === false ? html`<small>${t(words.keptForMe)}</small>` : nothing}</th><td class="lead">${standingBadge(account.standing, account.until)}</td><td data-l=${t(words.broughtBy)}>${account.owner}${account.own ? html` <span class="tag mine">${t(common.you)}</span>` : nothing}</td>
          <td data-l=${t(words.provider)}>${labels.get(account.provider) ?? account.provider}</td><td class="mono small drop">${account.models.slice(0, 3).join(", ")}${account.models.length > 3 ? ` +${account.models.length - 3}` : ""}</td>
          <td class="num drop nowrap">${running(account)}</td><td class="num" data-l=${t(words.servedToday)}>${served(account)}</td></tr>`,
      )}</tbody></table>`;
  }

  /** @param {Column} column */
  sortBy(column) {
    this.descending = this.sort === column && !this.descending;
    this.sort = column;
  }

  /** @param {Account[]} accounts */
  sorted(accounts) {
    const sign = this.descending ? -1 : 1;
    const collator = new Intl.Collator(language());
    return accounts.toSorted((a, b) => {
      switch (this.sort) {
        case "standing":
          return sign * (ORDER.indexOf(a.standing) - ORDER.indexOf(b.standing));
        case "running":
        case "served_today":
          return sign * ((a[this.sort] ?? -1) - (b[this.sort] ?? -1));
        default:
          return sign * collator.compare(a[this.sort], b[this.sort]);
      }
    });
  }
}

/** @template T @param {T[]} values @param {(value: T) => string} key @returns {Map<string, T[]>} in order of the keys */
function grouped(values, key) {
  /** @type {Map<string, T[]>} */
  const groups = new Map();
  for (const value of values) {
    groups.set(key(value), [...(groups.get(key(value)) ?? []), value]);
  }
  return new Map([...groups].sort(([, a], [, b]) => b.length - a.length));
}

/** When the first account is back; empty if that is not known. @param {Account[]} accounts */
function firstBack(accounts) {
  return accounts.map((account) => account.until).filter((until) => until !== null).sort()[0] ?? null;
}

/** @param {Account[]} accounts */
function anyReady(accounts) {
  return accounts.some((account) => account.standing === "ready");
}

/** @param {Account[]} accounts @param {Map<string, Account[]>} columns @param {string | null} model */
function lede(accounts, columns, model) {
  const shared = accounts.filter((account) => account.shared);
  const people = new Set(shared.map((account) => account.owner)).size;
  const ready = shared.filter((account) => account.standing === "ready").length;
  const gaps = [...columns].filter(([, each]) => !anyReady(each) && each.some((account) => account.standing !== "off")).map(([provider, each]) => {
    const back = firstBack(each);
    return back ? t(words.gap, { provider, time: time(back) }) : t(words.gapUnknown, { provider });
  });
  return [model ? t(words.onlyModel, { model }) : "", t(words.lede, { accounts: count(shared.length), people: count(people), ready: count(ready) }), ...gaps, t(words.privacy)].filter((text) => text).join(" ");
}

/** @param {Account[]} accounts @param {Map<string, Account[]>} columns */
function board(accounts, columns) {
  const owners = [...grouped(accounts, (account) => account.owner)].sort(([a, x], [b, y]) => Number(y[0]?.own) - Number(x[0]?.own) || new Intl.Collator(language()).compare(a, b));
  const names = [...columns.keys()];
  /** @param {string} name */
  const gap = (name) => !anyReady(columns.get(name) ?? []);
  return html`<div class="scroll" tabindex="0" role="region" aria-label=${t(words.board)}><table class="board"><thead><tr><th scope="col">${t(words.broughtBy)}</th>${names.map((name) => {
    const all = columns.get(name) ?? [];
    const back = firstBack(all);
    return html`<th scope="col" class=${gap(name) ? "gap" : ""}><b>${name}</b>${gap(name) ? html`<span class="standing resting">${back ? t(words.noneUntil, { time: time(back) }) : t(words.noneReady)}</span>` : t(words.readyOf, { ready: all.filter((each) => each.standing === "ready").length, all: all.length })}</th>`;
  })}</tr></thead>
  <tbody>${owners.map(
    ([owner, own]) => html`<tr class=${own[0]?.own ? "mine-row" : ""}><th scope="row">${owner}${own[0]?.own ? html` <span class="tag mine">${t(common.you)}</span>` : nothing}</th>
      ${names.map((name) => {
        const here = own.filter((account) => columns.get(name)?.includes(account));
        return html`<td class=${gap(name) ? "gap" : ""}>${here.length ? html`<ul>${here.map(dish)}</ul>` : nothing}</td>`;
      })}</tr>`,
  )}</tbody></table></div>`;
}

/** @param {Account} account */
function dish(account) {
  const standing = known(account.standing);
  const free = account.max_concurrency ? Math.max(0, 1 - (account.running ?? 0) / account.max_concurrency) : 1;
  return html`<li class="dish ${standing}">${plate(standing, free)}<span><b>${account.name}</b><small><span class="vh">${t(standings[standing])}: </span>${state(account)}</small></span></li>`;
}

/** @param {Account} account */
function state(account) {
  const values = { n: count(account.running ?? 0), all: count(account.max_concurrency), time: time(account.until) };
  switch (known(account.standing)) {
    case "ready":
      return !account.max_concurrency ? t(words.running, values) : (account.running ?? 0) >= account.max_concurrency ? t(words.fullOf, values) : t(words.runningOf, values);
    case "resting":
      return account.until ? t(words.back, values) : t(standings.resting);
    case "spent":
      return account.until ? t(words.tried, values) : t(standings.spent);
    case "revoked":
      return t(words.keyRefused);
    default:
      return t(words.off);
  }
}

/** @param {Account} account */
function running(account) {
  return account.standing !== "ready" || account.running === null ? t(common.none) : account.max_concurrency ? `${account.running} / ${account.max_concurrency}` : String(account.running);
}

/** @param {Account} account */
function served(account) {
  return account.served_today === null ? t(common.aFew) : account.served_today === 0 ? t(common.none) : account.own ? count(account.served_today) : t(common.about, { n: count(account.served_today) });
}

function legend() {
  return html`<ul class="legend plates">${/** @type {const} */ ([["ready", words.legendReady], ["resting", words.legendResting], ["spent", words.legendSpent], ["revoked", words.legendRevoked], ["off", words.legendOff]]).map(
    ([standing, text]) => html`<li class=${standing}>${plate(standing, 0.7)}<span class="soft">${t(text)}</span></li>`,
  )}</ul>`;
}

customElements.define("page-pool", PoolPage);
