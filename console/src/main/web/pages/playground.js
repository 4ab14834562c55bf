// @ts-check
import { html, nothing } from "lit";
import { api } from "../api.js";
import { candidateList } from "../charts/decision.js";
import { ask, rowOf } from "../conversation.js";
import { asCurl, dialects } from "../dialects.js";
import { count, duration, money, quota as amount } from "../format.js";
import { t } from "../language.js";
import { Page } from "../page.js";
import { href } from "../routes.js";
import { codeBlock, empty, failure, head, segments, standingBadge } from "../ui.js";
import { playground as words } from "../words/playground.js";

/** @typedef {import("../dialects.js").Turn} Turn */
/** @typedef {import("../conversation.js").Answer} Answer */
/** @typedef {{models: string[]}} PlaygroundData */

const MOST = [256, 1024, 4096, 16384];
const DIALECT = "potluck.dialect";

/**
 * Ask a model here: four dialects, streaming, and beside the answer its cost and the decision.
 * @extends {Page<PlaygroundData>}
 */
class PlaygroundPage extends Page {
  /** @type {import("lit").PropertyDeclarations} */
  static properties = { dialectId: { state: true }, model: { state: true }, most: { state: true }, stream: { state: true }, turns: { state: true }, answer: { state: true }, row: { state: true }, atMost: { state: true }, draft: { state: true } };

  constructor() {
    super();
    this.dialectId = localStorage.getItem(DIALECT) ?? "openai";
    this.model = "";
    this.most = 1024;
    this.stream = true;
    /** @type {Turn[]} */
    this.turns = [];
    /** @type {Answer | undefined} */
    this.answer = undefined;
    /** @type {any} the row and the decision of the last answer */
    this.row = undefined;
    /** @type {number | null} most that the running answer may cost, in USD */
    this.atMost = null;
    this.draft = "";
    this.running = new AbortController();
  }

  disconnectedCallback() {
    super.disconnectedCallback();
    this.running.abort();
  }

  /** @param {AbortSignal} signal @returns {Promise<PlaygroundData>} */
  async load(signal) {
    const answer = await api("/v1/models", { signal });
    const models = answer.data.map((/** @type {{id: string}} */ model) => model.id);
    if (!models.includes(this.model)) {
      this.model = this.query.get("model") ?? models[0] ?? "";
    }
    return { models };
  }

  get dialect() {
    return dialects.find((each) => each.id === this.dialectId) ?? /** @type {typeof dialects[number]} */ (dialects[0]);
  }

  /** The question as it would be sent now. */
  get asked() {
    const turns = this.draft.trim() ? [...this.turns, { role: /** @type {const} */ ("user"), text: this.draft.trim() }] : this.turns;
    return { model: this.model, turns, most: this.most, stream: this.stream };
  }

  async send() {
    if (this.answer?.running || !this.draft.trim()) {
      return;
    }
    const question = this.asked;
    this.turns = /** @type {Turn[]} */ (question.turns);
    this.draft = "";
    this.row = undefined;
    this.atMost = null;
    this.running = new AbortController();
    const { signal } = this.running;
    const dialect = this.dialect;
    void api(`/api/usage/preview?dialect=${dialect.id}&model=${encodeURIComponent(this.model)}`, { body: dialect.body(question), signal }).then((preview) => (this.atMost = preview.most.cost), () => {});
    const answer = await ask(dialect, question, signal, (now) => (this.answer = now));
    if (answer.text) {
      this.turns = [...this.turns, { role: "assistant", text: answer.text }];
    }
    this.row = await rowOf(answer.requestId, this.lifetime.signal);
  }

  clear() {
    this.running.abort();
    this.turns = [];
    this.answer = undefined;
    this.row = undefined;
  }

  /** @param {PlaygroundData} data */
  content(data) {
    if (!data.models.length) {
      return html`${head(t(words.title))}${empty({ title: t(words.noModels), reason: "", acts: html`<a class="button primary" href=${href("/accounts", { bring: "any" })}>${t(words.bring)}</a>` })}`;
    }
    return html`${head(t(words.title), { acts: html`<button type="button" @click=${() => this.clear()}>${t(words.fresh)}</button>` })}
      ${this.choices(data)}<div class="play">${this.conversation()}${this.figures()}</div>`;
  }

  /** @param {PlaygroundData} data */
  choices(data) {
    return html`<div class="filters">${segments("dialect", t(words.dialect), dialects.map((each) => ({ value: each.id, text: each.name })), this.dialectId, (value) => { this.dialectId = value; localStorage.setItem(DIALECT, value); })}
      <label>${t(words.model)} <select @change=${(/** @type {Event} */ event) => (this.model = /** @type {HTMLSelectElement} */ (event.target).value)}>${data.models.map((model) => html`<option .selected=${model === this.model}>${model}</option>`)}</select></label>
      <label>${t(words.most)} <select @change=${(/** @type {Event} */ event) => (this.most = Number(/** @type {HTMLSelectElement} */ (event.target).value))}>${MOST.map((n) => html`<option value=${n} .selected=${n === this.most}>${t(words.tokens, { n: count(n) })}</option>`)}</select></label>
      <label class="check"><input type="checkbox" .checked=${this.stream} @change=${(/** @type {Event} */ event) => (this.stream = /** @type {HTMLInputElement} */ (event.target).checked)}> ${t(words.stream)}</label></div>`;
  }

  conversation() {
    const answer = this.answer;
    const last = this.turns.at(-1);
    const open = answer && (answer.running || last?.role === "user") ? answer : undefined;
    return html`<section aria-label=${t(words.conversation)}>
      ${this.turns.map((turn) => html`<div class="turn"><p class="who">${turn.role === "user" ? t(words.you) : this.model}</p>${paragraphs(turn.text)}</div>`)}
      ${open?.running ? html`<div class="turn"><p class="who">${this.model} ${standingBadge("ready")} <span class="vh">${t(words.streaming)}</span></p>${paragraphs(open.text, true)}</div>` : nothing}
      ${answer?.error ? failure(answer.error) : nothing}${answer?.stopped ? html`<p class="soft small" role="status">${t(words.stopped)}</p>` : nothing}
      <div class="compose"><label class="vh" for="ask">${t(words.question)}</label><textarea id="ask" placeholder=${t(words.placeholder)} .value=${this.draft} @input=${(/** @type {Event} */ event) => (this.draft = /** @type {HTMLTextAreaElement} */ (event.target).value)}
        @keydown=${(/** @type {KeyboardEvent} */ event) => event.key === "Enter" && (event.ctrlKey || event.metaKey) && void this.send()}></textarea>
        <div><span class="soft small">${t(words.sends)}</span>${answer?.running ? html`<button type="button" class="push" @click=${() => this.running.abort()}>${t(words.stop)}</button>` : nothing}<button type="button" class="primary ${answer?.running ? "" : "push"}" ?disabled=${answer?.running === true || !this.draft.trim()} @click=${() => void this.send()}>${t(words.send)}</button></div></div>
      <details class="astable"><summary>${t(words.asCurl)}</summary>${codeBlock(asCurl(this.dialect, this.asked), { wrap: true })}</details></section>`;
  }

  figures() {
    const answer = this.answer;
    if (!answer) {
      return html`<aside class="aside" aria-label=${t(words.answer)}><p class="soft small">${t(words.before)}</p></aside>`;
    }
    const row = this.row?.request;
    const decision = this.row?.decision;
    const speed = row && row.duration_ms > row.first_token_ms ? (row.output_tokens / (row.duration_ms - row.first_token_ms)) * 1000 : 0;
    return html`<aside class="aside" aria-label=${t(words.answer)}><section><div class="sec"><h2>${t(words.answer)}</h2></div><dl class="facts">
      <dt>${t(words.firstToken)}</dt><dd>${duration(answer.firstMs)}</dd><dt>${t(words.whole)}</dt><dd>${duration(answer.allMs)}</dd>
      ${speed ? html`<dt>${t(words.speed)}</dt><dd>${t(words.speedText, { n: count(speed) })}</dd>` : nothing}
      ${row ? html`<dt>${t(words.tokensRow)}</dt><dd>${t(words.inOut, { input: count(row.input_tokens), output: count(row.output_tokens) })}</dd>` : nothing}
      <dt>${t(words.cost)}</dt><dd>${row ? money(row.cost, 4) : this.atMost === null ? "–" : t(words.atMost, { cost: money(this.atMost, 4) })}</dd>
      ${row ? html`<dt>${t(words.quota)}</dt><dd>${amount(row.quota_consumed, 4)}</dd>` : nothing}
      <dt>${t(words.lost)}</dt><dd>${answer.lost || t(words.nothingLost)}</dd>
      ${row ? html`<dt>${t(words.request)}</dt><dd><a class="mono small" href=${href("/usage/requests/" + answer.requestId)}>${answer.requestId}</a></dd>` : nothing}</dl></section>
      ${decision?.candidates.length ? html`<section><div class="sec"><h2>${t(words.why)}</h2></div>${candidateList(decision, row.ended === "served" ? this.row.attempts.length : 0)}</section>` : nothing}</aside>`;
  }
}

/** A text as paragraphs and blocks of code. @param {string} text @param {boolean} [caret] */
function paragraphs(text, caret = false) {
  const parts = text.split(/```(?:\w*\n)?/);
  return parts.map((part, i) => (i % 2 ? codeBlock(part.trimEnd()) : part.split(/\n{2,}/).filter((each, n, all) => each.trim() || (caret && n === all.length - 1)).map((each, n, all) => html`<p>${each}${caret && i === parts.length - 1 && n === all.length - 1 ? html`<span class="caret"></span>` : nothing}</p>`)));
}

customElements.define("page-playground", PlaygroundPage);
