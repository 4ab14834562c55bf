// @ts-check
import { html, nothing } from "lit";
import { api } from "../api.js";
import { ago, count, day, money, tokens } from "../format.js";
import "../key-snippets.js";
import { t } from "../language.js";
import { Page } from "../page.js";
import { href } from "../routes.js";
import { clients } from "../snippets.js";
import { close, copyButton, dialog, empty, failure, field, formValues, head, icon, open, rowMenu } from "../ui.js";
import { common } from "../words/common.js";
import { keys as words } from "../words/keys.js";

/**
 * @typedef {{id: number, name: string | null, key_preview: string, is_active: boolean, allowed_models: string[], allowed_addresses: string[],
 *   only_dedicated: boolean, limits: Record<string, number>, created_at: string, last_used_at: string | null, expires_at: string | null, key?: string}} Key
 * @typedef {{id: number | string, what: string, per: string, used: number, limit: number}} Limit
 * @typedef {{keys: Key[], limits: Limit[]}} KeysData
 */

const LIMITS = /** @type {const} */ ([
  ["requests_per_minute", words.perMinute],
  ["requests_per_day", words.perDay],
  ["tokens_per_day", words.tokensPerDay],
  ["usd_per_day", words.usdPerDay],
  ["usd_per_month", words.usdPerMonth],
]);

/**
 * My keys, and how each tool is set up.
 * @extends {Page<KeysData>}
 */
class KeysPage extends Page {
  /** @type {import("lit").PropertyDeclarations} */
  static properties = { created: { state: true }, editing: { state: true } };

  constructor() {
    super();
    this.renewAfter = 60_000;
    this.wantsEvents = true;
    /** @type {Key | undefined} the key that was just made */
    this.created = undefined;
    /** @type {Key | "new" | undefined} */
    this.editing = undefined;
  }

  /** @param {AbortSignal} signal @returns {Promise<KeysData>} */
  async load(signal) {
    const [keys, limits] = await Promise.all([api("/api/api-keys", { signal }), api("/api/usage/limits", { signal })]);
    return { keys, limits: (limits.limits ?? []).filter((/** @type {{of: string}} */ limit) => limit.of === "key") };
  }

  /** @param {import("../live.js").LiveEvent} event */
  onEvent(event) {
    if (event.type === "request") {
      clearTimeout(this.timer);
      this.timer = setTimeout(this.again, 2000);
    }
  }

  /** @param {KeysData} data */
  content(data) {
    const create = html`<button type="button" class="primary" @click=${() => this.edit("new")}>${icon("plus")}${t(words.create)}</button>`;
    return html`${head(t(words.title), { lede: t(words.lede), acts: html`${this.age()}${create}` })}
      ${data.keys.length ? this.list(data) : empty({ title: t(words.emptyTitle), reason: t(words.emptyReason), acts: create })}
      ${addresses()}${this.editDialog()}${this.createdDialog()}`;
  }

  /** @param {KeysData} data */
  list(data) {
    return html`<section aria-label=${t(words.mine)}><table class="cards roomy"><thead><tr><th scope="col">${t(words.name)}</th><th scope="col">${t(words.prefix)}</th><th scope="col">${t(words.may)}</th><th scope="col">${t(words.limits)}</th><th scope="col">${t(words.lastUsed)}</th><th scope="col">${t(words.expires)}</th><th scope="col">${t(words.state)}</th><th scope="col"><span class="vh">${t(common.actions)}</span></th></tr></thead>
      <tbody>${data.keys.map((key) => this.row(key, data))}</tbody></table></section>`;
  }

  /** @param {Key} key @param {KeysData} data */
  row(key, data) {
    const name = key.name ?? key.key_preview;
    const expired = key.expires_at !== null && new Date(key.expires_at).getTime() < Date.now();
    const state = expired ? words.expired : key.is_active ? words.active : words.inactive;
    return html`<tr class=${key.is_active && !expired ? "" : "off-row"}><th scope="row"><a class="rowlink" href=${href("/usage", { key: key.id })}>${name}</a></th>
      <td class="mono small" data-l=${t(words.prefix)}>${key.key_preview}</td><td class="small full">${key.allowed_models.length ? html`<span class="mono">${key.allowed_models.slice(0, 3).join(", ")}</span>${key.allowed_models.length > 3 ? " …" : ""}` : t(words.allModels)}</td>
      <td class="small full">${this.limitsOf(key, data)}</td><td data-l=${t(words.lastUsed)}>${key.last_used_at ? ago(key.last_used_at) : t(common.never)}</td>
      <td class="drop">${key.expires_at ? day(key.expires_at) : t(common.never)}</td><td data-l=${t(words.state)}>${t(state)}</td>
      <td class="num corner">${rowMenu("menu-" + key.id, name, [
        { text: t(words.edit), act: () => this.edit(key) },
        { text: t(words.rotate), act: () => this.rotate(key) },
        { text: t(key.is_active ? words.turnOff : words.turnOn), act: () => void this.change(() => api(`/api/api-keys/${key.id}/status`, { method: "PATCH", body: { is_active: !key.is_active } })) },
        { text: t(words.remove), danger: true, act: () => this.ask({ title: t(words.removeTitle, { name }), body: t(words.removeBody), label: t(words.remove), act: () => api("/api/api-keys/" + key.id, { method: "DELETE" }) }) },
      ])}</td></tr>`;
  }

  /** What is used of each limit. @param {Key} key @param {KeysData} data */
  limitsOf(key, data) {
    const used = data.limits.filter((limit) => String(limit.id) === String(key.id));
    if (!used.length) {
      return Object.keys(key.limits).length ? Object.entries(key.limits).map(([limit, value]) => `${limit}: ${value}`).join(", ") : t(common.none);
    }
    return used.map((limit) => html`<span class="nowrap">${shown(limit, limit.used)} / ${shown(limit, limit.limit)} ${limit.per}</span> `);
  }

  /** @param {Key | "new"} key */
  edit(key) {
    this.editing = key;
    this.problem = undefined;
    void open(this, "edit");
  }

  /** @param {Key} key */
  rotate(key) {
    const name = key.name ?? key.key_preview;
    this.ask({
      title: t(words.rotateTitle, { name }),
      body: t(words.rotateBody),
      label: t(words.rotate),
      act: async () => this.show(await api(`/api/api-keys/${key.id}/rotate`, { body: { overlap_seconds: 3600 } })),
    });
  }

  /** @param {Key} key */
  show(key) {
    this.created = key;
    void open(this, "created");
  }

  /** @param {SubmitEvent} event @param {Key | "new"} key */
  async save(event, key) {
    const values = formValues(event);
    /** @type {Record<string, number>} */
    const limits = key === "new" ? {} : { ...key.limits };
    for (const [name] of LIMITS) {
      delete limits[name];
      if (values[name]) {
        limits[name] = Number(values[name]);
      }
    }
    const body = {
      name: values["name"],
      allowed_models: lines(values["models"]),
      allowed_addresses: lines(values["networks"]),
      expires_at: values["expires"] ? new Date(values["expires"] + "T23:59:59").toISOString() : null,
      only_dedicated: values["only_dedicated"] === "on",
      limits,
    };
    const saved = await this.change(async () => {
      const answer = key === "new" ? await api("/api/api-keys", { body: { ...body, expires_at: body.expires_at ?? undefined } }) : await api("/api/api-keys/" + key.id, { method: "PATCH", body });
      /** @type {HTMLDialogElement | null} */ (this.querySelector("#edit"))?.close();
      if (key === "new") {
        this.show(answer);
      }
    });
    return saved;
  }

  editDialog() {
    const key = this.editing;
    if (!key) {
      return nothing;
    }
    const old = key === "new" ? undefined : key;
    const more = html`<div class="field"><label for="key-models">${t(words.models)}</label><textarea id="key-models" name="models" rows="3" aria-describedby="key-models-about" .value=${(old?.allowed_models ?? []).join("\n")}></textarea><span class="hint" id="key-models-about">${t(words.modelsHint)}</span></div>
      <div class="field"><label for="key-networks">${t(words.networks)}</label><textarea id="key-networks" name="networks" rows="2" aria-describedby="key-networks-about" .value=${(old?.allowed_addresses ?? []).join("\n")}></textarea><span class="hint" id="key-networks-about">${t(words.networksHint)}</span></div>
      ${field("expires", t(words.expiry), { type: "date", value: old?.expires_at?.slice(0, 10) ?? "", hint: t(words.expiryHint) })}
      <label class="check"><input type="checkbox" name="only_dedicated" .checked=${old?.only_dedicated ?? false}>${t(words.onlyOwn)}</label>
      <fieldset><legend>${t(words.limits)}</legend><div class="models">${LIMITS.map(([name, text]) => field(name, t(text), { type: "number", min: 0, step: "any", value: old?.limits[name] === undefined ? "" : String(old.limits[name]) }))}</div><span class="hint">${t(words.limitHint)}</span></fieldset>`;
    return dialog(
      "edit",
      old ? t(words.edit) + ": " + (old.name ?? old.key_preview) : t(words.newTitle),
      html`<form id="edit-form" class="stack" @submit=${(/** @type {SubmitEvent} */ event) => void this.save(event, key)}>${this.problem ? failure(this.problem) : nothing}
        ${field("name", t(words.name), { value: old?.name ?? "", hint: t(words.nameHint), required: true })}${old ? more : html`<details class="astable"><summary>${t(words.more)}</summary><div class="stack">${more}</div></details>`}</form>`,
      html`<span class="first small soft">${old ? nothing : t(words.laterHint)}</span><button type="button" @click=${close}>${t(common.cancel)}</button><button class="primary" form="edit-form">${t(old ? common.save : words.create)}</button>`,
      () => (this.editing = undefined),
    );
  }

  createdDialog() {
    const key = this.created;
    return key?.key
      ? dialog("created", t(words.yourKey, { name: key.name ?? "" }), html`<key-snippets .secret=${key.key} .keyId=${key.id}></key-snippets>`, html`<button type="button" @click=${close}>${t(common.done)}</button>`, () => (this.created = undefined))
      : nothing;
  }
}

/** The lines of a text that are not empty. @param {string | undefined} text */
function lines(text) {
  return (text ?? "").split("\n").map((line) => line.trim()).filter((line) => line);
}

/** @param {Limit} limit @param {number} value */
function shown(limit, value) {
  return limit.what === "usd" ? money(value) : limit.what === "tokens" ? tokens(value) : count(value);
}

function addresses() {
  return html`<section><div class="sec"><h2>${t(words.addresses)}</h2><span class="soft small">${t(words.addressesHint)}</span></div>
    <table class="cards"><thead><tr><th scope="col">${t(words.tool)}</th><th scope="col">${t(words.baseUrl)}</th><th scope="col">${t(words.where)}</th><th scope="col"><span class="vh">${t(common.copy)}</span></th></tr></thead>
    <tbody>${clients.filter((client) => client.where).map((client) => html`<tr><th scope="row">${client.name}</th><td class="mono full">${location.origin}${client.path}</td><td class="small soft full">${client.where}</td><td class="num corner">${copyButton(location.origin + client.path, "", t(words.copyAddress, { name: client.name }))}</td></tr>`)}</tbody></table></section>`;
}

customElements.define("page-keys", KeysPage);
