// @ts-check
import { html } from "lit";
import { api, call, error } from "../api.js";
import { count, day, duration, time } from "../format.js";
import { t } from "../language.js";
import { choice, filter, pager, searchField } from "../operate.js";
import { Page } from "../page.js";
import { href } from "../routes.js";
import { empty, head, note } from "../ui.js";
import { actions, audit as words, objectKinds } from "../words/audit.js";

/**
 * @typedef {{id: number, at: string, actor: number | null, actor_name: string | null, action: string, object: string, object_name: string | null, details: string, address: string}} Entry
 * @typedef {{ok: boolean, wrong: string | null, entries: number, first_at: string | null, milliseconds: number}} Verification
 * @typedef {{entries: Entry[], total: number, verification: Verification, verifiedAt: string, users: {id: number, username: string}[]}} AuditData
 */

const PATH = "/operate/audit";
const LIMIT = 50;

/**
 * What was done, by whom; and whether the record is whole.
 * @extends {Page<AuditData>}
 */
class AuditPage extends Page {
  /** @param {AbortSignal} signal @returns {Promise<AuditData>} */
  async load(signal) {
    const search = this.search(LIMIT);
    const [page, verification, people] = await Promise.all([api("/api/admin/audit?" + search, { signal }), this.data?.verification ?? api("/api/admin/audit/verify", { signal }), api("/api/admin/users?limit=200", { signal })]);
    return { ...page, verification, verifiedAt: this.data?.verifiedAt ?? new Date().toISOString(), users: people.users };
  }

  /** @param {number} limit */
  search(limit) {
    const search = new URLSearchParams({ limit: String(limit) });
    for (const name of ["actor", "action", "object", "offset"]) {
      const value = this.query.get(name);
      if (value) {
        search.set(name, value);
      }
    }
    return search;
  }

  async verify() {
    await this.change(async () => {
      const verification = await api("/api/admin/audit/verify");
      if (this.data) {
        this.data = { ...this.data, verification, verifiedAt: new Date().toISOString() };
      }
    });
  }

  /** @param {AuditData} data */
  content(data) {
    const value = (/** @type {string} */ name) => this.query.get(name) ?? "";
    return html`${head(t(words.title), { lede: t(words.lede), acts: html`<button type="button" ?disabled=${this.busy} @click=${() => void this.verify()}>${t(words.verifyAgain)}</button><button type="button" @click=${() => void this.save()}>${t(words.csv)}</button>` })}
      <section>${verdict(data)}</section>
      <section aria-label=${t(words.title)}><div class="filters" role="search">${choice(t(words.who), data.users.map((user) => ({ value: String(user.id), text: user.username })), value("actor"), (actor) => filter(PATH, this.query, { actor }))}
        ${choice(t(words.action), Object.keys(actions).map((action) => ({ value: action, text: action })), value("action"), (action) => filter(PATH, this.query, { action }))}
        ${searchField("audit-object", t(words.objectHint), value("object"), (object) => filter(PATH, this.query, { object }))}</div>
      ${data.entries.length ? table(data) : empty({ title: t(words.nothing), reason: t(words.nothingReason), acts: html`<a class="button" href=${href(PATH)}>${t(words.showAll)}</a>` })}
      ${pager(PATH, this.query, { offset: Number(value("offset") || 0), shown: data.entries.length, total: data.total, limit: LIMIT })}</section>`;
  }

  /** Saves the entries that match as a file. */
  async save() {
    await this.change(async () => {
      const search = this.search(LIMIT);
      search.delete("offset");
      search.delete("limit");
      search.set("format", "csv");
      const response = await call("/api/admin/audit?" + search);
      if (!response.ok) {
        throw error(response, await response.json());
      }
      const url = URL.createObjectURL(await response.blob());
      const link = document.createElement("a");
      link.href = url;
      link.download = "potluck-audit.csv";
      link.click();
      setTimeout(() => URL.revokeObjectURL(url), 1000);
    });
  }
}

/** @param {AuditData} data */
function verdict({ verification, verifiedAt }) {
  if (!verification.ok) {
    return note("bad", t(words.broken), { body: t(words.brokenBody, { wrong: verification.wrong ?? "–" }), alert: true });
  }
  const values = { entries: count(verification.entries), first: day(verification.first_at), time: time(verifiedAt), duration: duration(verification.milliseconds) };
  return note("good", t(words.whole), { body: t(verification.first_at ? words.wholeBody : words.wholeShort, values) });
}

/** @param {AuditData} data */
function table(data) {
  return html`<table class="cards"><thead><tr><th scope="col">${t(words.time)}</th><th scope="col">${t(words.who)}</th><th scope="col">${t(words.did)}</th><th scope="col">${t(words.details)}</th><th scope="col">${t(words.from)}</th><th scope="col" class="num">${t(words.entry)}</th></tr></thead>
    <tbody>${data.entries.map((entry) => {
      const actor = actorName(entry, data);
      return html`<tr><th scope="row" class="plain-th">${time(entry.at, true)}</th><td class="lead">${actor ? html`<b>${actor}</b>` : html`<span class="soft">${t(words.nobody)}</span>`}</td><td class="full">${did(entry, data)}<small class="mono">${entry.action}</small></td>
        <td class="full wrap">${readable(entry.details)}</td><td class="mono small drop">${entry.address}</td><td class="num drop">${count(entry.id)}</td></tr>`;
    })}</tbody></table>`;
}

/** @param {Entry} entry @param {AuditData} data */
function actorName(entry, { users }) {
  return entry.actor_name ?? (entry.actor === null ? null : (users.find((user) => user.id === entry.actor)?.username ?? t(objectKinds.user, { id: entry.actor })));
}

/** Details without the braces of a record: "is_auditor: true". @param {string} details */
function readable(details) {
  const inner = /^(?:\w+\[|\{)(.*)[\]}]$/s.exec(details)?.[1];
  if (inner === undefined) {
    return details;
  }
  const parts = inner.split(", ").filter((part) => part && !part.endsWith("=null"));
  return parts.map((part) => part.replace(/(\w+)=/g, (_, /** @type {string} */ name) => name.replace(/[A-Z]/g, (letter) => "_" + letter.toLowerCase()) + ": ")).join(", ");
}

/** The entry as words, with the name of its object. @param {Entry} entry @param {AuditData} data */
function did(entry, { users }) {
  const row = actions[/** @type {keyof typeof actions} */ (entry.action)];
  const [kind = "", id = ""] = entry.object.split(" ");
  const user = kind === "user" ? users.find((each) => String(each.id) === id)?.username : undefined;
  const object = entry.object_name ?? user ?? (kind in objectKinds && id ? t(objectKinds[/** @type {keyof typeof objectKinds} */ (kind)], { id: id.length > 12 ? id.slice(0, 8) + "…" : id }) : entry.object);
  if (!row) {
    return html`<b>${object}</b>`;
  }
  const [before = "", after] = t(row).split("{object}");
  return after === undefined ? before : html`${before}<b>${object}</b>${after}`;
}

customElements.define("page-audit", AuditPage);
