// @ts-check
import { LitElement, html, nothing } from "lit";
import { api } from "./api.js";
import { time } from "./format.js";
import { t } from "./language.js";
import { listen } from "./live.js";
import { href } from "./routes.js";
import { clients, snippetValues } from "./snippets.js";
import { codeBlock, copyButton, plate, segments } from "./ui.js";
import { keys as words } from "./words/keys.js";

/** @typedef {{request_id: string, model: string, status: number, at: string}} Arrival */

/**
 * A new key: shown once, with the set-up of each client, and the wait for its first request.
 */
class KeySnippets extends LitElement {
  /** @type {import("lit").PropertyDeclarations} */
  static properties = { secret: { attribute: false }, keyId: { attribute: false }, models: { state: true }, client: { state: true }, system: { state: true }, arrival: { state: true } };

  constructor() {
    super();
    /** The key itself. */
    this.secret = "";
    /** @type {number | undefined} its id, to see its first request */
    this.keyId = undefined;
    /** @type {string[]} */
    this.models = [];
    this.client = localStorage.getItem("potluck.client") ?? "claude-code";
    this.system = /Windows/.test(navigator.userAgent) ? "windows" : "any";
    /** @type {Arrival | undefined} */
    this.arrival = undefined;
    this.lifetime = new AbortController();
  }

  createRenderRoot() {
    return this;
  }

  connectedCallback() {
    super.connectedCallback();
    this.lifetime = new AbortController();
    const { signal } = this.lifetime;
    listen((event) => event.type === "request" && event.data.key_id === this.keyId && this.arrived(event.data), signal);
    void api("/v1/models", { signal }).then((answer) => (this.models = answer.data.map((/** @type {{id: string}} */ model) => model.id)), () => {});
  }

  disconnectedCallback() {
    super.disconnectedCallback();
    this.lifetime.abort();
  }

  /** @param {{request_id: string, model: string, status: number}} data */
  arrived(data) {
    this.arrival ??= { ...data, at: new Date().toISOString() };
  }

  /** @param {string} id */
  choose(id) {
    this.client = id;
    localStorage.setItem("potluck.client", id);
  }

  /** Moves among the tabs by the arrow keys. @param {KeyboardEvent} event */
  move(event) {
    const step = { ArrowRight: 1, ArrowLeft: -1 }[event.key];
    if (step) {
      const next = clients[(clients.findIndex((client) => client.id === this.client) + step + clients.length) % clients.length];
      this.choose(next?.id ?? this.client);
      void this.updateComplete.then(() => /** @type {HTMLElement | null} */ (this.querySelector('[role="tab"][aria-selected="true"]'))?.focus());
    }
  }

  render() {
    const client = clients.find((each) => each.id === this.client) ?? clients[0];
    if (!client) {
      return nothing;
    }
    const values = snippetValues(this.secret, this.models);
    const forWindows = client.snippets.some((snippet) => snippet.system === "windows");
    const shown = client.snippets.filter((snippet) => snippet.file !== undefined || !forWindows || snippet.system === this.system);
    return html`<div class="secret"><code>${this.secret}</code>${copyButton(this.secret, "primary")}</div><p class="hint">${t(words.once)}</p>
      <div><div role="tablist" aria-label=${t(words.setUp)} @keydown=${this.move}>${clients.map(
        (each) => html`<button type="button" role="tab" id="tab-${each.id}" aria-selected=${each === client ? "true" : "false"} aria-controls="snippet" tabindex=${each === client ? 0 : -1} @click=${() => this.choose(each.id)}>${each.name}</button>`,
      )}</div>
      <div role="tabpanel" id="snippet" aria-labelledby="tab-${client.id}" class="stack">
        ${forWindows ? segments("system", t(words.system), [{ value: "any", text: t(words.unix) }, { value: "windows", text: t(words.windows) }], this.system, (value) => (this.system = value)) : nothing}
        ${shown.map((snippet) => html`<p class="small soft">${snippet.file ? t(words.inFile, { file: snippet.file }) : t(snippet.system === "windows" ? words.inPowerShell : words.inTerminal)}</p>${codeBlock(snippet.text(values), { wrap: true })}`)}
      </div></div>
      ${this.keyId === undefined ? nothing : this.waiting()}`;
  }

  waiting() {
    const arrival = this.arrival;
    if (!arrival) {
      return html`<div class="arrival waiting ready" role="status">${plate("ready", 0.25)}<span class="soft">${t(words.waiting)}</span></div>`;
    }
    const good = arrival.status < 400;
    return html`<div class="arrival ${good ? "ready" : "revoked"}" role="status">${plate(good ? "ready" : "revoked")}<span>${good ? t(words.arrived, { model: arrival.model, time: time(arrival.at, true) }) : t(words.arrivedRefused)} <a href=${href("/usage/requests/" + arrival.request_id)}>${t(words.seeRequest)}</a></span></div>`;
  }
}

customElements.define("key-snippets", KeySnippets);
