// @ts-check
import { html, nothing } from "lit";
import { api, isAdministrator } from "../api.js";
import { count } from "../format.js";
import { t } from "../language.js";
import { limitsInWords } from "../limits-dialog.js";
import { peopleTabs, readOnly } from "../operate.js";
import { Page } from "../page.js";
import { go, href } from "../routes.js";
import { close, dialog, empty, field, formValues, head, icon, note, open, rowMenu } from "../ui.js";
import { common } from "../words/common.js";
import { people as words } from "../words/people.js";

/** @typedef {{id: number, name: string, members: number, limits: Record<string, number>}} Team */

/**
 * Teams: users who share limits.
 * @extends {Page<Team[]>}
 */
class PeopleTeams extends Page {
  /** @type {import("lit").PropertyDeclarations} */
  static properties = { wrong: { state: true } };

  constructor() {
    super();
    /** @type {string | undefined} why the last name was refused */
    this.wrong = undefined;
  }

  /** @param {AbortSignal} signal */
  async load(signal) {
    return (await api("/api/admin/teams", { signal })).teams;
  }

  /** @param {Team[]} teams */
  content(teams) {
    const create = html`<button type="button" class="primary" @click=${() => void open(this, "team-new")}>${icon("plus")}${t(words.newTeam)}</button>`;
    return html`${head(t(words.title), { lede: t(words.teamsLede), acts: isAdministrator() ? create : readOnly() })}${peopleTabs("teams")}
      ${teams.length ? this.table(teams) : empty({ title: t(words.noTeams), reason: t(words.noTeamsReason) })}
      ${isAdministrator() ? this.createDialog() : nothing}<limits-dialog @saved=${this.again}></limits-dialog>`;
  }

  /** @param {Team[]} teams */
  table(teams) {
    return html`<section aria-label=${t(words.teams)}><table class="cards"><thead><tr><th scope="col">${t(words.team)}</th><th scope="col" class="num">${t(words.members)}</th><th scope="col">${t(words.together)}</th><th scope="col"><span class="vh">${t(common.actions)}</span></th></tr></thead>
      <tbody>${teams.map(
        (team) => html`<tr><th scope="row">${team.name}</th><td class="num" data-l=${t(words.members)}><a href=${href("/operate/people", { team: team.id })}>${count(team.members)}</a></td>
          <td class="full" data-l=${t(words.together)}>${limitsInWords(team.limits) || html`<span class="soft">${t(words.noLimit)}</span>`}</td><td class="num corner">${rowMenu("team-" + team.id, team.name, this.actions(team))}</td></tr>`,
      )}</tbody></table></section>`;
  }

  /** @param {Team} team */
  actions(team) {
    const path = "/api/admin/teams/" + team.id;
    return [
      { text: t(words.showMembers), act: () => go("/operate/people", { team: team.id }) },
      isAdministrator() && { text: t(words.limits), act: () => this.limits(team) },
      isAdministrator() && { text: t(common.remove), danger: true, act: () => this.ask({ title: t(words.removeTeamTitle, { name: team.name }), body: t(words.removeTeamBody), label: t(common.remove), act: () => api(path, { method: "DELETE" }) }) },
    ];
  }

  /** @param {Team} team */
  limits(team) {
    const dialogElement = /** @type {{show: (target: import("../limits-dialog.js").Target) => void}} */ (/** @type {unknown} */ (this.querySelector("limits-dialog")));
    dialogElement.show({ name: team.name, limits: team.limits, save: (body) => api(`/api/admin/teams/${team.id}/limits`, { method: "PUT", body }) });
  }

  createDialog() {
    /** @param {SubmitEvent} event */
    const create = async (event) => {
      const { name } = formValues(event);
      this.wrong = undefined;
      if (await this.change(() => api("/api/admin/teams", { body: { name } }))) {
        /** @type {HTMLFormElement} */ (event.target).reset();
        /** @type {HTMLDialogElement | null} */ (this.querySelector("#team-new"))?.close();
      } else {
        this.wrong = this.problem?.message;
        this.problem = undefined;
      }
    };
    return dialog("team-new", t(words.newTeam), html`<form id="team-new-form" class="stack" @submit=${create}>${this.wrong ? note("bad", this.wrong, { alert: true }) : nothing}${field("name", t(words.name), { required: true })}</form>`,
      html`<button type="button" @click=${close}>${t(common.cancel)}</button><button class="primary" form="team-new-form" ?disabled=${this.busy}>${t(words.create)}</button>`);
  }
}

customElements.define("people-teams", PeopleTeams);
