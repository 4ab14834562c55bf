// @ts-check
import { html, nothing, svg } from "lit";
import { api } from "../api.js";
import { accountName, attemptText, decisionPicture, fullReason, ordered, reasonText } from "../charts/decision.js";
import { Chart, at, scale } from "../charts/scale.js";
import { count, duration, money, quota as amount, time } from "../format.js";
import { t } from "../language.js";
import { Page } from "../page.js";
import { href } from "../routes.js";
import { codeBlock, copyButton, head, note, subnav } from "../ui.js";
import { common } from "../words/common.js";
import { request as words } from "../words/request.js";

/** @typedef {import("../charts/decision.js").Decision} Decision */
/** @typedef {import("../charts/decision.js").Attempt} Attempt */
/** @typedef {import("../charts/decision.js").Row & {id: number, request_id: string, endpoint: string, method: string, status_code: number, success: boolean, estimated: boolean, disputed: boolean, reported_input_tokens: number | null, reported_output_tokens: number | null, waited_ms: number | null, created_at: string}} Row */
/** @typedef {{model: string, input: number | null, cached: number | null, written: number | null, output: number | null}} Price */
/** @typedef {{request: Row, decision: Decision | null, attempts: Attempt[], price: Price | undefined}} RequestData */

/**
 * One request: why which account served it, how long it took and what it cost.
 * @extends {Page<RequestData>}
 */
class RequestPage extends Page {
  /** @type {import("lit").PropertyDeclarations} */
  static properties = { body: { state: true } };

  constructor() {
    super();
    /** @type {string | null | undefined} what was asked; null if it was not kept */
    this.body = undefined;
  }

  /** @param {AbortSignal} signal @returns {Promise<RequestData>} */
  async load(signal) {
    const [answer, prices] = await Promise.all([api("/api/usage/requests/" + encodeURIComponent(this.params["id"] ?? ""), { signal }), api("/api/prices", { signal })]);
    return { ...answer, price: prices.find((/** @type {Price} */ price) => price.model === answer.request.model_name) };
  }

  /** @param {RequestData} data */
  content({ request: row, decision, attempts, price }) {
    return html`${head(t(words.title, { time: time(row.created_at, true) }), { lede: lede(row, decision, attempts), acts: html`<a class="button" href=${href("/usage")}>${t(words.all)}</a>${copyButton(row.request_id)}` })}
      ${usageNav("requests")}
      ${row.error ? note("bad", row.error) : nothing}
      <section><h2 class="vh">${t(words.decision)}</h2>${decision?.candidates.length ? decisionPicture(row, decision, attempts) : html`<p class="soft">${decision ? t(words.noDecision, { why: row.error ?? "" }) : t(words.notKept)}</p>`}</section>
      ${row.duration_ms > 0 ? html`<section><div class="sec"><h2>${t(words.time)}</h2></div><figure class="chart"><time-chart .row=${row}></time-chart></figure></section>` : nothing}
      <section><div class="sec"><h2>${t(words.asList)}</h2></div>${story(row, decision, attempts)}</section>
      <div class="cols even">${costTable(row, price)}<section><div class="sec"><h2>${t(words.details)}</h2></div>${this.facts(row)}${terms(decision)}</section></div>`;
  }

  /** @param {Row} row */
  facts(row) {
    return html`<dl class="facts"><dt>${t(words.requestId)}</dt><dd class="mono">${row.request_id}</dd><dt>${t(words.route)}</dt><dd class="mono">${row.method} ${row.endpoint}</dd><dt>${t(words.status)}</dt><dd>${row.status_code}</dd>
      ${row.client_app ? html`<dt>${t(words.client)}</dt><dd>${row.client_app}</dd>` : nothing}
      <dt>${t(words.body)}</dt><dd>${this.body === undefined ? html`<button type="button" class="link" @click=${() => void this.showBody(row)}>${t(words.bodyShow)}</button>` : this.body === null ? t(words.bodyNotKept) : codeBlock(this.body)}</dd></dl>`;
  }

  /** @param {Row} row */
  async showBody(row) {
    try {
      const answer = await api(`/api/usage/logs/${row.id}/request-body`);
      this.body = JSON.stringify(answer, null, 2);
    } catch {
      this.body = null;
    }
  }
}

/** The second level of the navigation below Usage. @param {"overview" | "requests" | "statement"} current */
export function usageNav(current) {
  return subnav(t(words.subnav), [
    { text: t(words.overview), href: href("/usage"), current: current === "overview" },
    { text: t(words.requests), href: href("/usage", { view: "requests" }), current: current === "requests" },
    { text: t(words.statement), href: href("/usage/statement"), current: current === "statement" },
  ]);
}

/** @param {Row} row @param {Decision | null} decision @param {Attempt[]} attempts */
function lede(row, decision, attempts) {
  const last = decision?.candidates.find((each) => each.nth === attempts.length);
  const account = last ? (last.own ? accountName(last) : (last.name ?? t(words.sharedAccount))) : t(words.sharedAccount);
  const how = { served: attempts.length > 1 ? words.servedNth : words.servedFirst, refused: words.refused, failed: words.failed, broke_off: words.brokeOff, client_left: words.clientLeft }[row.ended] ?? words.failed;
  const first = row.first_token_ms ? " " + t(words.firstToken, { time: duration(row.first_token_ms) }) : "";
  return t(how, { n: attempts.length, account }) + first + " " + t(words.costs, { cost: money(row.cost, 4) });
}

/** The same as the picture, in sentences. @param {Row} row @param {Decision | null} decision @param {Attempt[]} attempts */
function story(row, decision, attempts) {
  const asked = t(words.listAsked, { key: row.key_name ?? t(common.none), model: row.model_name, n: count(row.input_tokens), way: t(row.stream ? words.streamed : words.whole), route: row.endpoint });
  const considered = decision ? ordered(decision) : [];
  return html`<ol class="told"><li><span>${asked}</span></li>
    ${row.waited_ms ? html`<li><span>${t(words.listWaited, { time: duration(row.waited_ms) })}</span></li>` : nothing}
    ${considered.map((each) => {
      const attempt = each.nth === null ? undefined : attempts[each.nth - 1];
      return html`<li><span>${attempt
        ? t(words.listTried, { account: accountName(each), n: each.nth ?? 0, reason: fullReason(each), result: attemptText(attempt) + ", " + reasonText(attempt.reason) })
        : t(words.listCandidate, { account: accountName(each), reason: fullReason(each) })}</span></li>`;
    })}
    ${decision?.left_out_unseen ? html`<li><span>${t(words.othersUnseen, { n: count(decision.left_out_unseen) })}</span></li>` : nothing}
    <li><span>${t(words.listCost, { cost: money(row.cost, 4), amount: amount(row.quota_consumed, 4) })}</span></li></ol>`;
}

/** @param {Row} row @param {Price | undefined} price */
function costTable(row, price) {
  const fresh = row.input_tokens - row.cached_tokens - row.written_tokens;
  const lines = /** @type {const} */ ([
    [words.fresh, fresh, price?.input],
    [words.written, row.written_tokens, price?.written],
    [words.cached, row.cached_tokens, price?.cached],
    [words.output, row.output_tokens, price?.output],
  ]);
  return html`<section><div class="sec"><h2>${t(words.cost)}</h2></div><table class="cards"><thead><tr><th scope="col">${t(words.kind)}</th><th scope="col" class="num">${t(words.count)}</th><th scope="col" class="num">${t(words.perMillion)}</th><th scope="col" class="num">${t(words.cost)}</th></tr></thead>
    <tbody>${lines.map(([text, n, each]) => html`<tr><th scope="row">${t(text)}</th><td class="num" data-l=${t(words.count)}>${count(n)}</td><td class="num" data-l=${t(words.perMillion)}>${each == null ? t(common.none) : each.toFixed(2)}</td><td class="num" data-l=${t(words.cost)}>${each == null ? t(common.none) : money((n * each) / 1e6, 4)}</td></tr>`)}</tbody>
    <tfoot><tr><th scope="row">${t(words.sum)}</th><td class="num" data-l=${t(words.count)}>${count(row.input_tokens + row.output_tokens)}</td><td></td><td class="num" data-l=${t(words.cost)}>${money(row.cost, 4)}</td></tr></tfoot></table>
    ${price?.input == null ? html`<p class="small soft foot">${t(words.noPrice)}</p>` : nothing}${row.disputed ? html`<p class="small soft foot">${t(words.disputed, { input: count(row.reported_input_tokens), output: count(row.reported_output_tokens) })}</p>` : row.estimated ? html`<p class="small soft foot">${t(words.estimated)}</p>` : nothing}</section>`;
}

/** @param {Decision | null} decision */
function terms(decision) {
  const scored = (decision?.candidates ?? []).filter((each) => each.obstacle === null || each.nth !== null);
  const names = /** @type {const} */ (["load", "window", "errors", "slowness", "warmth"]);
  return scored.length
    ? html`<details class="astable"><summary>${t(words.terms)}</summary><div class="scroll"><table><thead><tr><th scope="col">${t(words.account)}</th>${names.map((name) => html`<th scope="col" class="num">${t(words[name])}</th>`)}</tr></thead>
        <tbody>${scored.map((each) => html`<tr><th scope="row">${accountName(each)}</th>${names.map((name) => html`<td class="num">${(each.figures[name] ?? 0).toFixed(2).replace("-", "−")}</td>`)}</tr>`)}</tbody></table></div></details>`
    : nothing;
}

/** Where the time of a request went: waiting, until the first token, the answer. */
class TimeChart extends Chart {
  /** @type {import("lit").PropertyDeclarations} */
  static properties = { row: { attribute: false } };

  constructor() {
    super();
    /** @type {Row | undefined} */
    this.row = undefined;
  }

  render() {
    const row = this.row;
    if (!row || !this.width) {
      return nothing;
    }
    const waited = row.waited_ms ?? 0;
    const all = Math.max(row.duration_ms, 1);
    const first = Math.min(row.first_token_ms ?? all, all);
    const x = scale(0, all, 1, this.width - 1);
    const label = Math.min(x(first), this.width - 150);
    return html`<svg viewBox="0 0 ${this.width} 64" role="img" aria-label=${t(words.timeSentence, { waited: duration(waited), first: duration(row.first_token_ms), all: duration(all) })}>
      ${waited ? svg`<rect class="s3" x="1" y="22" width=${at(x(waited) - 1)} height="14"/>` : nothing}
      <rect class="s4" x=${at(x(waited))} y="22" width=${at(Math.max(x(first) - x(waited), 0))} height="14"/><rect class="s1" x=${at(x(first))} y="22" width=${at(Math.max(x(all) - x(first), 0))} height="14"/>
      ${row.first_token_ms ? svg`<text class="lab" x=${at(label)} y="14">${t(words.firstTokenLabel, { time: duration(row.first_token_ms) })}</text><path class="base" d="M${at(x(first))} 18V40"/>` : nothing}
      <text x="1" y="58">0</text><text class="end" x=${this.width - 1} y="58">${duration(all)}</text></svg>`;
  }
}

customElements.define("time-chart", TimeChart);
customElements.define("page-request", RequestPage);
