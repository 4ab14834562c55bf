// @ts-check
import { html, nothing, svg } from "lit";
import { api, call, user } from "../api.js";
import { at } from "../charts/scale.js";
import { ago, day, duration, time } from "../format.js";
import { language, locale, setLanguage, t } from "../language.js";
import { Page } from "../page.js";
import { href } from "../routes.js";
import { failure, sign, standingBadge } from "../ui.js";
import { entry } from "../words/entry.js";
import { status as words } from "../words/status.js";

/**
 * @typedef {{day: string, up: number | null}} Day
 * @typedef {{name: string, standing: string, until: string | null, days: Day[]}} Group
 * @typedef {{as_of: string, groups: Group[], events: {group: string, from: string, to: string | null}[], version: string, started_at: string}} Status
 * @typedef {{status: Status, database: boolean}} StatusData
 */

const DAYS = 90;
const EVENTS = 10;

/**
 * Whether the models answer, for everybody: no names of people or accounts, no log-in.
 * @extends {Page<StatusData>}
 */
class StatusPage extends Page {
  constructor() {
    super();
    this.renewAfter = 30_000;
  }

  /** @param {AbortSignal} signal @returns {Promise<StatusData>} */
  async load(signal) {
    const [status, health] = await Promise.all([api("/api/status", { signal }), call("/api/health", { signal }).then((response) => response.json())]);
    return { status, database: health?.components?.database?.status === "healthy" };
  }

  render() {
    return html`<main class="door wide-door" id="main" tabindex="-1"><div><p class="brand">${sign()}<span>Potluck</span></p>
      ${this.data ? this.content(this.data) : this.error ? html`<h1>${t(words.gone)}</h1>${failure(this.error, { again: this.again })}` : nothing}
      <p class="door-foot"><span>${t(words.privacy)}</span><button type="button" class="link" lang=${language() === "zh" ? "en" : "zh-CN"} @click=${() => setLanguage(language() === "zh" ? "en" : "zh")}>${t(entry.language)}</button>
        <a href=${user() ? href("/") : href("/login")}>${t(user() ? words.console : words.logIn)}</a></p></div></main>`;
  }

  /** @param {StatusData} data */
  content({ status, database }) {
    const stale = this.error !== undefined;
    return html`<h1>${sentence(status.groups)}</h1><p class="lede">${stale ? "" : lede(status.groups)} ${stale ? this.age() : html`<span class="asof">${t(words.renewed, { time: time(status.as_of) })}</span>`}</p>
      ${stale && this.error ? failure(this.error, { again: this.again, stale: true }) : nothing}
      ${status.groups.length ? html`<section aria-label=${t(words.models)}>${table(status.groups)}</section>` : nothing}
      <section><h2>${t(words.itself)}</h2><dl class="facts door-more"><dt>${t(words.api)}</dt><dd>${state(!stale)}</dd><dt>${t(words.database)}</dt><dd>${state(database)}</dd><dt>${t(words.version)}</dt><dd>${t(words.versionText, { version: status.version, ago: ago(status.started_at) })}</dd></dl></section>
      <section><h2>${t(words.events)}</h2>${events(status)}</section>`;
  }
}

/** @param {Group[]} groups */
function sentence(groups) {
  const up = groups.filter((group) => group.standing === "ready").length;
  return t(!groups.length ? words.nothingShared : up === groups.length ? words.allAnswer : !up ? words.noneAnswers : up * 2 >= groups.length ? words.mostAnswer : words.someAnswer);
}

/** @param {Group[]} groups */
function lede(groups) {
  const down = groups.filter((group) => group.standing !== "ready");
  const told = down.slice(0, 4).map((group) => (group.until ? t(words.down, { name: group.name, time: time(group.until) }) : t(words.downUnknown, { name: group.name })));
  return !groups.length ? t(words.nothingSharedBody) : [...told, down.length && down.length <= 4 && down.length < groups.length ? t(words.everythingElse) : ""].join(" ");
}

/** @param {Group[]} groups */
function table(groups) {
  return html`<table class="cards roomy"><thead><tr><th scope="col">${t(words.what)}</th><th scope="col">${t(words.now)}</th><th scope="col" class="wide-cell">${t(words.days)}</th><th scope="col" class="num">${t(words.up)}</th></tr></thead>
    <tbody>${groups.map((group) => html`<tr><th scope="row">${group.name}</th><td class="lead">${standingBadge(group.standing, group.until)}</td><td class="wide-cell full">${days(group.days)}</td><td class="num drop">${up(mean(group.days))}</td></tr>`)}</tbody></table>`;
}

/** One column a day: the part without a ready account in amber from above; a day that is not known is grey. @param {Day[]} all */
function days(all) {
  const shown = all.slice(-DAYS);
  const known = shown.map((each) => each.up).filter((each) => each !== null);
  const label = known.length ? t(words.daysLabel, { days: known.filter((each) => each >= 0.9995).length, all: known.length, worst: up(Math.min(...known)) }) : t(words.noDays);
  return html`<svg class="strip" viewBox="0 0 ${DAYS} 18" preserveAspectRatio="none" shape-rendering="crispEdges" role="img" aria-label=${label}>${shown.map((each, i) => {
    const x = DAYS - shown.length + i;
    const gap = each.up === null || each.up >= 0.9995 ? 0 : Math.max(3, (1 - each.up) * 18);
    return each.up === null ? nothing : svg`<rect class="ready" x=${x} y=${at(gap)} width="1" height=${at(18 - gap)}/>${gap ? svg`<rect class="resting" x=${x} width="1" height=${at(gap)}/>` : nothing}`;
  })}</svg>`;
}

/** @param {Day[]} all */
function mean(all) {
  const known = all.map((each) => each.up).filter((each) => each !== null);
  return known.length ? known.reduce((sum, each) => sum + each, 0) / known.length : null;
}

/** A part as percent, never rounded up to 100. @param {number | null} part */
function up(part) {
  return part === null ? "–" : new Intl.NumberFormat(locale(), { minimumFractionDigits: 1, maximumFractionDigits: 1 }).format(Math.floor(part * 1000) / 10) + " %";
}

/** @param {boolean} good */
function state(good) {
  return html`<span class="standing ${good ? "ready" : "revoked"}"><svg viewBox="0 0 16 16" aria-hidden="true">${good ? svg`<circle class="solid" cx="8" cy="8" r="6"/>` : svg`<path d="m3 3 10 10M13 3 3 13"/>`}</svg>${t(good ? words.healthy : words.unhealthy)}</span>`;
}

/** @param {Status} status */
function events({ events: all }) {
  if (!all.length) {
    return html`<p class="soft door-more">${t(words.noEvents)}</p>`;
  }
  const latest = all.toSorted((a, b) => Date.parse(b.from) - Date.parse(a.from)).slice(0, EVENTS);
  return html`<ol class="told plain">${latest.map(
    (event) => html`<li><span class="soft">${Date.now() - Date.parse(event.from) < 2 * 86_400_000 ? time(event.from) : day(event.from)}</span><span>${event.to ? t(words.event, { name: event.group, duration: duration(Date.parse(event.to) - Date.parse(event.from)) }) : t(words.eventOpen, { name: event.group })}</span></li>`,
  )}</ol>`;
}

customElements.define("page-status", StatusPage);
