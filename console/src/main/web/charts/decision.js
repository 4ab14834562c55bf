// @ts-check
// One request as a decision: the request, all candidates with one reason each, and what came of it.
import { html, nothing, svg } from "lit";
import { count, duration, money, quota as amount, time, tokens } from "../format.js";
import { t } from "../language.js";
import { plate } from "../ui.js";
import { standings } from "../words/common.js";
import { reasons, request as words } from "../words/request.js";

/**
 * @typedef {{alias: string, name: string | null, owner: string | null, own: boolean, provider: string | null, standing: string, obstacle: string | null,
 *   reason: string, figures: Record<string, number>, until: string | null, running: number, max_concurrency: number, nth: number | null}} Candidate
 * @typedef {{candidates: Candidate[], left_out_unseen: number, waited_ms: number | null}} Decision
 * @typedef {{alias: string, own: boolean, provider: string | null, status: number, reason: string, milliseconds: number}} Attempt
 * @typedef {{model_name: string, input_tokens: number, output_tokens: number, cached_tokens: number, written_tokens: number, cost: number, quota_consumed: number,
 *   stream: boolean, key_name: string | null, client_app: string | null, first_token_ms: number | null, duration_ms: number, ended: string, error: string | null}} Row
 */

/** The words of a reason. @param {string} code */
export function reasonText(code) {
  return code in reasons ? t(reasons[/** @type {keyof typeof reasons} */ (code)]) : code.replaceAll("_", " ");
}

/** How an account is named to its reader. @param {{alias: string, name: string | null, own: boolean}} account */
export function accountName(account) {
  const name = account.name ?? account.alias.slice(0, 12);
  return account.own ? t(words.own, { name }) : name;
}

/** The candidates in the order in which they are told: tried, could have served, left out. @param {Decision} decision */
export function ordered(decision) {
  /** @param {Candidate} each */
  const rank = (each) => (each.nth !== null ? each.nth : each.obstacle === null ? 1000 : 2000);
  return decision.candidates.toSorted((a, b) => rank(a) - rank(b));
}

/** The reason of a candidate with its figures. @param {Candidate} each */
export function fullReason(each) {
  const until = each.until && each.obstacle ? " " + t(standings.until, { time: time(each.until) }) : "";
  const places = each.max_concurrency && !each.obstacle ? `, ${each.running} / ${each.max_concurrency}` : "";
  return reasonText(each.reason) + until + places;
}

/**
 * The list of candidates, each with its plate, its name and one reason.
 * @param {Decision} decision
 * @param {number} last number of the attempt that served; 0 if none did
 */
export function candidateList(decision, last) {
  return html`<ul class="candidates">${ordered(decision).map((each) => {
    const taken = each.nth !== null && each.nth === last;
    const standing = each.obstacle === null || each.nth !== null ? (taken || each.nth === null ? "ready" : "resting") : each.standing;
    const free = each.max_concurrency ? 1 - each.running / each.max_concurrency : 1;
    return html`<li class=${taken ? "taken" : each.nth === null ? "" : "tried"}><span class=${standing}>${plate(standing, free)}</span><span><b>${accountName(each)}</b><small>${fullReason(each)}</small></span>${each.nth === null ? nothing : html`<i class="nth ${taken ? "" : "again"}">${each.nth}</i>`}</li>`;
  })}${decision.left_out_unseen ? html`<li><span class="soft">${plate("off")}</span><span><b>${t(words.othersUnseen, { n: count(decision.left_out_unseen) })}</b></span></li>` : nothing}</ul>`;
}

/**
 * The picture of a decision. It is for wide columns; the list beside it always says the same.
 * @param {Row} row
 * @param {Decision} decision
 * @param {Attempt[]} attempts
 */
export function decisionPicture(row, decision, attempts) {
  const candidates = ordered(decision);
  const last = row.ended === "refused" || row.ended === "failed" ? 0 : attempts.length;
  const places = candidates.length + (decision.left_out_unseen ? 1 : 0);
  /** @param {number} i */
  const y = (i) => Math.round(((i + 0.5) / Math.max(places, 1)) * 500);
  /** @param {Candidate} each */
  const wire = (each) => (each.nth === null ? "" : each.nth === last ? "taken" : "tried");
  return html`<div class="decision" aria-hidden="true">
    <p class="col">${t(words.request)}</p><span class="col"></span><p class="col">${t(words.candidates)}</p><span class="col"></span><p class="col">${t(words.answer)}</p>
    <div class="ask"><b>${row.model_name}</b><span>${t(words.tokensIn, { n: count(row.input_tokens) })}</span><span>${t(row.stream ? words.streamed : words.whole)}</span>${row.key_name ? html`<span>${t(words.withKey, { name: row.key_name })}${row.client_app ? ", " + row.client_app : ""}</span>` : nothing}</div>
    <svg class="wires" viewBox="0 0 100 500" preserveAspectRatio="none">${candidates.map((each, i) => svg`<path class=${wire(each)} d="M0 250C55 250 45 ${y(i)} 100 ${y(i)}"/>`)}</svg>
    ${candidateList(decision, last)}
    <svg class="wires" viewBox="0 0 100 500" preserveAspectRatio="none">${candidates.map((each, i) => (each.nth === null ? nothing : svg`<path class=${wire(each)} d="M0 ${y(i)}C55 ${y(i)} 45 250 100 250"/>`))}</svg>
    <div class="got">${attempts.map((attempt, i) => attemptLine(attempt, i + 1, i + 1 === last, row))}<p class="got-gap"><b>${money(row.cost, 4)}</b><span>${t(words.ofQuota, { amount: amount(row.quota_consumed, 4) })}</span></p></div>
  </div>`;
}

/** @param {Attempt} attempt @param {number} n @param {boolean} taken @param {Row} row */
function attemptLine(attempt, n, taken, row) {
  const speed = taken && row.output_tokens && row.duration_ms > (row.first_token_ms ?? 0) ? (row.output_tokens / (row.duration_ms - (row.first_token_ms ?? 0))) * 1000 : 0;
  return html`<p class=${n > 1 ? "got-gap" : ""}><i class="nth ${taken ? "" : "again"}">${n}</i> ${attemptText(attempt)}${speed ? html`<span>${t(words.tokensOut, { n: tokens(row.output_tokens), rate: count(speed) })}</span>` : html`<span>${reasonText(attempt.reason)}</span>`}</p>`;
}

/** @param {Attempt} attempt */
export function attemptText(attempt) {
  const values = { status: attempt.status || "–", time: duration(attempt.milliseconds) };
  return attempt.reason === "served" ? t(words.attemptServed, values) : t(words.attempt, values);
}
