// @ts-check
import { html, nothing } from "lit";
import { api, call } from "../api.js";
import "../charts/usage-chart.js";
import { usageTable } from "../charts/usage-chart.js";
import { count, duration, money, percent, quota as amount, time, tokens } from "../format.js";
import { t } from "../language.js";
import { Page } from "../page.js";
import { go, href } from "../routes.js";
import { empty, head, views } from "../ui.js";
import { common } from "../words/common.js";
import { usage as words } from "../words/usage.js";
import { usageNav } from "./request.js";

/**
 * @typedef {import("../charts/usage-chart.js").UsageSeries} UsageSeries
 * @typedef {{total_requests: number, success_requests: number, failed_requests: number, input_tokens: number, output_tokens: number, cached_tokens: number, total_quota_consumed: number, total_cost: number, unpriced_requests: number}} Stats
 * @typedef {{label: string | null, key_name?: string | null, name?: string | null, requests: number, success_requests: number, input_tokens: number, output_tokens: number, cached_tokens: number, cost: number}} Group
 * @typedef {{id: number, request_id: string, created_at: string, model_name: string, key_name: string | null, client_app: string | null, success: boolean, status_code: number, input_tokens: number, output_tokens: number, cost: number, first_byte_ms: number | null, duration_ms: number}} Row
 * @typedef {{logs: Row[], pagination: {limit: number, offset: number, total: number}}} Log
 * @typedef {{stats: Stats, series: UsageSeries, groups: Group[], log: Log, keys: {id: number, name: string | null}[], models: string[]}} UsageData
 */

const PAGE = 50;
const DAYS = [1, 7, 30, 90];
const GROUPS = /** @type {const} */ (["model", "key", "app", "day"]);

/**
 * What I asked: sums, a chart, a table by model, key, client or day, and the log. The filters are in the address.
 * @extends {Page<UsageData>}
 */
class UsagePage extends Page {
  constructor() {
    super();
    this.renewAfter = 60_000;
    this.wantsEvents = true;
  }

  get days() {
    return Number(this.query.get("days") ?? 7);
  }

  get group() {
    const by = this.query.get("by");
    return GROUPS.find((each) => each === by) ?? "model";
  }

  /** The filters as the API names them. */
  filters() {
    const from = new Date();
    from.setHours(0, 0, 0, 0);
    from.setDate(from.getDate() - this.days + 1);
    const search = new URLSearchParams({ start_date: from.toISOString() });
    for (const [name, parameter] of /** @type {const} */ ([["model", "model_name"], ["key", "key_id"], ["client", "client"], ["ok", "success"]])) {
      const value = this.query.get(name);
      if (value) {
        search.set(parameter, value);
      }
    }
    return { from, search };
  }

  /** @param {AbortSignal} signal @returns {Promise<UsageData>} */
  async load(signal) {
    const { from, search } = this.filters();
    const bucket = this.days <= 2 ? "hour" : "day";
    const offset = Number(this.query.get("offset") ?? 0);
    const [stats, series, groups, log, keys, models] = await Promise.all([
      api("/api/usage/stats?" + search, { signal }),
      api(`/api/usage/series?${search}&bucket=${bucket}`, { signal }),
      api(`/api/usage/by/${this.group}?${search}`, { signal }),
      api(`/api/usage/logs?${search}&limit=${PAGE}&offset=${offset}`, { signal }),
      api("/api/api-keys", { signal }),
      api("/api/usage/by/model?start_date=" + from.toISOString(), { signal }),
    ]);
    return { stats, series: this.series(series.points, bucket, from), groups, log, keys, models: models.map((/** @type {Group} */ each) => each.label) };
  }

  /** @param {UsageSeries["points"]} points @param {"hour" | "day"} bucket @param {Date} from @returns {UsageSeries} */
  series(points, bucket, from) {
    const to = new Date();
    if (bucket === "day") {
      to.setHours(24, 0, 0, 0);
    }
    const sum = points.reduce((all, point) => all + point.requests, 0);
    const most = Math.max(0, ...points.map((point) => point.requests));
    const days = this.days === 1 ? t(words.today) : t(words.lastDays, { n: this.days });
    return { bucket, points, from, to, sentence: t(words.chartSentence, { requests: count(sum), days, bucket: t(words[bucket]), most: count(most) }) };
  }

  /** @param {import("../live.js").LiveEvent} event */
  onEvent(event) {
    if (event.type === "request" && !this.query.get("offset")) {
      clearTimeout(this.timer);
      this.timer = setTimeout(this.again, 2000);
    }
  }

  /** @param {Record<string, string | number | null>} changes */
  filter(changes) {
    go("/usage", { ...Object.fromEntries(this.query), offset: null, ...changes });
  }

  /** @param {UsageData} data */
  content(data) {
    const requests = this.query.get("view") === "requests";
    const period = html`<label class="vh" for="days">${t(words.days)}</label><select id="days" @change=${(/** @type {Event} */ event) => this.filter({ days: /** @type {HTMLSelectElement} */ (event.target).value })}>
      ${DAYS.map((n) => html`<option value=${n} .selected=${n === this.days}>${n === 1 ? t(words.today) : t(words.lastDays, { n })}</option>`)}</select>`;
    return html`${head(t(words.title), { lede: t(words.lede), acts: html`${this.age()}${period}<button type="button" @click=${() => void this.download()}>${t(words.csv)}</button>` })}
      ${usageNav(requests ? "requests" : "overview")}
      ${requests ? nothing : html`${sums(data.stats)}
        <section aria-label=${t(words.chart)}><figure class="chart"><usage-chart .series=${data.series}></usage-chart>
          <ul class="legend"><li class="key"><svg viewBox="0 0 11 11" aria-hidden="true"><rect class="s1" width="11" height="11"/></svg>${t(words.served)}</li><li class="key"><svg viewBox="0 0 11 11" aria-hidden="true"><rect class="s3" width="11" height="11"/></svg>${t(words.notServed)}</li></ul>
          <details class="astable"><summary>${t(common.asTable)}</summary><div class="scroll">${usageTable(data.series)}</div></details></figure></section>
        ${this.groups(data)}`}
      ${this.log(data)}`;
  }

  /** @param {UsageData} data */
  groups(data) {
    const titles = { model: words.byModel, key: words.byKey, app: words.byApp, day: words.byDay };
    const choices = GROUPS.map((each) => ({ text: t(titles[each]), href: href("/usage", { ...Object.fromEntries(this.query), by: each, offset: null }), current: each === this.group }));
    const parameter = { model: "model", key: "key", app: "client", day: "" }[this.group];
    return html`<section><div class="sec"><h2>${t(titles[this.group])}</h2><span class="push">${views(t(words.by), choices)}</span></div>
      <table class="cards"><thead><tr><th scope="col">${t(titles[this.group])}</th><th scope="col" class="num">${t(words.requests)}</th><th scope="col" class="num">${t(words.tokensIn)}</th><th scope="col" class="num">${t(words.cached)}</th><th scope="col" class="num">${t(words.tokensOut)}</th><th scope="col" class="num">${t(words.cost)}</th></tr></thead>
      <tbody>${data.groups.map((each) => html`<tr><th scope="row">${parameter && each.label ? html`<a class="rowlink" href=${href("/usage", { ...Object.fromEntries(this.query), [parameter]: each.label, offset: null })}>${name(each)}</a>` : name(each)}</th>
        <td class="num" data-l=${t(words.requests)}>${count(each.requests)}</td><td class="num" data-l=${t(words.tokensIn)}>${tokens(each.input_tokens)}</td><td class="num" data-l=${t(words.cached)}>${percent(each.cached_tokens, each.input_tokens)}</td><td class="num" data-l=${t(words.tokensOut)}>${tokens(each.output_tokens)}</td><td class="num lead" data-l=${t(words.cost)}>${money(each.cost)}</td></tr>`)}</tbody></table></section>`;
  }

  /** @param {UsageData} data */
  log(data) {
    const { limit, offset, total } = data.log.pagination;
    return html`<section><div class="sec"><h2>${t(words.log)}</h2></div>${this.filterBar(data)}
      ${data.log.logs.length ? html`<table class="cards"><thead><tr><th scope="col">${t(words.at)}</th><th scope="col">${t(words.model)}</th><th scope="col">${t(words.key)}</th><th scope="col">${t(words.client)}</th><th scope="col" class="num">${t(words.tokensIn)}</th><th scope="col" class="num">${t(words.tokensOut)}</th><th scope="col" class="num">${t(words.firstToken)}</th><th scope="col">${t(words.result)}</th><th scope="col" class="num">${t(words.cost)}</th></tr></thead>
        <tbody>${data.log.logs.map(row)}</tbody></table>
        <div class="pager"><span>${t(words.shown, { from: count(offset + 1), to: count(offset + data.log.logs.length), all: count(total) })}</span>
          ${offset ? html`<a class="button" href=${href("/usage", { ...Object.fromEntries(this.query), offset: offset > limit ? offset - limit : null })}>${t(common.previous)}</a>` : nothing}
          ${offset + limit < total ? html`<a class="button" href=${href("/usage", { ...Object.fromEntries(this.query), offset: offset + limit })}>${t(words.older)}</a>` : nothing}</div>`
        : empty({ title: t(words.emptyTitle), reason: t(words.emptyReason), acts: html`<a class="button" href=${href("/keys")}>${t(words.createKey)}</a>` })}</section>`;
  }

  /** @param {UsageData} data */
  filterBar(data) {
    /** @param {string} parameter @param {string} text @param {readonly {value: string, text: string}[]} choices */
    const choose = (parameter, text, choices) =>
      html`<label>${text} <select @change=${(/** @type {Event} */ event) => this.filter({ [parameter]: /** @type {HTMLSelectElement} */ (event.target).value })}><option value="">${t(common.all)}</option>${choices.map((choice) => html`<option value=${choice.value} .selected=${this.query.get(parameter) === choice.value}>${choice.text}</option>`)}</select></label>`;
    const client = this.query.get("client");
    const filtered = ["model", "key", "client", "ok"].some((each) => this.query.get(each));
    return html`<div class="filters" role="search" aria-label=${t(words.filters)}>
      ${choose("model", t(words.model), data.models.map((value) => ({ value, text: value })))}
      ${choose("key", t(words.key), data.keys.map((key) => ({ value: String(key.id), text: key.name ?? String(key.id) })))}
      ${choose("ok", t(words.state), [{ value: "true", text: t(words.ok) }, { value: "false", text: t(words.notOk) }])}
      ${client ? html`<span class="tag">${t(words.client)}: ${client}</span>` : nothing}
      ${filtered ? html`<button type="button" class="quiet" @click=${() => this.filter({ model: null, key: null, client: null, ok: null })}>${t(words.clear)}</button>` : nothing}</div>`;
  }

  /** Downloads what the filters show as CSV. */
  async download() {
    await this.change(async () => {
      const response = await call(`/api/usage/export?${this.filters().search}&format=csv`);
      const link = document.createElement("a");
      link.href = URL.createObjectURL(await response.blob());
      link.download = "usage.csv";
      link.click();
      setTimeout(() => URL.revokeObjectURL(link.href), 60_000);
    });
  }
}

/** @param {Group} group */
function name(group) {
  return group.key_name ?? group.name ?? group.label ?? t(words.console);
}

/** @param {Stats} stats */
function sums(stats) {
  return html`<dl class="figures"><div><dt>${t(words.requests)}</dt><dd>${count(stats.total_requests)} ${stats.failed_requests ? html`<small>${t(words.failed, { n: count(stats.failed_requests) })}</small>` : nothing}</dd></div>
    <div><dt>${t(words.tokensIn)}</dt><dd>${tokens(stats.input_tokens)} <small>${t(words.fromCache, { part: percent(stats.cached_tokens, stats.input_tokens) })}</small></dd></div>
    <div><dt>${t(words.tokensOut)}</dt><dd>${tokens(stats.output_tokens)}</dd></div>
    <div><dt>${t(words.cost)}</dt><dd>${money(stats.total_cost)} ${stats.unpriced_requests ? html`<small>${t(words.unpriced, { n: count(stats.unpriced_requests) })}</small>` : nothing}</dd></div>
    <div><dt>${t(words.quotaUsed)}</dt><dd>${amount(stats.total_quota_consumed)}</dd></div></dl>`;
}

/** @param {Row} each */
function row(each) {
  return html`<tr><th scope="row"><a class="rowlink" href=${href("/usage/requests/" + each.request_id)}>${time(each.created_at, true)}</a></th><td class="full">${each.model_name}</td><td data-l=${t(words.key)}>${each.key_name ?? t(words.console)}</td><td class="drop">${each.client_app ?? t(common.none)}</td>
    <td class="num" data-l=${t(words.tokensIn)}>${tokens(each.input_tokens)}</td><td class="num" data-l=${t(words.tokensOut)}>${tokens(each.output_tokens)}</td><td class="num drop">${duration(each.first_byte_ms)}</td>
    <td data-l=${t(words.result)}>${each.success ? html`<span class="ready">${t(words.ok)}</span>` : html`<span class="revoked strong">${each.status_code}</span>`}</td><td class="num lead" data-l=${t(words.cost)}>${money(each.cost, 4)}</td></tr>`;
}

customElements.define("page-usage", UsagePage);
