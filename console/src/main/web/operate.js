// @ts-check
// Parts that the pages of operators share.
import { html, nothing } from "lit";
import { isAdministrator } from "./api.js";
import { count } from "./format.js";
import { t } from "./language.js";
import { go, href } from "./routes.js";
import { copyButton, note, subnav } from "./ui.js";
import { common } from "./words/common.js";
import { people as words } from "./words/people.js";

/**
 * Changes one part of the address and keeps the others; the page loads again. A change goes back to the first rows.
 * @param {string} path
 * @param {URLSearchParams} query
 * @param {Record<string, string | number | null>} change
 */
export function filter(path, query, change) {
  go(path, { ...Object.fromEntries(query), offset: null, ...change }, true);
}

/** @type {number | undefined} */
let typing;

/**
 * A search field; what is typed arrives a moment after the last key.
 * @param {string} id
 * @param {string} placeholder
 * @param {string} value
 * @param {(value: string) => void} search
 */
export function searchField(id, placeholder, value, search) {
  return html`<label class="vh" for=${id}>${t(common.search)}</label><input id=${id} type="search" placeholder=${placeholder} .value=${value} autocomplete="off" @input=${(/** @type {Event} */ event) => {
    const { value: typed } = /** @type {HTMLInputElement} */ (event.target);
    clearTimeout(typing);
    typing = setTimeout(() => search(typed.trim()), 250);
  }}>`;
}

/**
 * A choice of a filter; the first is "all".
 * @param {string} label
 * @param {readonly {value: string, text: string}[]} choices
 * @param {string} value
 * @param {(value: string) => void} change
 */
export function choice(label, choices, value, change) {
  return html`<label>${label} <select @change=${(/** @type {Event} */ event) => change(/** @type {HTMLSelectElement} */ (event.target).value)}><option value="" ?selected=${!value}>${t(common.all)}</option>${choices.map(
    (each) => html`<option value=${each.value} ?selected=${each.value === value}>${each.text}</option>`,
  )}</select></label>`;
}

/**
 * The rows that are shown, of how many, and links to the others.
 * @param {string} path
 * @param {URLSearchParams} query
 * @param {{offset: number, shown: number, total: number, limit: number}} rows
 */
export function pager(path, query, { offset, shown, total, limit }) {
  if (total <= limit && !offset) {
    return nothing;
  }
  const all = Object.fromEntries(query);
  return html`<div class="pager"><span>${t(words.range, { from: count(offset + 1), to: count(offset + shown), total: count(total) })}</span><span class="push"></span>
    ${offset > 0 ? html`<a class="button" href=${href(path, { ...all, offset: Math.max(0, offset - limit) || null })}>${t(common.previous)}</a>` : html`<button type="button" disabled>${t(common.previous)}</button>`}
    ${offset + shown < total ? html`<a class="button" href=${href(path, { ...all, offset: offset + limit })}>${t(common.next)}</a>` : html`<button type="button" disabled>${t(common.next)}</button>`}</div>`;
}

/**
 * A link that is shown once, with a button that copies it.
 * @param {string} title
 * @param {string} body
 * @param {string} link
 * @param {() => void} done takes the notice away
 */
export function linkOnce(title, body, link, done) {
  return note("good", title, { body: html`${body}<span class="secret form"><code>${link}</code>${copyButton(link, "primary")}</span>`, acts: html`<button type="button" @click=${done}>${t(common.done)}</button>`, alert: true });
}

/**
 * The address of a page of this console, to send it to somebody.
 * @param {string} path
 * @param {Record<string, string>} query
 */
export function address(path, query) {
  return location.origin + location.pathname + href(path, query);
}

/** What an auditor reads in place of the buttons. */
export function readOnly() {
  return isAdministrator() ? nothing : html`<span class="tag">${t(common.readOnly)}</span>`;
}

/**
 * The tabs of People.
 * @param {"users" | "teams" | "invitations"} current
 */
export function peopleTabs(current) {
  return subnav(t(words.title), [
    { text: t(words.users), href: href("/operate/people"), current: current === "users" },
    { text: t(words.teams), href: href("/operate/people", { tab: "teams" }), current: current === "teams" },
    { text: t(words.invitations), href: href("/operate/people", { tab: "invitations" }), current: current === "invitations" },
  ]);
}
