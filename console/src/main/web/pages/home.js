// @ts-check
import { html, nothing } from "lit";
import { api, user } from "../api.js";
import "../charts/quota-chart.js";
import { quotaLegend } from "../charts/quota-chart.js";
import { count, money, percent, quota as amount, time, tokens } from "../format.js";
import { t } from "../language.js";
import { Page } from "../page.js";
import { go, href } from "../router.js";
import { bar, emptyPlate, failure, head, note } from "../ui.js";
import { common } from "../words/common.js";
import { home } from "../words/home.js";

/** @typedef {import("../charts/quota-chart.js").Point} Point */
/** @typedef {import("../charts/quota-chart.js").QuotaSeries} QuotaSeries */
/**
 * The forecast of a quota; amounts are texts, as AntiHub's clients expect them.
 * @typedef {{model_name: string, quota: string, max_quota: string, recovers_per_hour: string, taken_last_hour: string,
 *   empty_at: string | null, full_at: string | null, usable_again_at: string | null, points_if_used: Point[],
 *   points_if_rest: Point[], with_one_more: {left: number, ceiling: number, points: Point[]} | null}} Forecast
 * @typedef {{model_name: string, quota: string, max_quota: string, recovers_per_hour: string}} Quota
 * @typedef {{label: string, requests: number, input_tokens: number, cached_tokens: number, output_tokens: number, cost: number}} ModelUsage
 * @typedef {{request_id: string, model_name: string, error_message: string | null, created_at: string, status_code: number}} Row
 * @typedef {{provider: string, standing: string, until: string | null, own: boolean}} PoolAccount
 * @typedef {{per_account_gain: number, per_account_rate: number, unit_usd: number | null}} Rules
 * @typedef {{forecasts: Forecast[], quotas: Quota[], usage: ModelUsage[], refusal: Row | undefined, pool: PoolAccount[],
 *   rules: Rules, group: string, past: Point[]}} HomeData
 */

const DISMISSED = "potluck.next-step";

/**
 * May I ask now, when is my quota back, and what was refused last.
 * @extends {Page<HomeData>}
 */
class HomePage extends Page {
  /** @type {import("lit").PropertyDeclarations} */
  static properties = { withAccount: { state: true } };

  constructor() {
    super();
    this.renewAfter = 60_000;
    this.wantsEvents = true;
    this.withAccount = false;
  }

  /** @param {AbortSignal} signal */
  async load(signal) {
    const midnight = new Date();
    midnight.setHours(0, 0, 0, 0);
    const since = midnight.toISOString();
    const chartStart = new Date(Math.min(midnight.getTime(), Date.now() - 8 * 3_600_000)).toISOString();
    const [forecasts, quotas, usage, refusals, pool, rules] = await Promise.all([
      api("/api/usage/forecast", { signal }),
      api("/api/plugin-api/quotas/user", { signal }),
      api("/api/usage/by/model?start_date=" + since, { signal }),
      api("/api/usage/logs?success=false&limit=1", { signal }),
      api("/api/pool", { signal }),
      api("/api/usage/rules", { signal }),
    ]);
    const group = this.query.get("group") ?? mostUsed(forecasts) ?? quotas[0]?.model_name ?? "";
    const history = forecasts.length
      ? await api(`/api/usage/quota/history?group=${encodeURIComponent(group)}&from=${chartStart}&points=300`, { signal })
      : { points: [] };
    return { forecasts, quotas, usage, refusal: refusals.logs[0], pool: pool.accounts, rules, group, past: history.points };
  }

  /** @param {import("../live.js").LiveEvent} event */
  onEvent(event) {
    if (["quota", "refusal", "standing"].includes(event.type)) {
      clearTimeout(this.timer);
      this.timer = setTimeout(this.again, 1000);
    }
  }

  render() {
    if (this.error?.status === 503) {
      return html`${head(t(home.away), { say: true, lede: t(home.awayLede), acts: this.age() })}${failure(this.error, { again: this.again })}
        ${this.data ? this.chart(this.data) : nothing}`;
    }
    return super.render();
  }

  /** @param {HomeData} data */
  content(data) {
    return data.forecasts.length || data.usage.length || data.refusal ? this.used(data) : this.unused(data);
  }

  /** @param {HomeData} data */
  used(data) {
    return html`${head(sentence(data), { say: true, lede: lede(data), acts: html`${this.age()}${data.forecasts.length ? this.choice(data) : nothing}` })}
      ${this.chart(data)}
      <div class="cols"><section><div class="sec"><h2>${t(home.lastRefusal)}</h2></div>${refusal(data.refusal)}</section>${this.nextStep(data)}</div>
      <div class="cols">${usageTable(data.usage)}${quotaTable(data.quotas, data.group)}</div>`;
  }

  /** @param {HomeData} data */
  unused(data) {
    return html`${head(sentence(data), { say: true, lede: data.quotas.length ? t(home.noneYet) : nothing, acts: this.age() })}
      <section class="empty">${emptyPlate()}<h2>${t(home.firstAnswer)}</h2><p>${t(home.firstAnswerBody)}</p>
        <div class="acts"><a class="button primary" href=${href("/keys")}>${t(home.createKey)}</a><a class="button" href=${href("/playground")}>${t(home.askHere)}</a></div></section>
      ${data.quotas.length ? quotaTable(data.quotas, "") : nothing}`;
  }

  /** @param {HomeData} data */
  choice(data) {
    return html`<label class="vh" for="group">${t(home.quota)}</label><select id="group" @change=${(/** @type {Event} */ event) => go("/", { group: /** @type {HTMLSelectElement} */ (event.target).value })}>
      ${data.forecasts.map((each) => html`<option .selected=${each.model_name === data.group}>${each.model_name}</option>`)}</select>`;
  }

  /** @param {HomeData} data */
  chart(data) {
    const forecast = data.forecasts.find((each) => each.model_name === data.group);
    if (!forecast) {
      return nothing;
    }
    const pace = Number(forecast.taken_last_hour);
    const series = quotaSeries(data, forecast, { withAccount: this.withAccount, stale: this.error !== undefined, now: this.loadedAt });
    return html`<section aria-label=${t(home.overTheDay)}><figure class="chart"><quota-chart .series=${series}></quota-chart>
      <div class="legend">${quotaLegend(series, pace)}
        ${forecast.with_one_more ? html`<label class="push check small"><input type="checkbox" .checked=${this.withAccount} @change=${() => (this.withAccount = !this.withAccount)}>${t(home.withAccount)}</label>` : nothing}</div>
      <details class="astable"><summary>${t(common.asTable)}</summary><div class="scroll"><table><thead><tr><th scope="col">${t(home.time)}</th><th scope="col" class="num">${t(home.leftColumn)}</th></tr></thead>
        <tbody>${everyNth([...series.past, { at: series.now, left: series.left }, ...series.ifUnused], 40).map((point) => html`<tr><td>${time(point.at)}</td><td class="num">${amount(point.left)}</td></tr>`)}</tbody></table></div></details>
    </figure></section>`;
  }

  /** @param {HomeData} data */
  nextStep(data) {
    const short = shortProvider(data.pool);
    const values = { gain: amount(data.rules.per_account_gain), rate: amount(data.rules.per_account_rate) };
    const shares = data.pool.some((account) => account.own);
    const key = short ? "short:" + short : "share";
    if ((!short && shares) || localStorage.getItem(DISMISSED) === key) {
      return nothing;
    }
    return html`<aside class="next"><h2>${short ? t(home.nextTitle, { provider: short }) : t(home.nextShare)}</h2><p>${t(short ? home.nextBody : home.nextShareBody, values)}</p>
      <div class="acts"><a class="button primary" href=${href("/accounts", { bring: short ?? "any" })}>${t(home.bring)}</a>
      <button type="button" class="quiet" @click=${() => { localStorage.setItem(DISMISSED, key); this.requestUpdate(); }}>${t(home.notNow)}</button></div></aside>`;
  }
}

/** The group that was used most in the last hour, else the lowest. @param {Forecast[]} forecasts */
function mostUsed(forecasts) {
  /** @param {Forecast} each */
  const weight = (each) => Number(each.taken_last_hour) * 1000 + 1 - Number(each.quota) / (Number(each.max_quota) || 1);
  return forecasts.toSorted((a, b) => weight(b) - weight(a))[0]?.model_name;
}

/** @param {HomeData} data */
function sentence(data) {
  if (user()?.is_silenced) {
    return t(home.silenced);
  }
  if (!data.quotas.length) {
    return t(home.noAccounts);
  }
  const ready = data.pool.filter((account) => account.standing === "ready");
  if (data.pool.length && !ready.length) {
    const back = data.pool.map((account) => account.until).filter((until) => until !== null).sort()[0];
    return back ? t(home.poolResting, { time: time(back) }) : t(home.noAccounts);
  }
  const empty = data.forecasts.filter((each) => each.usable_again_at && Number(each.quota) <= 0);
  const current = empty.find((each) => each.model_name === data.group);
  if (current) {
    return t(home.emptyUntil, { group: current.model_name, time: time(current.usable_again_at) });
  }
  return empty.length ? t(home.canAskBut, { groups: empty.map((each) => each.model_name).join(", ") }) : t(home.canAsk);
}

/** @param {HomeData} data @returns {string} */
function lede(data) {
  const forecast = data.forecasts.find((each) => each.model_name === data.group);
  if (!forecast) {
    return "";
  }
  const left = t(home.left, { group: forecast.model_name, left: amount(Number(forecast.quota)), ceiling: amount(Number(forecast.max_quota)) });
  const worth = data.rules.unit_usd ? " " + t(home.worth, { money: money(Number(forecast.quota) * data.rules.unit_usd) }) : "";
  return left + worth + " " + outlook(forecast);
}

/** @param {Forecast} forecast */
function outlook(forecast) {
  const empty = time(forecast.empty_at);
  const full = time(forecast.full_at);
  if (Number(forecast.quota) >= Number(forecast.max_quota)) {
    return t(home.full);
  }
  return forecast.empty_at ? t(home.paceEmpty, { empty, full }) : Number(forecast.taken_last_hour) > 0 ? t(home.paceLasts) + " " + t(home.unusedFull, { full }) : t(home.unusedFull, { full });
}

/**
 * @param {HomeData} data
 * @param {Forecast} forecast
 * @param {{withAccount: boolean, stale: boolean, now: Date | undefined}} view
 * @returns {QuotaSeries}
 */
function quotaSeries(data, forecast, { withAccount, stale, now }) {
  return {
    ceiling: Number(forecast.max_quota),
    left: Number(forecast.quota),
    now: (now ?? new Date()).toISOString(),
    past: data.past,
    ifUsed: Number(forecast.taken_last_hour) > 0 ? forecast.points_if_used : [],
    ifUnused: forecast.points_if_rest,
    withAccount: withAccount && forecast.with_one_more ? forecast.with_one_more : undefined,
    emptyAt: forecast.empty_at,
    fullAt: forecast.full_at,
    refusedAt: data.refusal?.created_at ?? null,
    stale,
    sentence: lede(data),
  };
}

/** @template T @param {T[]} values @param {number} most @returns {T[]} */
function everyNth(values, most) {
  const step = Math.ceil(values.length / most);
  return values.filter((_, i) => i % step === 0);
}

/** A provider whose accounts all rest. @param {PoolAccount[]} pool */
function shortProvider(pool) {
  const providers = new Set(pool.filter((account) => account.standing !== "off").map((account) => account.provider));
  return [...providers].find((provider) => pool.every((account) => account.provider !== provider || account.standing !== "ready"));
}

/** @param {Row | undefined} row */
function refusal(row) {
  if (!row) {
    return html`<p class="soft">${t(home.noRefusal)}</p>`;
  }
  return note("warn", row.error_message ?? String(row.status_code), {
    body: t(home.refusalLede, { time: time(row.created_at), model: row.model_name }),
    acts: html`<a href=${href("/usage/requests/" + row.request_id)}>${t(home.decision)}</a><a href=${href("/pool", { model: row.model_name })}>${t(home.whoServes)}</a>`,
  });
}

/** @param {ModelUsage[]} usage */
function usageTable(usage) {
  const sum = usage.reduce(
    (all, each) => ({ label: "", requests: all.requests + each.requests, input_tokens: all.input_tokens + each.input_tokens, cached_tokens: all.cached_tokens + each.cached_tokens, output_tokens: all.output_tokens + each.output_tokens, cost: all.cost + each.cost }),
    { label: "", requests: 0, input_tokens: 0, cached_tokens: 0, output_tokens: 0, cost: 0 },
  );
  /** @param {ModelUsage} each */
  const cells = (each) => html`<td class="num" data-l=${t(home.requests)}>${count(each.requests)}</td><td class="num" data-l=${t(home.tokensIn)}>${tokens(each.input_tokens)}</td>
    <td class="num" data-l=${t(home.fromCache)}>${percent(each.cached_tokens, each.input_tokens)}</td><td class="num" data-l=${t(home.tokensOut)}>${tokens(each.output_tokens)}</td><td class="num lead" data-l=${t(home.cost)}>${money(each.cost)}</td>`;
  return html`<section><div class="sec"><h2>${t(home.today)}</h2><a class="push small" href=${href("/usage")}>${t(home.allUsage)}</a></div><table class="cards"><thead><tr><th scope="col">${t(home.model)}</th><th scope="col" class="num">${t(home.requests)}</th><th scope="col" class="num">${t(home.tokensIn)}</th><th scope="col" class="num">${t(home.fromCache)}</th><th scope="col" class="num">${t(home.tokensOut)}</th><th scope="col" class="num">${t(home.cost)}</th></tr></thead>
    <tbody>${usage.map((each) => html`<tr><th scope="row"><a class="rowlink" href=${href("/usage", { model: each.label })}>${each.label}</a></th>${cells(each)}</tr>`)}</tbody>
    ${usage.length > 1 ? html`<tfoot><tr><th scope="row">${t(home.total)}</th>${cells(sum)}</tr></tfoot>` : nothing}</table></section>`;
}

/** @param {Quota[]} quotas @param {string} group */
function quotaTable(quotas, group) {
  return html`<section><div class="sec"><h2>${t(group ? home.allQuotas : home.mayDraw)}</h2></div><table><thead><tr><th scope="col">${t(home.quota)}</th><th scope="col" class="num">${t(home.leftColumn)}</th><th scope="col" class="bar-cell"><span class="vh">${t(home.part)}</span></th><th scope="col" class="num nowrap">${t(home.perHour)}</th></tr></thead>
    <tbody>${quotas.map((each) => {
      const part = Number(each.max_quota) ? Number(each.quota) / Number(each.max_quota) : 0;
      return html`<tr><th scope="row">${each.model_name}</th><td class="num nowrap">${amount(Number(each.quota))} <span class="soft">/ ${amount(Number(each.max_quota))}</span></td><td class="bar-cell">${bar(part, each.model_name === group)}</td><td class="num">+${amount(Number(each.recovers_per_hour))}</td></tr>`;
    })}</tbody></table></section>`;
}

customElements.define("page-home", HomePage);
