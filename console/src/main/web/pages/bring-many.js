// @ts-check
import { LitElement, html, nothing } from "lit";
import { api } from "../api.js";
import { duration } from "../format.js";
import { t } from "../language.js";
import { close, dialog } from "../ui.js";
import { accounts as words } from "../words/accounts.js";
import { common } from "../words/common.js";

/** @typedef {import("./accounts.js").Provider} Provider */
/** @typedef {{line: number, name: string, address: string, key: string, problem: boolean, result: string}} Entry */

const MOST = 500;

/**
 * How pasted lines are understood: `key`, `address,key` or `name,address,key`. Empty lines and lines that begin
 * with # are left out.
 * @param {string} text
 * @returns {Entry[]} at most 500
 */
export function understand(text) {
  return text
    .split("\n")
    .map((raw, i) => ({ raw: raw.trim(), line: i + 1 }))
    .filter(({ raw }) => raw && !raw.startsWith("#"))
    .slice(0, MOST)
    .map(({ raw, line }) => {
      const parts = raw.split(/[,\t;]/).map((part) => part.trim());
      const key = parts.at(-1) ?? "";
      const address = parts.length > 1 ? (parts.at(-2) ?? "") : "";
      const name = parts.length > 2 ? (parts[0] ?? "") : "";
      const problem = parts.length > 3 || !key || /\s/.test(key) || (address !== "" && !/^https?:\/\//.test(address));
      return { line, name, address, key, problem, result: "" };
    });
}

/** The dialog that adds many accounts from pasted lines, one after the other, each with its test. */
class BringMany extends LitElement {
  /** @type {import("lit").PropertyDeclarations} */
  static properties = { providers: { attribute: false }, provider: { state: true }, entries: { state: true }, done: { state: true }, running: { state: true } };

  constructor() {
    super();
    /** @type {Provider[]} */
    this.providers = [];
    this.provider = "";
    /** @type {Entry[]} */
    this.entries = [];
    this.done = 0;
    this.running = false;
  }

  createRenderRoot() {
    return this;
  }

  async run() {
    this.running = true;
    this.done = 0;
    const provider = this.provider || this.providers[0]?.name;
    for (const entry of this.entries) {
      if (!entry.problem && !entry.result) {
        try {
          const account = await api("/api/plugin-api/accounts", { body: { provider, name: entry.name || undefined, base_url: entry.address || undefined, api_key: entry.key, is_shared: 0 } });
          const test = await api(`/api/plugin-api/accounts/${account.cookie_id}/test`, { body: {} });
          entry.result = test.served ? t(words.addedServed, { time: duration(test.milliseconds) }) : t(words.addedFailed, { why: test.error ?? "" });
        } catch (cause) {
          entry.result = /** @type {Error} */ (cause).message;
        }
      }
      this.done++;
      this.entries = [...this.entries];
    }
    this.running = false;
    this.dispatchEvent(new Event("added"));
  }

  render() {
    const good = this.entries.filter((entry) => !entry.problem && !entry.result).length;
    return dialog(
      "many",
      t(words.manyTitle),
      html`<div class="field"><label for="many-provider">${t(words.provider)}</label><select id="many-provider" @change=${(/** @type {Event} */ event) => (this.provider = /** @type {HTMLSelectElement} */ (event.target).value)}>${this.providers.map((provider) => html`<option value=${provider.name}>${provider.label}</option>`)}</select></div>
        <div class="field"><label for="many-lines">${t(words.lines)}</label><textarea id="many-lines" rows="6" class="mono" spellcheck="false" aria-describedby="many-how" ?disabled=${this.running}
          @input=${(/** @type {Event} */ event) => { this.entries = understand(/** @type {HTMLTextAreaElement} */ (event.target).value); this.done = 0; }}></textarea><span class="hint" id="many-how">${t(words.manyHow)}</span></div>
        ${this.entries.length ? this.preview() : nothing}`,
      html`<span class="first small soft" role="status">${this.done ? t(words.progress, { done: this.done, all: this.entries.length }) : nothing}</span><button type="button" @click=${close}>${t(common.close)}</button>
        <button type="button" class="primary" ?disabled=${this.running || !good} @click=${() => void this.run()}>${t(words.addAll, { n: good })}</button>`,
    );
  }

  preview() {
    return html`<h3>${t(words.understood)}</h3><div class="scroll"><table><thead><tr><th scope="col" class="num">${t(words.line)}</th><th scope="col">${t(words.name)}</th><th scope="col">${t(words.address)}</th><th scope="col">${t(words.key)}</th><th scope="col">${t(words.result)}</th></tr></thead>
      <tbody>${this.entries.map((entry) => html`<tr><td class="num">${entry.line}</td><td>${entry.name || t(common.none)}</td><td class="mono">${entry.address || t(common.none)}</td><td class="mono">${mask(entry.key)}</td><td class=${entry.problem ? "wrong" : ""}>${entry.problem ? t(words.badLine) : entry.result || t(words.waiting)}</td></tr>`)}</tbody></table></div>`;
  }
}

/** A key as it may be shown: its first and last characters. @param {string} key */
function mask(key) {
  return key.length > 12 ? key.slice(0, 5) + "…" + key.slice(-4) : "…";
}

customElements.define("bring-many", BringMany);
