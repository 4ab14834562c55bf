// @ts-check
import { html, nothing } from "lit";
import { api, isAdministrator } from "../api.js";
import { count, time } from "../format.js";
import { language, t } from "../language.js";
import { readOnly, searchField } from "../operate.js";
import { Page } from "../page.js";
import { go } from "../routes.js";
import { close, dialog, empty, field, formValues, head, note, open, rowMenu, standingBadge } from "../ui.js";
import { common } from "../words/common.js";
import { models as words } from "../words/models.js";

/**
 * @typedef {{input: number, cached: number, written: number, output: number, origin: "built in" | "file" | "set"}} Price
 * @typedef {{model: string, ready: number, of: number, until: string | null, group: string, price: Price | null, aliases: string[]}} Model
 * @typedef {{model: string, account?: string, input?: number, cached?: number, written?: number, output?: number}} SetPrice USD per million tokens
 * @typedef {{aliases: Record<string, string[]>, fallbacks: Record<string, string[]>}} Rules
 * @typedef {{models: Model[], rules: Rules, prices: SetPrice[]}} ModelsData
 */

/**
 * Models: whether they are ready, what they cost, and the names that stand for them.
 * @extends {Page<ModelsData>}
 */
class ModelsPage extends Page {
  /** @type {import("lit").PropertyDeclarations} */
  static properties = { text: { state: true }, unpriced: { state: true }, notReady: { state: true }, editing: { state: true }, wrong: { state: true } };

  constructor() {
    super();
    this.renewAfter = 60_000;
    this.text = "";
    this.unpriced = false;
    this.notReady = false;
    /** @type {SetPrice | undefined} the price in the dialog */
    this.editing = undefined;
    /** @type {string | undefined} why the last form was refused */
    this.wrong = undefined;
  }

  /** @param {AbortSignal} signal @returns {Promise<ModelsData>} */
  async load(signal) {
    const [all, rules, set] = await Promise.all([api("/api/admin/models", { signal }), api("/api/admin/routes", { signal }), api("/api/admin/prices", { signal })]);
    return { models: all.models, rules: { aliases: rules.aliases ?? {}, fallbacks: rules.fallbacks ?? {} }, prices: set.prices };
  }

  /** @param {ModelsData} data */
  content(data) {
    const { models, rules } = data;
    const notReady = models.filter((model) => model.of > 0 && !model.ready).length;
    const unpriced = models.filter((model) => !model.price).length;
    const lede = [t(words.lede, { models: count(models.length), names: count(Object.keys(rules.aliases).length) }), notReady ? t(words.notReady, { n: count(notReady) }) : models.length ? t(words.allReady) : "", unpriced ? t(words.unpriced, { n: count(unpriced) }) : ""];
    return html`${head(t(words.title), { lede: lede.filter((each) => each).join(" "), acts: html`${this.age()}${readOnly()}` })}
      ${this.routes(data)}
      ${models.length ? this.list(data) : empty({ title: t(words.emptyTitle), reason: t(words.emptyReason) })}
      ${this.setPrices(data)}${isAdministrator() ? html`${this.routesDialog(data)}${this.priceDialog(data)}` : nothing}`;
  }

  /** @param {ModelsData} data */
  routes({ rules, models }) {
    const rows = [...Object.entries(rules.aliases).map(([name, to]) => ({ name, to, fallback: false })), ...Object.entries(rules.fallbacks).map(([name, to]) => ({ name, to, fallback: true }))];
    return html`<section><div class="sec"><h2>${t(words.routes)}</h2><span class="soft small">${t(words.routesLede)}</span>${isAdministrator() ? html`<button type="button" class="push" @click=${() => void open(this, "routes")}>${t(words.editRoutes)}</button>` : nothing}</div>
      ${rows.length
        ? html`<table class="cards"><thead><tr><th scope="col">${t(words.asked)}</th><th scope="col">${t(words.kind)}</th><th scope="col">${t(words.servedBy)}</th><th scope="col">${t(words.now)}</th></tr></thead>
          <tbody>${rows.map((row) => html`<tr><th scope="row" class="mono">${row.name}</th><td class="soft lead">${t(row.fallback ? words.fallback : words.alias)}</td><td class="full mono small">${row.to.join(" → ")}</td><td class="full">${serving(row, models)}</td></tr>`)}</tbody></table>`
        : html`<p class="soft">${t(words.noRoutes)}</p>`}</section>`;
  }

  /** @param {ModelsData} data */
  list({ models, prices }) {
    const text = this.text.toLowerCase();
    const found = models.filter((each) => (!text || each.model.toLowerCase().includes(text) || each.aliases.some((alias) => alias.toLowerCase().includes(text))) && (!this.unpriced || !each.price) && (!this.notReady || !each.ready)).toSorted((a, b) => new Intl.Collator(language(), { numeric: true }).compare(a.model, b.model));
    const toggle = (/** @type {"unpriced" | "notReady"} */ name, /** @type {string} */ label) => html`<label class="check"><input type="checkbox" .checked=${this[name]} @change=${(/** @type {Event} */ event) => (this[name] = /** @type {HTMLInputElement} */ (event.target).checked)}> ${label}</label>`;
    return html`<section><div class="sec"><h2>${t(words.list)}</h2><span class="soft small">${t(words.unit)}</span>${isAdministrator() ? html`<button type="button" class="push" @click=${() => this.edit({ model: "" })}>${t(words.setPrice)}</button>` : nothing}</div>
      <div class="filters" role="search">${searchField("model-search", t(words.searchHint), this.text, (value) => (this.text = value))}${toggle("unpriced", t(words.onlyUnpriced))}${toggle("notReady", t(words.onlyNotReady))}</div>
      ${found.length
        ? html`<table class="cards"><thead><tr><th scope="col">${t(words.model)}</th><th scope="col">${t(words.ready)}</th><th scope="col" class="num">${t(words.input)}</th><th scope="col" class="num">${t(words.cached)}</th><th scope="col" class="num">${t(words.written)}</th><th scope="col" class="num">${t(words.output)}</th><th scope="col">${t(words.from)}</th><th scope="col">${t(words.group)}</th><th scope="col"><span class="vh">${t(common.actions)}</span></th></tr></thead>
          <tbody>${found.map((model, i) => this.row(model, i, prices))}</tbody></table>`
        : empty({ title: t(words.nothing), reason: t(words.nothingReason) })}</section>`;
  }

  /** @param {Model} model @param {number} i @param {SetPrice[]} prices */
  row(model, i, prices) {
    const own = prices.find((each) => each.model === model.model && !each.account);
    return html`<tr><th scope="row" class="mono">${model.model}${model.aliases.length ? html`<small>${model.aliases.join(", ")}</small>` : nothing}</th><td class="full">${readiness(model)}</td>
      <td class="num" data-l=${t(words.input)}>${dollars(model.price?.input)}</td><td class="num drop">${dollars(model.price?.cached)}</td><td class="num drop">${dollars(model.price?.written)}</td><td class="num" data-l=${t(words.output)}>${dollars(model.price?.output)}</td>
      <td data-l=${t(words.from)}>${origin(model.price)}</td><td class="soft drop">${model.group === model.model ? t(words.ownGroup) : model.group}</td>
      <td class="num corner">${rowMenu("model-" + i, model.model, [
        isAdministrator() && { text: t(words.price), act: () => this.edit(own ?? { model: model.model, ...(model.price ? { input: model.price.input, cached: model.price.cached, written: model.price.written, output: model.price.output } : {}) }) },
        isAdministrator() && own && { text: t(words.drop), danger: true, act: () => this.askToDrop(own, prices) },
        { text: t(words.explainPool), act: () => go("/pool", { model: model.model }) },
      ])}</td></tr>`;
  }

  /** Prices that an administrator set, also those for patterns and for single accounts. @param {ModelsData} data */
  setPrices({ prices, models }) {
    const hidden = prices.filter((price) => price.account || !models.some((model) => model.model === price.model));
    if (!hidden.length) {
      return nothing;
    }
    return html`<section><div class="sec"><h2>${t(words.setPrices)}</h2><span class="soft small">${t(words.setPricesLede)}</span></div><table class="cards"><thead><tr><th scope="col">${t(words.model)}</th><th scope="col">${t(words.account)}</th><th scope="col" class="num">${t(words.input)}</th><th scope="col" class="num">${t(words.output)}</th><th scope="col"><span class="vh">${t(common.actions)}</span></th></tr></thead>
      <tbody>${hidden.map((price, i) => html`<tr><th scope="row" class="mono">${price.model}</th><td class="mono small" data-l=${t(words.account)}>${price.account ?? t(common.all)}</td><td class="num" data-l=${t(words.input)}>${dollars(price.input)}</td><td class="num" data-l=${t(words.output)}>${dollars(price.output)}</td>
        <td class="num corner">${isAdministrator() ? rowMenu("price-" + i, price.model, [{ text: t(words.price), act: () => this.edit(price) }, { text: t(words.drop), danger: true, act: () => this.askToDrop(price, prices) }]) : nothing}</td></tr>`)}</tbody></table></section>`;
  }

  /** @param {SetPrice} price */
  edit(price) {
    this.editing = price;
    this.wrong = undefined;
    void open(this, "price");
  }

  /** @param {SetPrice} price @param {SetPrice[]} prices */
  askToDrop(price, prices) {
    this.ask({ title: t(words.dropTitle, { name: price.model }), body: t(words.dropBody), label: t(words.drop), act: () => put("/api/admin/prices", prices.filter((each) => each !== price)) });
  }

  /**
   * Sends the form of a dialog; the dialog stays open with the reason if it is refused.
   * @param {string} id
   * @param {() => Promise<unknown>} act
   */
  async submit(id, act) {
    this.wrong = undefined;
    if (await this.change(act)) {
      /** @type {HTMLDialogElement | null} */ (this.querySelector("#" + id))?.close();
    } else {
      this.wrong = this.problem?.message;
      this.problem = undefined;
    }
  }

  /** @param {ModelsData} data */
  priceDialog({ prices }) {
    const price = this.editing;
    if (!price) {
      return nothing;
    }
    /** @param {SubmitEvent} event */
    const save = (event) => {
      const values = formValues(event);
      /** @type {SetPrice} */
      const next = { ...price, model: values["model"] || price.model };
      for (const name of /** @type {const} */ (["input", "cached", "written", "output"])) {
        if (values[name]) {
          next[name] = Number(values[name]);
        } else {
          delete next[name];
        }
      }
      void this.submit("price", () => put("/api/admin/prices", [...prices.filter((each) => each !== price && !(each.model === next.model && each.account === next.account)), next]));
    };
    const amount = (/** @type {number | undefined} */ value) => (value === undefined ? "" : String(value));
    const body = html`<form id="price-form" class="stack" @submit=${save}>${this.wrong ? note("bad", this.wrong, { alert: true }) : nothing}<p class="soft">${t(words.priceHint)}</p>
      ${price.model ? nothing : field("model", t(words.model), { required: true, hint: t(words.modelHint) })}
      ${field("input", t(words.inputLabel), { type: "number", min: 0, step: "any", value: amount(price.input), required: true })}${field("output", t(words.outputLabel), { type: "number", min: 0, step: "any", value: amount(price.output), required: true })}
      ${field("cached", t(words.cachedLabel), { type: "number", min: 0, step: "any", value: amount(price.cached), hint: t(words.asInput) })}${field("written", t(words.writtenLabel), { type: "number", min: 0, step: "any", value: amount(price.written), hint: t(words.asInput) })}</form>`;
    return dialog("price", price.model ? t(words.priceTitle, { name: price.model }) : t(words.newPrice), body, html`<button type="button" @click=${close}>${t(common.cancel)}</button><button class="primary" form="price-form" ?disabled=${this.busy}>${t(common.save)}</button>`, () => (this.editing = undefined));
  }

  /** @param {ModelsData} data */
  routesDialog({ rules }) {
    /** @param {SubmitEvent} event */
    const save = (event) => {
      const values = formValues(event);
      const aliases = parse(values["aliases"] ?? "");
      const fallbacks = parse(values["fallbacks"] ?? "");
      if (typeof aliases === "string" || typeof fallbacks === "string") {
        this.wrong = typeof aliases === "string" ? aliases : String(fallbacks);
        return;
      }
      void this.submit("routes", () => put("/api/admin/routes", { aliases, fallbacks }));
    };
    const area = (/** @type {"aliases" | "fallbacks"} */ name) => html`<div class="field"><label for=${name}>${t(words[name])}</label><textarea id=${name} name=${name} rows="6" class="mono" spellcheck="false" aria-describedby="routes-about" .value=${Object.entries(rules[name]).map(([from, to]) => `${from} = ${to.join(", ")}`).join("\n")}></textarea></div>`;
    return dialog("routes", t(words.routesTitle), html`<form id="routes-form" class="stack" @submit=${save}>${this.wrong ? note("bad", this.wrong, { alert: true }) : nothing}<p class="soft" id="routes-about">${t(words.routesHint)}</p>${area("aliases")}${area("fallbacks")}</form>`,
      html`<button type="button" @click=${close}>${t(common.cancel)}</button><button class="primary" form="routes-form" ?disabled=${this.busy}>${t(common.save)}</button>`, () => (this.wrong = undefined));
  }
}

/** @param {string} path @param {unknown} body */
function put(path, body) {
  return api(path, { method: "PUT", body });
}

/** Lines "name = model, model". @param {string} text @returns {Record<string, string[]> | string} or what is wrong */
function parse(text) {
  /** @type {Record<string, string[]>} */
  const rules = {};
  for (const [i, line] of text.split("\n").entries()) {
    const [name = "", to = ""] = line.split(/=(.*)/s).map((part) => part.trim());
    const models = to.split(/,|→/).map((part) => part.trim()).filter((part) => part);
    if (line.trim() && (!name || !models.length)) {
      return t(words.wrongLine, { n: i + 1, line: line.trim() });
    }
    if (name) {
      rules[name] = models;
    }
  }
  return rules;
}

/** Which model serves now. @param {{name: string, to: string[], fallback: boolean}} row @param {Model[]} models */
function serving({ name, to, fallback }, models) {
  const ready = (/** @type {string} */ model) => (models.find((each) => each.model === model)?.ready ?? 0) > 0;
  if (fallback && ready(name)) {
    return html`<span class="soft">${t(words.notNeeded, { model: name })}</span>`;
  }
  const first = to.find(ready);
  return html`${standingBadge(first ? "ready" : "resting")}${first ? html` <span class="soft mono small">${first}</span>` : nothing}`;
}

/** @param {Model} model */
function readiness(model) {
  const text = model.ready || !model.until ? t(words.readyOf, { ready: count(model.ready), all: count(model.of) }) : t(words.readyOfBack, { all: count(model.of), time: time(model.until) });
  return html`${standingBadge(model.ready ? "ready" : model.of ? "resting" : "off")} <span class="soft">${text}</span>`;
}

/** @param {number | null | undefined} value */
function dollars(value) {
  return value == null ? t(common.none) : value.toFixed(value !== 0 && value < 0.1 ? 3 : 2);
}

/** @param {Price | null} price */
function origin(price) {
  if (!price) {
    return html`<span class="resting strong">${t(words.noPrice)}</span>`;
  }
  return price.origin === "built in" ? html`<span class="soft">${t(words.builtIn)}</span>` : html`<span class="origin-env">${t(price.origin === "set" ? words.set : words.file)}</span>`;
}

customElements.define("page-models", ModelsPage);
