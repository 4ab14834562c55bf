// @ts-check
import { html, nothing, svg } from "lit";
import { api } from "../api.js";
import { at, scale, ticks } from "../charts/scale.js";
import { readyPart, strip, stripTicks } from "../charts/strip.js";
import { count, duration, percent, time } from "../format.js";
import { t } from "../language.js";
import { filter } from "../operate.js";
import { Page } from "../page.js";
import { href } from "../routes.js";
import { bar, empty, head, note, standingBadge } from "../ui.js";
import { health as words, refusalKinds } from "../words/health.js";

/**
 * @typedef {{id: string, name: string, owner: string | null, provider: string, shared: boolean, standing: string, until: string | null, last_error: string | null}} Account
 * @typedef {{account: string, name: string | null, owner: string | null, provider: string, spans: import("../charts/strip.js").Span[]}} Strip
 * @typedef {{kind: string, count: number, whose: "caller" | "pool" | "provider"}} Refusals
 * @typedef {{provider: string, answers: number, p50_ms: number, p95_ms: number}} FirstToken
 * @typedef {{as_of: string, from: string, strips: Strip[], gaps: {provider: string, from: string, to: string | null}[], refusals: Refusals[], first_token: FirstToken[],
 *   fairness: {jain: number, longest_wait_ms: number, half_drawn_by: number, brought_by_them: number}, failovers: number, rests: number, holds: number}} Report
 * @typedef {{report: Report, accounts: Account[], answers: number, labels: Map<string, string>, hours: number}} HealthData
 * @typedef {{text: string, act: unknown}} Need
 */

const RANGES = [6, 24, 72, 168];

/**
 * How the pool stands and stood, and what an operator should do.
 * @extends {Page<HealthData>}
 */
class HealthPage extends Page {
  constructor() {
    super();
    this.renewAfter = 30_000;
    this.wantsEvents = true;
  }

  /** @param {AbortSignal} signal @returns {Promise<HealthData>} */
  async load(signal) {
    const hours = RANGES.find((range) => String(range) === this.query.get("hours")) ?? 24;
    const from = new Date(Date.now() - hours * 3_600_000).toISOString();
    const [report, accounts, stats, providers] = await Promise.all([
      api("/api/admin/pool?hours=" + hours, { signal }),
      api("/api/admin/accounts", { signal }),
      api("/api/usage/stats?all=1&start_date=" + from, { signal }),
      api("/api/providers", { signal }),
    ]);
    return { report, accounts: accounts.accounts, answers: stats.success_requests, labels: new Map(providers.map((/** @type {{name: string, label: string}} */ each) => [each.name, each.label])), hours };
  }

  /** @param {import("../live.js").LiveEvent} event */
  onEvent(event) {
    if (event.type === "standing") {
      clearTimeout(this.timer);
      this.timer = setTimeout(this.again, 1000);
    }
  }

  /** @param {HealthData} data */
  content(data) {
    const { report, accounts, hours } = data;
    if (!accounts.length) {
      return html`${head(t(words.title), { acts: this.age() })}${empty({ title: t(words.noAccounts), reason: t(words.noAccountsReason) })}`;
    }
    const on = accounts.filter((account) => account.standing !== "off");
    const refused = report.refusals.reduce((sum, each) => sum + each.count, 0);
    const lede = t(words.lede, { hours: count(hours), answers: count(data.answers), refusals: count(refused), percent: percent(refused, refused + data.answers), ready: count(on.filter((account) => account.standing === "ready").length), on: count(on.length) });
    const range = html`<label class="vh" for="range">${t(words.range)}</label><select id="range" @change=${(/** @type {Event} */ event) => filter("/operate/health", this.query, { hours: /** @type {HTMLSelectElement} */ (event.target).value })}>${RANGES.map(
      (each) => html`<option value=${each} ?selected=${each === hours}>${each === 168 ? t(words.sevenDays) : t(words.hours, { n: each })}</option>`,
    )}</select>`;
    return html`${head(sentence(data), { lede, acts: html`${this.age()}${range}` })}
      <section>${needsNote(needs(data))}</section>
      ${stripsTable(data)}${refusalTable(report, refused)}${firstTokens(data)}
      <div class="cols even">${fairness(report)}${operation(report)}</div>`;
  }
}

/** The label of a provider. @param {HealthData} data @param {string} provider */
function label(data, provider) {
  return data.labels.get(provider) ?? provider;
}

/** Providers with accounts that are on, and whether one is ready. @param {HealthData} data @returns {Map<string, boolean>} */
function providers(data) {
  /** @type {Map<string, boolean>} */
  const all = new Map();
  for (const account of data.accounts.filter((each) => each.standing !== "off")) {
    all.set(account.provider, (all.get(account.provider) ?? false) || account.standing === "ready");
  }
  return all;
}

/** @param {HealthData} data */
function sentence(data) {
  const all = [...providers(data)];
  const short = all.filter(([, ready]) => !ready).map(([provider]) => label(data, provider));
  if (!short.length) {
    return t(all.length ? words.allWell : words.noneReady);
  }
  const names = short.join(", ");
  return short.length === all.length ? t(words.noneReady) : t(short.length === 1 ? words.oneShort : words.someShort, { names });
}

/** What somebody should do, the most urgent first. @param {HealthData} data @returns {Need[]} */
function needs(data) {
  const { report, accounts } = data;
  const refused = accounts.filter((account) => account.standing === "revoked").map((account) => {
    const since = report.strips.find((each) => each.account === account.id)?.spans.at(-1);
    const values = { owner: account.owner ?? "–", name: account.name, provider: label(data, account.provider), time: time(since?.from) };
    return { text: t(since?.standing === "revoked" ? words.needCredentialSince : words.needCredential, values), act: html`<a href=${href("/operate/accounts", { q: account.name })}>${t(words.openPerson, { name: account.name })}</a>` };
  });
  const gaps = [...providers(data)].filter(([, ready]) => !ready).flatMap(([provider]) => {
    const own = report.gaps.filter((gap) => gap.provider === provider);
    const last = own.at(-1);
    if (!last) {
      return [];
    }
    const total = own.reduce((sum, gap) => sum + Date.parse(gap.to ?? report.as_of) - Date.parse(gap.from), 0);
    return [{ text: t(words.needAccount, { provider: label(data, provider), time: time(last.from), times: count(own.length), total: duration(total) }), act: html`<a href=${href("/operate/models")}>${t(words.openModels)}</a>` }];
  });
  return [...gaps, ...refused];
}

/** @param {Need[]} all */
function needsNote(all) {
  if (!all.length) {
    return note("good", t(words.nothingNeeded));
  }
  const acts = all.map((need) => need.act);
  return note("warn", all.length === 1 ? t(words.needsOne) : t(words.needs, { n: count(all.length) }), { body: html`${all.map((need, i) => html`${i ? html`<br>` : nothing}${need.text}`)}`, acts: html`${acts}` });
}

/** @param {HealthData} data */
function stripsTable(data) {
  const { report, accounts } = data;
  const legend = /** @type {const} */ (["ready", "resting", "spent", "revoked", "off"]);
  return html`<section><div class="sec"><h2>${t(words.standings)}</h2><ul class="legend plates push">${legend.map((standing) => html`<li>${standingBadge(standing)}</li>`)}</ul></div>
    <table class="cards strips"><thead><tr><th scope="col">${t(words.account)}</th><th scope="col">${t(words.now)}</th><th scope="col" class="wide-cell"><span class="vh">${t(words.standingOverTime)}</span>${stripTicks(report.from, report.as_of)}</th><th scope="col" class="num">${t(words.ready)}</th></tr></thead>
    <tbody>${report.strips.map((each) => {
      const account = accounts.find((one) => one.id === each.account);
      const part = readyPart(each.spans);
      return html`<tr class=${account ? "" : "off-row"}><th scope="row">${account?.name ?? each.name ?? each.account.slice(0, 8)}<small>${each.owner ? each.owner + ", " : ""}${label(data, each.provider)}</small></th><td class="lead">${account ? standingBadge(account.standing, account.until) : t(words.removed)}</td>
        <td class="wide-cell full">${strip(each.spans, report.from, report.as_of)}</td><td class="num drop">${part === undefined ? "–" : percent(part, 1)}</td></tr>`;
    })}</tbody></table></section>`;
}

/** @param {Report} report @param {number} total */
function refusalTable(report, total) {
  const most = Math.max(1, ...report.refusals.map((each) => each.count));
  /** @param {string} kind */
  const name = (kind) => (kind in refusalKinds ? t(refusalKinds[/** @type {keyof typeof refusalKinds} */ (kind)]) : kind);
  return html`<section><div class="sec"><h2>${t(words.refusals)}</h2><span class="soft small">${total ? t(words.refusalCount, { n: count(total), time: time(report.from) }) : nothing}</span></div>
    ${total
      ? html`<table class="cards"><thead><tr><th scope="col">${t(words.kind)}</th><th scope="col" class="num">${t(words.count)}</th><th scope="col" class="bar-cell wide"><span class="vh">${t(words.part)}</span></th><th scope="col">${t(words.whose)}</th></tr></thead>
        <tbody>${report.refusals.map((each) => html`<tr><th scope="row">${name(each.kind)}</th><td class="num lead">${count(each.count)}</td><td class="bar-cell wide drop">${bar(each.count / most, each.whose === "pool")}</td><td class="soft full">${t(words[each.whose])}</td></tr>`)}</tbody></table>`
      : html`<p class="soft">${t(words.noRefusals)}</p>`}</section>`;
}

/** @param {HealthData} data */
function firstTokens(data) {
  const rows = data.report.first_token;
  const slowest = Math.max(0.1, ...rows.map((row) => row.p95_ms / 1000));
  const step = ticks(slowest)[0] ?? 1;
  const top = Math.ceil(slowest / step) * step;
  const marks = Array.from({ length: Math.round(top / step) }, (_, i) => Number((i * step).toPrecision(6)));
  const x = scale(0, top, 0, 480);
  return html`<section><div class="sec"><h2>${t(words.firstToken)}</h2><span class="soft small">${t(words.firstTokenRange)}</span></div>
    ${rows.length
      ? html`<table class="cards"><thead><tr><th scope="col">${t(words.providerColumn)}</th><th scope="col" class="num">${t(words.answers)}</th><th scope="col" class="num">${t(words.half)}</th><th scope="col" class="num">${t(words.most)}</th><th scope="col" class="lat-cell"><span class="ticks">${marks.map((mark) => html`<span>${mark ? mark : "0 s"}</span>`)}</span></th></tr></thead>
        <tbody>${rows.map(
          (row) => html`<tr><th scope="row">${label(data, row.provider)}</th><td class="num" data-l=${t(words.answers)}>${count(row.answers)}</td><td class="num" data-l=${t(words.half)}>${duration(row.p50_ms)}</td><td class="num" data-l=${t(words.most)}>${duration(row.p95_ms)}</td>
            <td class="lat-cell full"><svg class="lat" viewBox="0 0 480 14" preserveAspectRatio="none" aria-hidden="true">${[...marks, top].map((mark) => svg`<path class="grid" d="M${at(x(mark))} 0V14"/>`)}<path class="range" d="M${at(x(row.p50_ms / 1000))} 7H${at(Math.max(x(row.p95_ms / 1000), x(row.p50_ms / 1000) + 3))}"/></svg></td></tr>`,
        )}</tbody></table>`
      : html`<p class="soft">${t(words.noAnswers)}</p>`}</section>`;
}

/** @param {Report} report */
function fairness({ fairness: fair }) {
  const waited = fair.longest_wait_ms > 0;
  const values = { jain: fair.jain.toFixed(2) };
  const jain = !waited ? t(words.nobodyWaited) : t(fair.jain >= 0.9 ? words.jainEven : fair.jain >= 0.6 ? words.jainUneven : words.jainBad, values);
  const drawn = !fair.half_drawn_by ? t(words.drawnNone) : t(fair.half_drawn_by === 1 ? words.drawnOne : words.drawnText, { users: count(fair.half_drawn_by), accounts: count(fair.brought_by_them) });
  return html`<section><div class="sec"><h2>${t(words.fairness)}</h2></div><dl class="facts"><dt>${t(words.waiting)}</dt><dd>${jain}</dd>${waited ? html`<dt>${t(words.longest)}</dt><dd>${duration(fair.longest_wait_ms)}</dd>` : nothing}<dt>${t(words.drawn)}</dt><dd>${drawn}</dd></dl></section>`;
}

/** @param {Report} report */
function operation(report) {
  return html`<section><div class="sec"><h2>${t(words.operation)}</h2></div><dl class="facts"><dt>${t(words.failovers)}</dt><dd>${count(report.failovers)}</dd><dt>${t(words.rests)}</dt><dd>${count(report.rests)}</dd><dt>${t(words.holds)}</dt><dd>${count(report.holds)}</dd><dt>${t(words.ledger)}</dt><dd><a href=${href("/operate/backup")}>${t(words.ledgerLink)}</a></dd></dl></section>`;
}

customElements.define("page-health", HealthPage);
