// @ts-check
import { html, nothing } from "lit";
import { isAdministrator } from "../api.js";
import { ago } from "../format.js";
import { t } from "../language.js";
import { close, dialog } from "../ui.js";
import { common } from "../words/common.js";
import { people as words } from "../words/people.js";

/** @typedef {{id: string, user_agent: string | null, address: string, created_at: string | null, last_seen_at: string | null, expires_at: string | null}} Session */

/**
 * The sessions of a user, in a dialog.
 * @param {{username: string}} person
 * @param {readonly Session[]} sessions
 * @param {(session: Session) => void} end
 */
export function sessionsDialog(person, sessions, end) {
  const body = sessions.length
    ? html`<table class="cards"><thead><tr><th scope="col">${t(words.client)}</th><th scope="col">${t(words.address)}</th><th scope="col">${t(words.lastSeen)}</th><th scope="col"><span class="vh">${t(common.actions)}</span></th></tr></thead><tbody>${sessions.map(
        (session) => html`<tr><th scope="row" class="wrap">${session.user_agent || t(words.unknownClient)}</th><td class="mono small" data-l=${t(words.address)}>${session.address}</td><td data-l=${t(words.lastSeen)}>${ago(session.last_seen_at)}</td>
          <td class="num">${isAdministrator() ? html`<button type="button" @click=${() => end(session)}>${t(words.end)}</button>` : nothing}</td></tr>`,
      )}</tbody></table>`
    : html`<p>${t(words.noSessions, { name: person.username })}</p>`;
  return dialog("sessions", t(words.sessionsOf, { name: person.username }), body, html`<button type="button" @click=${close}>${t(common.close)}</button>`);
}
