// @ts-check
import { html, nothing } from "lit";
import { api, isAdministrator } from "../api.js";
import { ago, count, time } from "../format.js";
import { t } from "../language.js";
import { limitsInWords } from "../limits-dialog.js";
import { choice, filter, pager, readOnly } from "../operate.js";
import { Page } from "../page.js";
import { close, dialog, empty, field, formValues, head, open, rowMenu } from "../ui.js";
import { allKeys as words } from "../words/all-accounts.js";
import { common } from "../words/common.js";

/**
 * @typedef {{id: number, user_id: number, username: string | null, key_preview: string, name: string | null, is_active: boolean, allowed_models: string[],
 *   allowed_addresses: string[], only_dedicated: boolean, limits: Record<string, number>, created_at: string | null, last_used_at: string | null, expires_at: string | null}} Key
 * @typedef {{keys: Key[], total: number, users: {id: number, username: string}[]}} AllKeysData
 */

const PATH = "/operate/keys";
const LIMIT = 50;

/**
 * The API keys of all users.
 * @extends {Page<AllKeysData>}
 */
class AllKeysPage extends Page {
  /** @type {import("lit").PropertyDeclarations} */
  static properties = { chosen: { state: true } };

  constructor() {
    super();
    /** @type {Key | undefined} the key whose expiry is set */
    this.chosen = undefined;
  }

  /** @param {AbortSignal} signal @returns {Promise<AllKeysData>} */
  async load(signal) {
    const search = new URLSearchParams({ limit: String(LIMIT), offset: this.query.get("offset") ?? "0" });
    const user = this.query.get("user");
    if (user) {
      search.set("user", user);
    }
    const [page, people] = await Promise.all([api("/api/admin/keys?" + search, { signal }), api("/api/admin/users?limit=200", { signal })]);
    return { ...page, users: people.users };
  }

  /** @param {AllKeysData} data */
  content({ keys, total, users }) {
    const user = this.query.get("user") ?? "";
    const name = users.find((each) => String(each.id) === user)?.username;
    return html`${head(t(words.title), { lede: name ? t(words.ledeUser, { total: count(total), name }) : t(words.lede, { total: count(total) }), acts: readOnly() })}
      <section aria-label=${t(words.title)}><div class="filters" role="search">${choice(t(words.user), users.map((each) => ({ value: String(each.id), text: each.username })), user, (chosen) => filter(PATH, this.query, { user: chosen }))}</div>
      ${keys.length ? this.table(keys) : empty({ title: t(words.emptyTitle), reason: t(words.emptyReason) })}
      ${pager(PATH, this.query, { offset: Number(this.query.get("offset") ?? 0), shown: keys.length, total, limit: LIMIT })}</section>
      ${this.expiryDialog()}<limits-dialog @saved=${this.again}></limits-dialog>`;
  }

  /** @param {Key[]} keys */
  table(keys) {
    return html`<table class="cards roomy"><thead><tr><th scope="col">${t(words.key)}</th><th scope="col">${t(words.state)}</th><th scope="col">${t(words.user)}</th><th scope="col">${t(words.lastUsed)}</th><th scope="col">${t(words.expires)}</th><th scope="col">${t(words.may)}</th><th scope="col">${t(words.limits)}</th><th scope="col"><span class="vh">${t(common.actions)}</span></th></tr></thead>
      <tbody>${keys.map(
        (key) => html`<tr class=${working(key) ? "" : "off-row"}><th scope="row">${label(key)}<small class="mono">${key.key_preview}</small></th><td data-l=${t(words.state)}>${state(key)}</td><td data-l=${t(words.user)}>${key.username ?? t(common.none)}</td>
          <td data-l=${t(words.lastUsed)}>${key.last_used_at ? ago(key.last_used_at) : t(common.never)}</td><td data-l=${t(words.expires)}>${key.expires_at ? time(key.expires_at) : t(common.never)}</td>
          <td class="small full">${scope(key)}</td><td class="small ${Object.keys(key.limits).length ? "full" : "drop"}">${limitsInWords(key.limits) || html`<span class="soft">${t(common.none)}</span>`}</td>
          <td class="num corner">${isAdministrator() ? this.menu(key) : nothing}</td></tr>`,
      )}</tbody></table>`;
  }

  /** @param {Key} key */
  menu(key) {
    const path = "/api/admin/keys/" + key.id;
    /** @param {Record<string, unknown>} body */
    const set = (body) => api(path, { method: "PATCH", body });
    return rowMenu("key-" + key.id, label(key), [
      { text: t(key.is_active ? words.turnOff : words.turnOn), act: () => void this.change(() => set({ is_active: !key.is_active })) },
      {
        text: t(words.limits),
        act: () => /** @type {{show: (target: import("../limits-dialog.js").Target) => void}} */ (/** @type {unknown} */ (this.querySelector("limits-dialog"))).show({ name: label(key), limits: key.limits, save: (limits) => set({ limits }) }),
      },
      { text: t(words.setExpiry), act: () => { this.chosen = key; void open(this, "expiry"); } },
      { text: t(common.remove), danger: true, act: () => this.ask({ title: t(words.removeTitle, { name: label(key), owner: key.username ?? "–" }), body: t(words.removeBody), label: t(common.remove), act: () => api(path, { method: "DELETE" }) }) },
    ]);
  }

  expiryDialog() {
    const key = this.chosen;
    if (!key) {
      return nothing;
    }
    /** @param {SubmitEvent} event */
    const save = (event) => {
      const { expires } = formValues(event);
      /** @type {HTMLDialogElement | null} */ (this.querySelector("#expiry"))?.close();
      void this.change(() => api("/api/admin/keys/" + key.id, { method: "PATCH", body: { expires_at: expires ? new Date(expires).toISOString() : null } }));
    };
    return dialog("expiry", t(words.expiryTitle, { name: label(key) }), html`<form id="expiry-form" class="stack" @submit=${save}>${field("expires", t(words.expires), { type: "datetime-local", value: local(key.expires_at), hint: t(words.expiryHint) })}</form>`,
      html`<button type="button" @click=${close}>${t(common.cancel)}</button><button class="primary" form="expiry-form">${t(common.save)}</button>`, () => (this.chosen = undefined));
  }
}

/** @param {Key} key */
function label(key) {
  return key.name || t(words.unnamed);
}

/** @param {Key} key */
function working(key) {
  return key.is_active && !(key.expires_at && Date.parse(key.expires_at) <= Date.now());
}

/** @param {Key} key */
function state(key) {
  return working(key) ? html`<span class="ready strong">${t(words.on)}</span>` : html`<span class="tag">${t(key.is_active ? words.expired : words.off)}</span>`;
}

/** What a key may be used for. @param {Key} key */
function scope(key) {
  const parts = [
    key.allowed_models.length ? html`<span class="mono">${key.allowed_models.join(", ")}</span>` : nothing,
    key.allowed_addresses.length ? t(words.networks, { networks: key.allowed_addresses.join(", ") }) : nothing,
    key.only_dedicated ? t(words.dedicated) : nothing,
  ].filter((part) => part !== nothing);
  return parts.length ? parts.map((part, i) => html`${i ? " · " : ""}${part}`) : html`<span class="soft">${t(words.everything)}</span>`;
}

/** The value of a field for a local time. @param {string | null} iso */
function local(iso) {
  if (!iso) {
    return "";
  }
  const at = new Date(iso);
  return new Date(at.getTime() - at.getTimezoneOffset() * 60_000).toISOString().slice(0, 16);
}

customElements.define("page-all-keys", AllKeysPage);
