// @ts-check
import { html, nothing } from "lit";
import { api, isAdministrator, user as me } from "../api.js";
import { ago, count, money, quota as amount } from "../format.js";
import { language, t } from "../language.js";
import "../limits-dialog.js";
import { address, choice, filter, linkOnce, pager, peopleTabs, readOnly, searchField } from "../operate.js";
import { Page } from "../page.js";
import { go, href } from "../routes.js";
import { close, dialog, empty, field, formValues, head, icon, note, open, rowMenu } from "../ui.js";
import { common } from "../words/common.js";
import { people as words } from "../words/people.js";
import { sessionsDialog } from "./people-sessions.js";

/**
 * @typedef {{id: number, username: string, trust_level: number, is_active: boolean, is_silenced: boolean, is_auditor: boolean,
 *   created_at: string, last_login_at: string | null, last_seen_at: string | null, team: {id: number, name: string | null} | null, shares: number, keys: number}} Person
 * @typedef {{id: number, name: string}} Team
 * @typedef {{users: Person[], total: number, teams: Team[], cost: Map<string, number>, groups: string[]}} UsersData
 * @typedef {"username" | "shares" | "last_seen_at" | "cost"} Column
 * @typedef {import("../limits-dialog.js").Target} Target
 */

const PATH = "/operate/people";
const LIMIT = 100;

/**
 * The users, and what an administrator may do about them.
 * @extends {Page<UsersData>}
 */
class PeopleUsers extends Page {
  /** @type {import("lit").PropertyDeclarations} */
  static properties = { sort: { state: true }, descending: { state: true }, link: { state: true }, granted: { state: true }, chosen: { state: true }, sessions: { state: true }, wrong: { state: true } };

  constructor() {
    super();
    /** @type {Column} */
    this.sort = "username";
    this.descending = false;
    /** @type {{name: string, link: string} | undefined} a reset link, shown once */
    this.link = undefined;
    this.granted = "";
    /** @type {Person | undefined} the user of the open dialog */
    this.chosen = undefined;
    /** @type {import("./people-sessions.js").Session[]} */
    this.sessions = [];
    /** @type {string | undefined} why the last form was refused */
    this.wrong = undefined;
  }

  /** @param {AbortSignal} signal @returns {Promise<UsersData>} */
  async load(signal) {
    const search = new URLSearchParams({ limit: String(LIMIT) });
    for (const [name, to] of [["q", "search"], ["role", "role"], ["team", "team"], ["offset", "offset"]]) {
      const value = this.query.get(name ?? "");
      if (value && to) {
        search.set(to, value);
      }
    }
    const today = new Date();
    today.setHours(0, 0, 0, 0);
    const [page, teams, costs, rules] = await Promise.all([
      api("/api/admin/users?" + search, { signal }),
      api("/api/admin/teams", { signal }),
      api("/api/usage/by/user?all=1&start_date=" + today.toISOString(), { signal }),
      api("/api/usage/rules", { signal }),
    ]);
    return { users: page.users, total: page.total, teams: teams.teams, cost: new Map(costs.map((/** @type {{label: string, cost: number}} */ row) => [row.label, row.cost])), groups: rules.groups };
  }

  /** @param {UsersData} data */
  content(data) {
    const filtered = ["q", "role", "team"].some((name) => this.query.get(name));
    return html`${head(t(words.title), {
      lede: t(filtered ? words.ledeFound : words.lede, { total: count(data.total) }),
      acts: isAdministrator()
        ? html`<button type="button" @click=${() => this.dialogFor(undefined, "add")}>${t(words.addUser)}</button><a class="button primary" href=${href(PATH, { tab: "invitations", create: 1 })}>${icon("plus")}${t(words.invite)}</a>`
        : readOnly(),
    })}${peopleTabs("users")}
    ${this.link ? html`<section>${linkOnce(t(words.resetReady, { name: this.link.name }), t(words.resetBody, { name: this.link.name }), this.link.link, () => (this.link = undefined))}</section>` : nothing}
    ${this.granted ? html`<section>${note("good", this.granted, { alert: true })}</section>` : nothing}
    <section aria-label=${t(words.users)}>${this.filters(data)}
      ${data.users.length ? this.table(data) : empty({ title: t(words.nobody), reason: t(words.nobodyReason), acts: html`<a class="button" href=${href(PATH)}>${t(words.showAll)}</a>` })}
      ${pager(PATH, this.query, { offset: Number(this.query.get("offset") ?? 0), shown: data.users.length, total: data.total, limit: LIMIT })}</section>
    ${isAdministrator() ? html`${this.addDialog()}${this.grantDialog(data)}${this.teamDialog(data)}` : nothing}
    ${this.chosen ? sessionsDialog(this.chosen, this.sessions, (session) => this.endSession(session)) : nothing}
    <limits-dialog></limits-dialog>`;
  }

  /** @param {UsersData} data */
  filters(data) {
    const value = (/** @type {string} */ name) => this.query.get(name) ?? "";
    return html`<div class="filters" role="search">${searchField("people-search", t(words.searchHint), value("q"), (q) => filter(PATH, this.query, { q }))}
      ${choice(t(words.team), data.teams.map((team) => ({ value: String(team.id), text: team.name })), value("team"), (team) => filter(PATH, this.query, { team }))}
      ${choice(t(words.role), /** @type {const} */ (["administrator", "auditor", "member", "silenced", "disabled"]).map((role) => ({ value: role, text: t(words[role]) })), value("role"), (role) => filter(PATH, this.query, { role }))}</div>`;
  }

  /** @param {UsersData} data */
  table(data) {
    /** @param {Column} column @param {string} text @param {string} [look] */
    const heading = (column, text, look = "") =>
      html`<th scope="col" class=${look} aria-sort=${this.sort === column ? (this.descending ? "descending" : "ascending") : nothing}><button type="button" @click=${() => this.sortBy(column)}>${text}</button></th>`;
    return html`<table class="cards"><thead><tr>${heading("username", t(words.user))}<th scope="col">${t(words.role)}</th><th scope="col">${t(words.team)}</th>${heading("shares", t(words.shares), "num")}${heading("last_seen_at", t(words.lastSeen))}${heading("cost", t(words.costToday), "num")}<th scope="col"><span class="vh">${t(common.actions)}</span></th></tr></thead>
      <tbody>${this.sorted(data).map((person) => this.row(person, data))}</tbody></table>`;
  }

  /** @param {Person} person @param {UsersData} data */
  row(person, data) {
    const cost = data.cost.get(String(person.id));
    const seen = person.last_seen_at;
    const plain = person.is_active && !person.is_silenced && !person.is_auditor && person.trust_level < 3;
    return html`<tr class=${person.is_active ? "" : "off-row"}><th scope="row">${person.username}${person.id === me()?.id ? html` <span class="tag mine">${t(common.you)}</span>` : nothing}</th>
      <td class=${plain ? "drop" : "full"}>${roles(person)}</td><td data-l=${t(words.team)}>${teamName(person) || t(common.none)}</td>
      <td class="num" data-l=${t(words.shares)}>${person.shares ? html`<a href=${href("/operate/accounts", { q: person.username })}>${count(person.shares)}</a>` : t(common.none)}</td>
      <td data-l=${t(words.lastSeen)}>${seen ? html`<span title=${new Date(seen).toLocaleString()}>${ago(seen)}</span>` : t(common.never)}</td>
      <td class="num" data-l=${t(words.costToday)}>${cost ? money(cost) : t(common.none)}</td><td class="num corner">${this.menu(person, data)}</td></tr>`;
  }

  /** @param {Person} person @param {UsersData} data */
  menu(person, data) {
    const own = person.id === me()?.id;
    const path = "/api/admin/users/" + person.id;
    const name = person.username;
    const administrator = person.trust_level >= 3;
    /** @param {Record<string, unknown>} body */
    const set = (body) => api(path, { method: "PATCH", body });
    /** @param {import("../language.js").Row} title @param {import("../language.js").Row} body @param {import("../language.js").Row} label @param {Record<string, unknown>} change */
    const asks = (title, body, label, change) => () => this.ask({ title: t(title, { name }), body: t(body), label: t(label), act: () => set(change) });
    const keys = person.keys > 0 && { text: t(words.showKeys, { n: count(person.keys) }), act: () => go("/operate/keys", { user: person.id }) };
    if (!isAdministrator()) {
      return rowMenu("menu-" + person.id, name, [keys, { text: t(words.sessions), act: () => void this.showSessions(person) }]);
    }
    return rowMenu("menu-" + person.id, name, [
      { text: t(words.resetLink), act: () => void this.createLink(person) },
      keys,
      { text: t(words.sessions), act: () => void this.showSessions(person) },
      { text: t(words.limits), act: () => void this.showLimits(person) },
      data.teams.length > 0 && { text: t(words.setTeam), act: () => this.dialogFor(person, "team") },
      { text: t(words.grant), act: () => this.dialogFor(person, "grant") },
      person.is_silenced ? { text: t(words.unsilence), act: () => void this.change(() => set({ is_silenced: false })) } : { text: t(words.silence), act: asks(words.silenceTitle, words.silenceBody, words.silence, { is_silenced: true }) },
      person.is_auditor ? { text: t(words.endAuditor), act: () => void this.change(() => set({ is_auditor: false })) } : !administrator && { text: t(words.makeAuditor), act: asks(words.auditorTitle, words.auditorBody, words.makeAuditor, { is_auditor: true }) },
      !own && (administrator ? { text: t(words.endAdministrator), act: asks(words.endAdministratorTitle, words.endAdministratorBody, words.endAdministrator, { trust_level: 1 }) } : { text: t(words.makeAdministrator), act: asks(words.administratorTitle, words.administratorBody, words.makeAdministrator, { trust_level: 3 }) }),
      !own && (person.is_active ? { text: t(words.disable), act: asks(words.disableTitle, words.disableBody, words.disable, { is_active: false }) } : { text: t(words.enable), act: () => void this.change(() => set({ is_active: true })) }),
      !own && { text: t(common.remove), danger: true, act: () => this.ask({ title: t(words.removeTitle, { name }), body: t(words.removeBody), label: t(common.remove), typed: name, act: () => api(path, { method: "DELETE" }) }) },
    ]);
  }

  /** @param {Column} column */
  sortBy(column) {
    this.descending = this.sort === column ? !this.descending : column !== "username";
    this.sort = column;
  }

  /** @param {UsersData} data */
  sorted({ users, cost }) {
    const collator = new Intl.Collator(language());
    /** @param {Person} person */
    const value = (person) => (this.sort === "shares" ? person.shares : this.sort === "cost" ? (cost.get(String(person.id)) ?? 0) : Date.parse(person.last_seen_at ?? "1970-01-01"));
    return users.toSorted((a, b) => (this.descending ? -1 : 1) * (this.sort === "username" ? collator.compare(a.username, b.username) : value(a) - value(b)));
  }

  /** @param {Person | undefined} person @param {"add" | "team" | "grant"} id */
  dialogFor(person, id) {
    this.chosen = person;
    this.wrong = undefined;
    this.granted = "";
    void open(this, id);
  }

  /** @param {Person} person */
  async createLink(person) {
    await this.change(async () => {
      const { token } = await api(`/api/admin/users/${person.id}/reset-link`, { method: "POST" });
      this.link = { name: person.username, link: address("/reset", { token }) };
      scrollTo(0, 0);
    });
  }

  /** @param {Person} person */
  async showSessions(person) {
    await this.change(async () => {
      this.sessions = (await api(`/api/admin/users/${person.id}/sessions`)).sessions;
      this.chosen = person;
      void open(this, "sessions");
    });
  }

  /** @param {import("./people-sessions.js").Session} session */
  async endSession(session) {
    const id = this.chosen?.id;
    await this.change(() => api(`/api/admin/users/${id}/sessions/${session.id}`, { method: "DELETE" }));
    this.sessions = (await api(`/api/admin/users/${id}/sessions`)).sessions;
  }

  /** @param {Person} person */
  async showLimits(person) {
    await this.change(async () => {
      const limits = await api(`/api/admin/users/${person.id}/limits`);
      /** @type {{show: (target: Target) => void}} */ (/** @type {unknown} */ (this.querySelector("limits-dialog"))).show({ name: person.username, limits, save: (body) => api(`/api/admin/users/${person.id}/limits`, { method: "PUT", body }) });
    });
  }

  /**
   * Sends a form of a dialog; the dialog stays open with the reason if it is refused.
   * @param {string} id
   * @param {() => Promise<void>} act
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

  addDialog() {
    /** @param {SubmitEvent} event */
    const add = (event) => {
      const { username, password } = formValues(event);
      void this.submit("add", async () => {
        const added = await api("/api/admin/users", { body: { username, password: password || undefined } });
        if (!password) {
          const { token } = await api(`/api/admin/users/${added.id}/reset-link`, { method: "POST" });
          this.link = { name: added.username, link: address("/reset", { token }) };
        }
        /** @type {HTMLFormElement} */ (event.target).reset();
      });
    };
    return this.form("add", t(words.addUser), t(words.add), html`${field("username", t(words.userName), { required: true })}${field("password", t(words.password), { type: "password", autocomplete: "new-password", hint: t(words.passwordHint) })}`, add);
  }

  /** @param {UsersData} data */
  grantDialog({ groups }) {
    const person = this.chosen;
    if (!person) {
      return nothing;
    }
    /** @param {SubmitEvent} event */
    const grant = (event) => {
      const values = formValues(event);
      void this.submit("grant", async () => {
        await api(`/api/admin/users/${person.id}/grants`, { body: { model_name: values["group"], quota: Number(values["amount"]), expires_at: values["expires"] ? values["expires"] + "T00:00:00Z" : undefined, why: values["why"] || undefined } });
        this.granted = t(words.granted, { name: person.username, group: values["group"] ?? "", amount: amount(Number(values["amount"])) });
      });
    };
    const body = html`<p class="soft">${t(words.grantBody)}</p><div class="field"><label for="group">${t(words.group)}</label><select id="group" name="group">${groups.map((group) => html`<option>${group}</option>`)}</select></div>
      ${field("amount", t(words.amount), { type: "number", min: 0, step: "any", required: true })}${field("expires", t(words.expires), { type: "date", hint: t(words.expiresHint) })}${field("why", t(words.why), { hint: t(words.whyHint) })}`;
    return this.form("grant", t(words.grantTitle, { name: person.username }), t(words.grantAct), body, grant);
  }

  /** @param {UsersData} data */
  teamDialog({ teams }) {
    const person = this.chosen;
    if (!person) {
      return nothing;
    }
    /** @param {SubmitEvent} event */
    const set = (event) => {
      const { team } = formValues(event);
      void this.submit("team", () => api(`/api/admin/users/${person.id}/team`, { method: "PUT", body: { team_id: team ? Number(team) : null } }));
    };
    const body = html`<div class="field"><label for="team-choice">${t(words.team)}</label><select id="team-choice" name="team"><option value="">${t(words.noTeam)}</option>${teams.map((team) => html`<option value=${team.id} ?selected=${team.id === person.team?.id}>${team.name}</option>`)}</select></div>`;
    return this.form("team", t(words.teamOf, { name: person.username }), t(common.save), body, set);
  }

  /** @param {string} id @param {string} title @param {string} label @param {unknown} body @param {(event: SubmitEvent) => void} submit */
  form(id, title, label, body, submit) {
    return dialog(id, title, html`<form id="${id}-form" class="stack" @submit=${submit}>${this.wrong ? note("bad", this.wrong, { alert: true }) : nothing}${body}</form>`,
      html`<button type="button" @click=${close}>${t(common.cancel)}</button><button class="primary" form="${id}-form" ?disabled=${this.busy}>${label}</button>`, () => (this.wrong = undefined));
  }
}

/** @param {Person} person */
function teamName(person) {
  return person.team?.name ?? "";
}

/** @param {Person} person */
function roles(person) {
  const tags = [
    person.trust_level >= 3 ? html`<span class="tag mine">${t(words.administrator)}</span>` : nothing,
    person.is_auditor ? html`<span class="tag">${t(words.auditor)}</span>` : nothing,
    person.is_silenced ? html`<span class="tag">${t(words.silenced)}</span>` : nothing,
    person.is_active ? nothing : html`<span class="tag">${t(words.disabled)}</span>`,
  ].filter((tag) => tag !== nothing);
  return tags.length ? tags.map((tag, i) => html`${i ? " " : ""}${tag}`) : html`<span class="soft">${t(words.member)}</span>`;
}

customElements.define("people-users", PeopleUsers);
