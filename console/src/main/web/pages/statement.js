// @ts-check
import { html, nothing } from "lit";
import { api, user } from "../api.js";
import { count, day, money, monthName, quota as amount, tokens } from "../format.js";
import { t } from "../language.js";
import { Page } from "../page.js";
import { go } from "../routes.js";
import { head } from "../ui.js";
import { statement as words } from "../words/statement.js";
import { usageNav } from "./request.js";

/**
 * @typedef {{requests: number, people: number, tokens: number, cost: number, quota: string}} Side
 * @typedef {{name?: string | null, group?: string, requests: number, tokens: number, cost: number, quota: number}} Line
 * @typedef {{from: string, to: string, given: Side, drawn: Side, earns_per_hour: string, given_by_account: Line[], drawn_by_group: Line[],
 *   grown_back: {base: number, shared: number}, credited: number, opening: number, closing: number, own_use: {requests: number, tokens: number, cost: number}}} Statement
 * @typedef {{month: string, given: number | {cost: number}, drawn: number | {cost: number}}} Month
 * @typedef {{statement: Statement, months: {month: string, given: number, drawn: number}[], rules: {base_rate: number}}} StatementData
 */

/**
 * What I brought and what I used, by month. It prints on one page.
 * @extends {Page<StatementData>}
 */
class StatementPage extends Page {
  get month() {
    return this.query.get("month") ?? isoMonth(new Date());
  }

  /** @param {AbortSignal} signal @returns {Promise<StatementData>} */
  async load(signal) {
    const [year, number] = this.month.split("-").map(Number);
    const from = new Date(year ?? 2000, (number ?? 1) - 1, 1);
    const to = new Date(Math.min(new Date(year ?? 2000, number ?? 1, 1).getTime(), Date.now()));
    const [statement, months, rules] = await Promise.all([
      api(`/api/usage/statement?start_date=${from.toISOString()}&end_date=${to.toISOString()}`, { signal }),
      api("/api/usage/statement/months?n=6", { signal }),
      api("/api/usage/rules", { signal }),
    ]);
    /** @param {number | {cost: number}} value */
    const cost = (value) => (typeof value === "number" ? value : value.cost);
    return { statement, months: months.months.map((/** @type {Month} */ each) => ({ month: each.month, given: cost(each.given), drawn: cost(each.drawn) })), rules };
  }

  /** @param {StatementData} data */
  content({ statement, months, rules }) {
    const choices = [...new Set([isoMonth(new Date()), ...months.map((each) => each.month), this.month])].sort().reverse();
    return html`<div class="sheet">${head(t(words.title, { name: user()?.username ?? "", month: monthName(this.month) }), {
      lede: t(words.lede, { from: day(statement.from), to: day(statement.to) }),
      acts: html`<label class="vh" for="month">${t(words.month)}</label><select id="month" @change=${(/** @type {Event} */ event) => go("/usage/statement", { month: /** @type {HTMLSelectElement} */ (event.target).value })}>${choices.map((each) => html`<option value=${each} .selected=${each === this.month}>${monthName(each)}</option>`)}</select>
        <button type="button" @click=${() => print()}>${t(words.print)}</button><button type="button" @click=${() => download(statement)}>${t(words.csv)}</button>`,
    })}
    ${usageNav("statement")}
    <div class="sides">
      ${side(words.brought, statement.given, t(words.broughtHint, { quota: amount(Number(statement.given.quota)) }), statement.given_by_account, words.account, statement.given.people < 3 ? t(words.forAFew) : t(words.forPeople, { n: count(statement.given.people) }), words.nothingBrought)}
      ${side(words.drawn, statement.drawn, t(words.drawnHint, { quota: amount(Number(statement.drawn.quota)) }), statement.drawn_by_group, words.quota, t(words.all), words.nothingDrawn)}
    </div>
    <div class="cols even">${earned(statement, rules)}${balance(statement)}</div>
    ${byMonth(months)}
    <p class="soft small foot">${t(words.foot, { cost: money(statement.own_use.cost) })}</p></div>`;
  }
}

/** @param {Date} date */
function isoMonth(date) {
  return `${date.getFullYear()}-${String(date.getMonth() + 1).padStart(2, "0")}`;
}

/**
 * @param {import("../language.js").Row} title @param {Side} sum @param {string} hint @param {Line[]} lines
 * @param {import("../language.js").Row} column @param {string} total @param {import("../language.js").Row} nothingText
 */
function side(title, sum, hint, lines, column, total, nothingText) {
  return html`<section><h2>${t(title)}</h2><p class="amount">${money(sum.cost)}</p><p class="soft small">${lines.length ? hint : t(nothingText)}</p>
    ${lines.length
      ? html`<table><thead><tr><th scope="col">${t(column)}</th><th scope="col" class="num">${t(words.requests)}</th><th scope="col" class="num">${t(words.tokens)}</th><th scope="col" class="num">${t(words.worth)}</th></tr></thead>
          <tbody>${lines.map((line) => html`<tr><th scope="row">${line.name ?? line.group}</th><td class="num">${count(line.requests)}</td><td class="num">${tokens(line.tokens)}</td><td class="num">${money(line.cost)}</td></tr>`)}</tbody>
          <tfoot><tr><th scope="row">${total}</th><td class="num">${count(sum.requests)}</td><td class="num">${tokens(sum.tokens)}</td><td class="num">${money(sum.cost)}</td></tr></tfoot></table>`
      : nothing}</section>`;
}

/** @param {Statement} statement @param {{base_rate: number}} rules */
function earned(statement, rules) {
  const hourly = Number(statement.earns_per_hour);
  const { base, shared } = statement.grown_back;
  return html`<section><div class="sec"><h2>${t(words.earned)}</h2></div><table><thead><tr><th scope="col">${t(words.grew)}</th><th scope="col" class="num">${t(words.anHour)}</th><th scope="col" class="num">${t(words.inPeriod)}</th></tr></thead>
    <tbody><tr><th scope="row">${t(words.withoutSharing)}</th><td class="num">${amount(Math.min(rules.base_rate, hourly || rules.base_rate))}</td><td class="num">${amount(base)}</td></tr>
      <tr><th scope="row">${t(words.forSharing)}</th><td class="num">${amount(Math.max(0, hourly - rules.base_rate))}</td><td class="num">${amount(shared)}</td></tr></tbody>
    <tfoot><tr><th scope="row">${t(words.grownBack)}</th><td></td><td class="num">${amount(base + shared)}</td></tr></tfoot></table></section>`;
}

/** @param {Statement} statement */
function balance(statement) {
  const grown = statement.grown_back.base + statement.grown_back.shared;
  const used = statement.opening + grown + statement.credited - statement.closing;
  return html`<section><div class="sec"><h2>${t(words.where)}</h2></div><table><thead><tr><th scope="col">${t(words.allQuotas)}</th><th scope="col" class="num">${t(words.amount)}</th></tr></thead>
    <tbody><tr><th scope="row">${t(words.opening, { day: day(statement.from) })}</th><td class="num">${amount(statement.opening)}</td></tr>
      ${statement.credited ? html`<tr><th scope="row">${t(words.credited)}</th><td class="num">+${amount(statement.credited)}</td></tr>` : nothing}
      <tr><th scope="row">${t(words.grownBack)}</th><td class="num">+${amount(grown)}</td></tr><tr><th scope="row">${t(words.used)}</th><td class="num">${amount(-used)}</td></tr></tbody>
    <tfoot><tr><th scope="row">${t(words.closing, { day: day(statement.to) })}</th><td class="num">${amount(statement.closing)}</td></tr></tfoot></table></section>`;
}

/** @param {StatementData["months"]} months */
function byMonth(months) {
  const most = Math.max(0.01, ...months.flatMap((each) => [each.given, each.drawn]));
  /** @param {number} value */
  const wide = (value) => ((value / most) * 96).toFixed(1);
  return html`<section><div class="sec"><h2>${t(words.byMonth)}</h2><span class="legend"><span><svg viewBox="0 0 26 10" aria-hidden="true"><rect class="given" width="26" height="10"/></svg>${t(words.brought)}</span><span><svg viewBox="0 0 26 10" aria-hidden="true"><rect class="drawn" width="26" height="10"/></svg>${t(words.drawn)}</span></span></div>
    <table><thead><tr><th scope="col">${t(words.month)}</th><th scope="col" class="num">${t(words.brought)}</th><th scope="col" class="fly-cell"><span class="vh">${t(words.both)}</span></th><th scope="col" class="num">${t(words.drawn)}</th><th scope="col" class="num">${t(words.difference)}</th></tr></thead>
    <tbody>${months.map((each) => html`<tr><th scope="row">${monthName(each.month)}</th><td class="num">${money(each.given)}</td><td class="fly-cell"><svg class="fly" viewBox="0 0 200 10" preserveAspectRatio="none" aria-hidden="true"><rect class="given" x=${(100 - Number(wide(each.given))).toFixed(1)} width=${wide(each.given)} height="10"/><rect class="drawn" x="104" width=${wide(each.drawn)} height="10"/></svg></td><td class="num">${money(each.drawn)}</td><td class="num">${money(each.given - each.drawn)}</td></tr>`)}</tbody></table></section>`;
}

/** Downloads the statement as CSV. @param {Statement} statement */
function download(statement) {
  const rows = [["side", "name", "requests", "tokens", "cost_usd", "quota"], ...statement.given_by_account.map((line) => ["brought", line.name ?? "", line.requests, line.tokens, line.cost, line.quota]), ...statement.drawn_by_group.map((line) => ["drawn", line.group ?? "", line.requests, line.tokens, line.cost, line.quota])];
  const csv = rows.map((row) => row.map((cell) => (/^[=+@-]/.test(String(cell)) ? "'" : "") + String(cell)).map((cell) => (/[",\n]/.test(cell) ? `"${cell.replaceAll('"', '""')}"` : cell)).join(",")).join("\n");
  const link = document.createElement("a");
  link.href = URL.createObjectURL(new Blob([csv + "\n"], { type: "text/csv" }));
  link.download = "statement.csv";
  link.click();
  setTimeout(() => URL.revokeObjectURL(link.href), 60_000);
}

customElements.define("page-statement", StatementPage);
