// @ts-check
import { html, nothing } from "lit";
import { api } from "../api.js";
import { count } from "../format.js";
import { language, t } from "../language.js";
import { searchField } from "../operate.js";
import { Page } from "../page.js";
import { copyButton, empty, head, segments } from "../ui.js";
import { settings as words } from "../words/settings.js";

/**
 * @typedef {{en: string, zh: string}} Both
 * @typedef {{name: string, group: Both, value: string | null, set: boolean, origin: "default" | "env" | "file", file: string | null, default: string, says: Both, secret: boolean, deprecated_by: string | null}} Setting
 */

/**
 * The settings of the server, and where each comes from. They can be read only.
 * @extends {Page<Setting[]>}
 */
class SettingsPage extends Page {
  /** @type {import("lit").PropertyDeclarations} */
  static properties = { text: { state: true }, which: { state: true } };

  constructor() {
    super();
    this.text = "";
    /** @type {"all" | "given" | "secret"} */
    this.which = "all";
  }

  /** @param {AbortSignal} signal */
  async load(signal) {
    return (await api("/api/admin/settings", { signal })).settings;
  }

  /** @param {Setting[]} all */
  content(all) {
    const text = this.text.toLowerCase();
    const found = all.filter((each) => (!text || [each.name, each.says.en, each.says.zh].some((value) => value.toLowerCase().includes(text))) && (this.which === "all" || (this.which === "given" ? given(each) : each.secret)));
    /** @type {Map<string, Setting[]>} */
    const groups = new Map();
    for (const setting of found) {
      const group = setting.group[language()];
      groups.set(group, [...(groups.get(group) ?? []), setting]);
    }
    return html`${head(t(words.title), { lede: t(words.lede, { all: count(all.length), given: count(all.filter(given).length) }), acts: html`<span class="soft small">${t(words.copy)}</span>${copyButton(file(all))}` })}
      <div class="filters" role="search">${searchField("setting-search", t(words.searchHint), this.text, (value) => (this.text = value))}
        ${segments("which", t(words.show), [{ value: "all", text: t(words.everything) }, { value: "given", text: t(words.given) }, { value: "secret", text: t(words.secrets) }], this.which, (value) => (this.which = /** @type {"all" | "given" | "secret"} */ (value)))}</div>
      ${groups.size ? [...groups].map(([group, settings]) => section(group, settings)) : empty({ title: t(words.nothing), reason: t(words.nothingReason) })}
      <p class="soft small foot">${t(words.foot)}</p>`;
  }
}

/** @param {Setting} setting */
function given(setting) {
  return setting.origin !== "default";
}

/** What is given here, as lines of a file; without secrets. @param {Setting[]} all */
function file(all) {
  return all.filter((each) => given(each) && !each.deprecated_by).map((each) => (each.secret ? `# ${each.name}=` : `${each.name}=${each.value ?? ""}`)).join("\n") + "\n";
}

/** @param {string} group @param {Setting[]} settings */
function section(group, settings) {
  return html`<section><h2 class="sec">${group}</h2><table class="cards settings"><thead><tr><th scope="col">${t(words.setting)}</th><th scope="col">${t(words.value)}</th><th scope="col">${t(words.from)}</th><th scope="col">${t(words.does)}</th></tr></thead>
    <tbody>${settings.map(
      (setting) => html`<tr><th scope="row" class="setting-name">${setting.name}</th><td class="mono small half">${value(setting)}</td><td class="half">${origin(setting)}</td>
        <td class="soft full">${setting.says[language()]}${setting.deprecated_by ? html` <span class="resting strong">${t(words.former, { name: setting.deprecated_by })}</span>` : nothing}</td></tr>`,
    )}</tbody></table></section>`;
}

/** @param {Setting} setting */
function value(setting) {
  if (setting.secret) {
    return t(setting.set ? words.isSet : words.notSet);
  }
  const unusual = given(setting) && setting.value !== setting.default;
  return html`${setting.value || html`<span class="soft">${t(words.empty)}</span>`}${unusual ? html`<small>${t(words.defaultIs, { value: setting.default || t(words.empty) })}</small>` : nothing}`;
}

/** @param {Setting} setting */
function origin(setting) {
  switch (setting.origin) {
    case "env":
      return html`<span class="origin-env">${t(words.environment)}</span>`;
    case "file":
      return html`<span class="origin-file">${t(words.file, { file: setting.file ?? ".env" })}</span>`;
    default:
      return html`<span class="soft">${t(words.default)}</span>`;
  }
}

customElements.define("page-settings", SettingsPage);
