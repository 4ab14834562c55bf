// @ts-check
import { html, nothing } from "lit";
import { api, isAdministrator } from "../api.js";
import { count, time } from "../format.js";
import { t } from "../language.js";
import { address, linkOnce, peopleTabs, readOnly } from "../operate.js";
import { Page } from "../page.js";
import { close, dialog, empty, field, formValues, head, icon, note, open } from "../ui.js";
import { common } from "../words/common.js";
import { people as words } from "../words/people.js";

/** @typedef {{id: number, preview: string, uses_left: number, uses?: number | null, expires_at: string | null}} Invitation */

/**
 * Invitations that can still be used.
 * @extends {Page<Invitation[]>}
 */
class PeopleInvitations extends Page {
  /** @type {import("lit").PropertyDeclarations} */
  static properties = { link: { state: true }, wrong: { state: true } };

  constructor() {
    super();
    /** @type {{link: string, uses: number, until: string | null} | undefined} the newest one, shown once */
    this.link = undefined;
    /** @type {string | undefined} why the last one was refused */
    this.wrong = undefined;
  }

  /** @param {AbortSignal} signal @returns {Promise<Invitation[]>} */
  async load(signal) {
    return isAdministrator() ? (await api("/api/admin/invitations", { signal })).invitations : [];
  }

  /** @param {Map<string, unknown>} changed */
  updated(changed) {
    if (changed.has("data") && changed.get("data") === undefined && this.query.get("create") && isAdministrator()) {
      void open(this, "invite");
    }
  }

  /** @param {Invitation[]} invitations */
  content(invitations) {
    const create = html`<button type="button" class="primary" @click=${() => void open(this, "invite")}>${icon("plus")}${t(words.invite)}</button>`;
    return html`${head(t(words.title), { lede: t(words.invitationsLede), acts: isAdministrator() ? create : readOnly() })}${peopleTabs("invitations")}
      ${this.link ? html`<section>${linkOnce(t(words.inviteReady), t(words.inviteBody, { uses: count(this.link.uses), until: time(this.link.until) }), this.link.link, () => (this.link = undefined))}</section>` : nothing}
      ${!isAdministrator() ? empty({ title: t(words.onlyAdministrators), reason: t(words.onlyAdministratorsReason) }) : invitations.length ? this.table(invitations) : empty({ title: t(words.noInvitations), reason: t(words.noInvitationsReason) })}
      ${isAdministrator() ? this.createDialog() : nothing}`;
  }

  /** @param {Invitation[]} invitations */
  table(invitations) {
    return html`<section aria-label=${t(words.invitations)}><table class="cards"><thead><tr><th scope="col">${t(words.code)}</th><th scope="col" class="num">${t(words.usesLeft)}</th><th scope="col">${t(words.until)}</th><th scope="col"><span class="vh">${t(common.actions)}</span></th></tr></thead>
      <tbody>${invitations.map(
        (each) => html`<tr><th scope="row" class="mono">${each.preview}</th><td class="num" data-l=${t(words.usesLeft)}>${each.uses ? t(words.usesOf, { left: count(each.uses_left), all: count(each.uses) }) : count(each.uses_left)}</td><td data-l=${t(words.until)}>${time(each.expires_at)}</td>
          <td class="num"><button type="button" @click=${() => this.ask({ title: t(words.withdrawTitle, { code: each.preview }), body: t(words.withdrawBody), label: t(words.withdraw), act: () => api("/api/admin/invitations/" + each.id, { method: "DELETE" }) })}>${t(words.withdraw)}</button></td></tr>`,
      )}</tbody></table></section>`;
  }

  createDialog() {
    /** @param {SubmitEvent} event */
    const create = async (event) => {
      const values = formValues(event);
      this.wrong = undefined;
      const made = await this.change(async () => {
        const { code, invitation } = await api("/api/admin/invitations", { body: { max_uses: Number(values["uses"]), expires_in_days: Number(values["days"]) } });
        this.link = { link: address("/join", { code }), uses: invitation.uses_left, until: invitation.expires_at };
      });
      if (made) {
        /** @type {HTMLDialogElement | null} */ (this.querySelector("#invite"))?.close();
      } else {
        this.wrong = this.problem?.message;
        this.problem = undefined;
      }
    };
    return dialog("invite", t(words.invite), html`<form id="invite-form" class="stack" @submit=${create}>${this.wrong ? note("bad", this.wrong, { alert: true }) : nothing}
      ${field("uses", t(words.uses), { type: "number", min: 1, max: 1000, value: "1", required: true })}${field("days", t(words.days), { type: "number", min: 1, max: 365, value: "7", required: true })}</form>`,
      html`<button type="button" @click=${close}>${t(common.cancel)}</button><button class="primary" form="invite-form" ?disabled=${this.busy}>${t(words.createLink)}</button>`);
  }
}

customElements.define("people-invitations", PeopleInvitations);
