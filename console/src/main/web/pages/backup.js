// @ts-check
import { html } from "lit";
import { ApiError, api } from "../api.js";
import { ago, count, time } from "../format.js";
import { language, locale, t } from "../language.js";
import { Page } from "../page.js";
import { codeBlock, failure, head, icon, note } from "../ui.js";
import { backup as words } from "../words/backup.js";
import { common } from "../words/common.js";

/**
 * @typedef {{en: string, zh: string}} Both
 * @typedef {{level: "ok" | "problem", what: Both, says: Both, fix: Both | null}} Finding
 * @typedef {{at: string, size: number, file: string}} Backup
 * @typedef {{backup: Backup | null, ledger: {ok: boolean, wrong: unknown[]}, verifiedAt: string}} BackupData
 */

const WEEK = 7 * 86_400_000;

/**
 * The checks of this node, the ledger, and the last backup. The checks may take some seconds, so they arrive later.
 * @extends {Page<BackupData>}
 */
class BackupPage extends Page {
  /** @type {import("lit").PropertyDeclarations} */
  static properties = { findings: { state: true }, failed: { state: true } };

  constructor() {
    super();
    /** @type {Finding[] | undefined} undefined while the checks run */
    this.findings = undefined;
    /** @type {ApiError | undefined} why the checks gave no answer */
    this.failed = undefined;
  }

  /** @param {AbortSignal} signal @returns {Promise<BackupData>} */
  async load(signal) {
    void this.check(signal);
    const [last, ledger] = await Promise.all([api("/api/admin/backup", { signal }), api("/api/admin/ledger/verify", { signal })]);
    return { backup: last.backup, ledger, verifiedAt: new Date().toISOString() };
  }

  /** @param {AbortSignal} signal */
  async check(signal) {
    this.findings = undefined;
    this.failed = undefined;
    try {
      this.findings = (await api("/api/admin/doctor", { signal })).findings;
    } catch (cause) {
      if (cause instanceof ApiError) {
        this.failed = cause;
      } else if (!signal.aborted) {
        throw cause;
      }
    }
  }

  /** @param {BackupData} data */
  content(data) {
    return html`${head(t(words.title), { lede: t(words.lede), acts: html`<button type="button" @click=${this.again}>${t(words.again)}</button>` })}
      <section><h2 class="sec">${t(words.checks)}</h2>${this.checks()}</section>
      <section><h2 class="sec">${t(words.ledger)}</h2>${ledgerNote(data)}</section>
      <section><h2 class="sec">${t(words.backup)}</h2>${backupNote(data.backup)}</section>
      <section class="stack"><h2>${t(words.how)}</h2><p class="soft">${t(words.howBody)}</p>${codeBlock("./potluck backup potluck.zip")}<p class="soft">${t(words.howSecrets)}</p><p class="soft">${t(words.howRestore)}</p>${codeBlock("./potluck restore potluck.zip")}</section>`;
  }

  checks() {
    if (this.failed) {
      return failure(this.failed, { again: this.again });
    }
    if (!this.findings) {
      return html`<p class="soft" role="status">${t(words.checking)}</p>`;
    }
    const problems = this.findings.filter((finding) => finding.level !== "ok").length;
    const verdict = problems ? note("warn", problems === 1 ? t(words.oneProblem) : t(words.problems, { n: count(problems) }), { body: t(words.problemsBody) }) : note("good", t(words.allGood, { n: count(this.findings.length) }));
    const both = (/** @type {Both} */ text) => text[language()];
    const sorted = this.findings.toSorted((a, b) => Number(a.level === "ok") - Number(b.level === "ok"));
    return html`${verdict}<table class="cards form"><thead><tr><th scope="col">${t(words.what)}</th><th scope="col">${t(words.state)}</th><th scope="col">${t(words.says)}</th><th scope="col">${t(words.fix)}</th></tr></thead>
      <tbody>${sorted.map((finding) => html`<tr><th scope="row" class="wrap">${both(finding.what)}</th><td class="lead">${state(finding.level === "ok")}</td><td class="full wrap">${both(finding.says)}</td><td class=${finding.fix ? "full wrap" : "drop"}>${finding.fix ? both(finding.fix) : html`<span class="soft">${t(common.none)}</span>`}</td></tr>`)}</tbody></table>
      <p class="soft small form">${t(words.command)}</p>`;
  }
}

/** Whether a check is in order: shape, word and colour. @param {boolean} good */
function state(good) {
  return html`<span class="standing ${good ? "ready" : "resting"}">${icon(good ? "good" : "warn")}${t(good ? words.good : words.problem)}</span>`;
}

/** @param {BackupData} data */
function ledgerNote({ ledger, verifiedAt }) {
  return ledger.ok ? note("good", t(words.adds), { body: t(words.addsBody, { time: time(verifiedAt) }) }) : note("bad", t(words.wrong), { body: t(words.wrongBody, { list: ledger.wrong.map(String).slice(0, 10).join("; ") }) });
}

/** @param {Backup | null} last */
function backupNote(last) {
  if (!last) {
    return note("warn", t(words.never), { body: t(words.neverBody) });
  }
  const old = Date.now() - Date.parse(last.at) > WEEK;
  return html`${note(old ? "warn" : "good", t(old ? words.old : words.recent, { ago: ago(last.at) }), { body: old ? t(words.oldBody) : undefined })}
    <dl class="facts form"><dt>${t(words.at)}</dt><dd>${time(last.at)}</dd><dt>${t(words.size)}</dt><dd>${bytes(last.size)}</dd><dt>${t(words.file)}</dt><dd class="mono small">${last.file}</dd></dl>`;
}

/** @param {number} size */
function bytes(size) {
  const mega = size >= 1e6;
  return new Intl.NumberFormat(locale(), { maximumSignificantDigits: 3 }).format(size / (mega ? 1e6 : 1e3)) + (mega ? " MB" : " kB");
}

customElements.define("page-backup", BackupPage);
