// @ts-check
// Limits of a user, a team or a key: their words, and the dialog that changes them.
import { LitElement, html, nothing } from "lit";
import { ApiError } from "./api.js";
import { count } from "./format.js";
import { t } from "./language.js";
import { close, dialog, icon, note, open } from "./ui.js";
import { common } from "./words/common.js";
import { limitWords as words } from "./words/people.js";

/** @typedef {Record<string, number>} Limits by name: concurrency, and {requests, tokens, usd}_{total, per_minute … per_month} */
/** @typedef {{name: string, limits: Limits, save: (limits: Limits) => Promise<unknown>}} Target */

const PERIODS = /** @type {const} */ (["per_minute", "per_hour", "per_day", "per_week", "per_month", "total"]);
const UNITS = /** @type {const} */ (["requests", "tokens", "usd"]);
const NAMES = ["concurrency", ...UNITS.flatMap((unit) => PERIODS.map((period) => `${unit}_${period}`))];

/** The words of a limit: "US dollars a month". @param {string} name */
export function limitName(name) {
  const unit = UNITS.find((each) => name.startsWith(each + "_"));
  const period = PERIODS.find((each) => unit && name === `${unit}_${each}`);
  return unit && period ? t(words[period], { what: t(words[unit]) }) : name === "concurrency" ? t(words.concurrency) : name;
}

/** Limits in one line; empty if there are none. @param {Limits | null | undefined} limits */
export function limitsInWords(limits) {
  return Object.entries(limits ?? {}).map(([name, value]) => t(words.short, { what: limitName(name), n: name.startsWith("usd") ? "$" + value : count(value) })).join(" · ");
}

/** The dialog. Open it with `show`; it sends "saved" when the limits are set. */
class LimitsDialog extends LitElement {
  /** @type {import("lit").PropertyDeclarations} */
  static properties = { target: { state: true }, rows: { state: true }, error: { state: true }, busy: { state: true } };

  constructor() {
    super();
    /** @type {Target | undefined} */
    this.target = undefined;
    /** @type {{name: string, value: string}[]} */
    this.rows = [];
    /** @type {ApiError | undefined} */
    this.error = undefined;
    this.busy = false;
  }

  createRenderRoot() {
    return this;
  }

  /** @param {Target} target */
  show(target) {
    this.target = target;
    this.error = undefined;
    this.rows = Object.entries(target.limits).map(([name, value]) => ({ name, value: String(value) }));
    void open(this, "limits");
  }

  /** @param {number} at @param {Partial<{name: string, value: string}>} change */
  edit(at, change) {
    this.rows = this.rows.map((row, i) => (i === at ? { ...row, ...change } : row));
  }

  /** @param {SubmitEvent} event */
  async save(event) {
    event.preventDefault();
    if (!this.target || this.busy) {
      return;
    }
    this.busy = true;
    this.error = undefined;
    try {
      await this.target.save(Object.fromEntries(this.rows.filter((row) => row.value !== "").map((row) => [row.name, Number(row.value)])));
      /** @type {HTMLDialogElement | null} */ (this.querySelector("#limits"))?.close();
      this.dispatchEvent(new Event("saved"));
    } catch (cause) {
      if (!(cause instanceof ApiError)) {
        throw cause;
      }
      this.error = cause;
    } finally {
      this.busy = false;
    }
  }

  render() {
    if (!this.target) {
      return nothing;
    }
    const free = NAMES.filter((name) => !this.rows.some((row) => row.name === name));
    const body = html`<form id="limits-form" @submit=${this.save}>
      ${this.error ? note("bad", this.error.message, { alert: true }) : nothing}<p class="soft">${t(words.lede)}</p>
      ${this.rows.length ? this.list(free) : html`<p class="form">${t(words.none)}</p>`}
      <p class="form"><button type="button" ?disabled=${!free.length} @click=${() => (this.rows = [...this.rows, { name: free.includes("usd_per_month") ? "usd_per_month" : (free[0] ?? ""), value: "" }])}>${icon("plus")}${t(words.add)}</button></p></form>`;
    return dialog("limits", t(words.title, { name: this.target.name }), body,
      html`<button type="button" @click=${close}>${t(common.cancel)}</button><button class="primary" form="limits-form" ?disabled=${this.busy}>${t(common.save)}</button>`, () => (this.target = undefined));
  }

  /** @param {string[]} free */
  list(free) {
    return html`<table class="form"><thead><tr><th scope="col">${t(words.what)}</th><th scope="col">${t(words.value)}</th><th scope="col"><span class="vh">${t(common.actions)}</span></th></tr></thead><tbody>${this.rows.map(
      (row, i) => html`<tr><td><select aria-label=${t(words.what)} @change=${(/** @type {Event} */ event) => this.edit(i, { name: /** @type {HTMLSelectElement} */ (event.target).value })}>
          ${NAMES.filter((name) => name === row.name || free.includes(name)).map((name) => html`<option value=${name} ?selected=${name === row.name}>${limitName(name)}</option>`)}</select></td>
        <td><input type="number" min="0" step=${row.name.startsWith("usd") ? "any" : 1} required aria-label=${limitName(row.name)} .value=${row.value} @input=${(/** @type {Event} */ event) => this.edit(i, { value: /** @type {HTMLInputElement} */ (event.target).value })}></td>
        <td class="num"><button type="button" class="icon-only" aria-label=${t(words.drop, { what: limitName(row.name) })} @click=${() => (this.rows = this.rows.filter((_, at) => at !== i))}>${icon("close")}</button></td></tr>`,
    )}</tbody></table>`;
  }
}

customElements.define("limits-dialog", LimitsDialog);
