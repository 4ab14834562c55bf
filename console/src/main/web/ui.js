// @ts-check
// The parts that pages are made of. Each returns a template; none keeps a state.
import { html, nothing, svg } from "lit";
import { t } from "./language.js";
import { time } from "./format.js";
import { common, standings } from "./words/common.js";

/** @typedef {import("./api.js").ApiError} ApiError */
/** @typedef {"ready" | "resting" | "spent" | "revoked" | "off"} Standing */

/** Icons of 16 units, drawn with the colour of the text around them. */
const paths = {
  home: svg`<path d="M2.5 7.5 8 3l5.5 4.5V13a.5.5 0 0 1-.5.5H3a.5.5 0 0 1-.5-.5z"/><path d="M6.5 13.5v-4h3v4"/>`,
  pool: svg`<circle cx="5" cy="5" r="2.5"/><circle cx="11.5" cy="5.5" r="1.8"/><circle cx="5.5" cy="11.5" r="1.8"/><circle cx="11.5" cy="11" r="2.5"/>`,
  accounts: svg`<rect x="2.5" y="3" width="11" height="4" rx="1"/><rect x="2.5" y="9" width="11" height="4" rx="1"/><path d="M5 5h.01M5 11h.01"/>`,
  keys: svg`<circle cx="5.5" cy="10.5" r="2.8"/><path d="m7.5 8.5 5-5M10.5 5.5l2 2"/>`,
  usage: svg`<path d="M2.5 13.5h11M4.5 11V8M8 11V3.5M11.5 11V6"/>`,
  playground: svg`<path d="m3 4.5 3.5 3.5L3 11.5M8 12h5"/>`,
  health: svg`<path d="M1.5 8.5h3l2-4.5 3 8 2-3.5h3"/>`,
  people: svg`<circle cx="6" cy="5.5" r="2.5"/><path d="M1.5 13.5c0-2.5 2-4 4.5-4s4.5 1.5 4.5 4M11 3.3a2.5 2.5 0 0 1 0 4.4M12 9.8c1.6.6 2.5 1.9 2.5 3.7"/>`,
  models: svg`<path d="m8 2 5.5 3v6L8 14l-5.5-3V5z"/><path d="M2.5 5 8 8l5.5-3M8 8v6"/>`,
  audit: svg`<path d="M3.5 2.5h9v11h-9z"/><path d="M5.5 5.5h5M5.5 8h5M5.5 10.5h3"/>`,
  settings: svg`<path d="M2.5 4.5h6M11.5 4.5h2M2.5 11.5h2M7.5 11.5h6"/><circle cx="10" cy="4.5" r="1.5"/><circle cx="6" cy="11.5" r="1.5"/>`,
  backup: svg`<path d="M2.5 5.5h11v8h-11zM4.5 2.5h7l2 3h-11z"/><path d="M6 8.5h4"/>`,
  more: svg`<path d="M3 8h.01M8 8h.01M13 8h.01" stroke-width="2.2"/>`,
  updown: svg`<path d="m5 6 3-3 3 3M5 10l3 3 3-3"/>`,
  plus: svg`<path d="M8 3v10M3 8h10"/>`,
  close: svg`<path d="m4 4 8 8M12 4l-8 8"/>`,
  copy: svg`<rect x="5.5" y="5.5" width="8" height="8" rx="1"/><path d="M3.5 10.5h-1v-8h8v1"/>`,
  bad: svg`<circle cx="8" cy="8" r="6"/><path d="m5.8 5.8 4.4 4.4M10.2 5.8l-4.4 4.4"/>`,
  warn: svg`<path d="M8 2.5 14 13H2z"/><path d="M8 6.5v3M8 11.2h.01"/>`,
  good: svg`<circle cx="8" cy="8" r="6"/><path d="m5.3 8.2 1.9 1.9 3.5-4"/>`,
  info: svg`<circle cx="8" cy="8" r="6"/><path d="M8 7.5v3.5M8 5.2h.01"/>`,
};

/** @typedef {keyof typeof paths} IconName */

/**
 * An icon. It is decoration: the words beside it say what it means.
 * @param {IconName} name
 */
export function icon(name) {
  return html`<svg class="icon" viewBox="0 0 16 16" aria-hidden="true">${paths[name]}</svg>`;
}

/** The sign of the program. */
export function sign() {
  return html`<svg viewBox="0 0 24 24" fill="none" stroke="currentColor" stroke-width="1.8" aria-hidden="true"><circle cx="12" cy="12" r="5.2"/><circle cx="12" cy="3.4" r="1.9" fill="currentColor" stroke="none"/><circle cx="20.6" cy="12" r="1.9" fill="currentColor" stroke="none"/><circle cx="12" cy="20.6" r="1.9" fill="currentColor" stroke="none"/><circle cx="3.4" cy="12" r="1.3" stroke-width="1.2"/></svg>`;
}

const shapes = {
  ready: svg`<circle class="solid" cx="8" cy="8" r="6"/>`,
  resting: svg`<path class="solid" d="M10.5 1.8A6.5 6.5 0 1 0 14.2 10 5 5 0 0 1 10.5 1.8z"/>`,
  spent: svg`<circle cx="8" cy="8" r="5.5"/>`,
  revoked: svg`<path d="m3 3 10 10M13 3 3 13"/>`,
  off: svg`<path d="M5.5 3v10M10.5 3v10" stroke-width="2.6"/>`,
};

const plates = {
  resting: svg`<path class="food" d="M18 8.5A8 8 0 1 0 23.5 18.5 6.3 6.3 0 0 1 18 8.5z"/>`,
  spent: svg`<circle cx="16" cy="16" r="8"/>`,
  revoked: svg`<path d="m11 11 10 10M21 11 11 21" stroke-width="2.2"/>`,
  off: svg`<path d="M13 11v10M19 11v10" stroke-width="2.6"/>`,
};

/** A standing that this console knows; another one counts as off. @param {string} standing @returns {Standing} */
export function known(standing) {
  return standing in shapes ? /** @type {Standing} */ (standing) : "off";
}

/**
 * A standing: shape, word and colour, with the time when it ends.
 * @param {string} standing
 * @param {string | null} [until] ISO 8601
 */
export function standingBadge(standing, until) {
  const name = known(standing);
  return html`<span class="standing ${name}"><svg viewBox="0 0 16 16" aria-hidden="true">${shapes[name]}</svg>${t(standings[name])}
    ${until && name !== "ready" ? html`<small>${t(standings.until, { time: time(until) })}</small>` : nothing}</span>`;
}

/**
 * An account as a plate: filled by its free places if it is ready, otherwise the shape of its standing.
 * @param {string} standing
 * @param {number} [free] free places as a part of all, 0 to 1
 */
export function plate(standing, free = 1) {
  const name = known(standing);
  return html`<svg class="plate" viewBox="0 0 32 32" aria-hidden="true"><circle class="rim" cx="16" cy="16" r="14.5"/>${
    name === "ready" ? svg`<circle class="gone" cx="16" cy="16" r="9"/>${slice(free)}` : plates[name]
  }</svg>`;
}

/** An empty plate, for pages without data. */
export function emptyPlate() {
  return html`<svg class="plate" viewBox="0 0 32 32" aria-hidden="true"><circle class="rim" cx="16" cy="16" r="14.5"/><circle cx="16" cy="16" r="8"/></svg>`;
}

/** @param {number} part */
function slice(part) {
  if (part >= 0.995) {
    return svg`<circle class="food" cx="16" cy="16" r="9"/>`;
  }
  if (part <= 0.005) {
    return nothing;
  }
  const angle = part * 2 * Math.PI;
  const x = (16 + 9 * Math.sin(angle)).toFixed(2);
  const y = (16 - 9 * Math.cos(angle)).toFixed(2);
  return svg`<path class="food" d="M16 16V7A9 9 0 ${part > 0.5 ? 1 : 0} 1 ${x} ${y}z"/>`;
}

/**
 * A notice: something that happened, why, and what to do.
 * @param {"bad" | "warn" | "good" | "info"} kind
 * @param {unknown} title the sentence
 * @param {{body?: unknown, acts?: unknown, alert?: boolean}} [more] alert: read aloud, because it has just happened
 */
export function note(kind, title, { body, acts, alert = false } = {}) {
  return html`<div class="note ${kind}" role=${alert ? "alert" : nothing}>${icon(kind)}<p class="strong">${title}</p>
    ${body ? html`<p>${body}</p>` : nothing}${acts ? html`<div class="acts">${acts}</div>` : nothing}</div>`;
}

/**
 * An error of the API, with its request id.
 * @param {ApiError} error
 * @param {{again?: () => void, stale?: boolean, title?: string}} [more] stale: older data is still shown
 */
export function failure(error, { again, stale = false, title } = {}) {
  const acts = html`${error.requestId ? html`<span class="soft mono small">${t(common.requestId, { id: error.requestId })}</span>${copyButton(error.requestId, "quiet")}` : nothing}
    ${again ? html`<button type="button" class="quiet" @click=${again}>${t(common.tryNow)}</button>` : nothing}`;
  const heading = title ?? (stale ? t(common.staleTitle) : error.message);
  return note(stale ? "warn" : "bad", heading, { body: heading === error.message ? undefined : error.message, acts, alert: true });
}

/**
 * How old the data of a page is.
 * @param {Date | undefined} at
 * @param {{live?: boolean, stale?: boolean, again?: () => void}} [state]
 */
export function asOf(at, { live = false, stale = false, again } = {}) {
  if (!at) {
    return nothing;
  }
  const text = t(stale ? common.stale : live ? common.live : common.asOf, { time: time(at.toISOString(), true) });
  return html`<span class="asof ${stale ? "stale" : ""}">${text}</span>${stale && again ? html`<button type="button" @click=${again}>${t(common.tryNow)}</button>` : nothing}`;
}

/**
 * The place of data that is not there yet.
 * @param {{title: unknown, reason: unknown, acts?: unknown}} parts
 */
export function empty({ title, reason, acts }) {
  return html`<section class="empty">${emptyPlate()}<h2>${title}</h2><p>${reason}</p>${acts ? html`<div class="acts">${acts}</div>` : nothing}</section>`;
}

/**
 * A horizontal bar; the number stands beside it.
 * @param {number} part 0 to 1
 * @param {boolean} [mine] in the accent; else grey
 */
export function bar(part, mine = true) {
  const width = Math.max(0, Math.min(100, part * 100)).toFixed(1);
  return html`<svg class="bar" viewBox="0 0 100 6" preserveAspectRatio="none" aria-hidden="true"><rect class=${mine ? "" : "s3"} width=${width} height="6"/></svg>`;
}

/**
 * A button that copies a text and says so for two seconds.
 * @param {string} text
 * @param {string} [look] classes
 * @param {string} [label] what is copied, for screen readers; then the button shows an icon only
 */
export function copyButton(text, look = "", label) {
  return html`<button type="button" class=${label ? "icon-only " + look : look} aria-label=${label ?? nothing} @click=${(/** @type {Event} */ event) => copy(event, text)}>${label ? icon("copy") : t(common.copy)}</button>`;
}

/** @param {Event} event @param {string} text */
async function copy(event, text) {
  const button = /** @type {HTMLElement} */ (event.currentTarget);
  await navigator.clipboard.writeText(text);
  button.dataset["copied"] = t(common.copied);
  button.classList.add("was-copied");
  setTimeout(() => button.classList.remove("was-copied"), 2000);
}

/**
 * A block of code with a copy button.
 * @param {string} code
 * @param {{wrap?: boolean}} [look]
 */
export function codeBlock(code, { wrap = false } = {}) {
  return html`<div class="code ${wrap ? "wrap" : ""}"><pre tabindex="0">${code}</pre>${copyButton(code)}</div>`;
}

/**
 * A choice of two to four views, as links.
 * @param {string} label
 * @param {readonly {text: string, href: string, current: boolean}[]} views
 */
export function views(label, views) {
  return html`<nav class="seg" aria-label=${label}>${views.map((view) => html`<a href=${view.href} aria-current=${view.current ? "true" : nothing}>${view.text}</a>`)}</nav>`;
}

/**
 * A choice of two to four values, as radio buttons.
 * @param {string} name
 * @param {string} label
 * @param {readonly {value: string, text: string}[]} choices
 * @param {string} value
 * @param {(value: string) => void} change
 */
export function segments(name, label, choices, value, change) {
  return html`<fieldset class="seg"><legend class="vh">${label}</legend>${choices.map(
    (choice) => html`<label><input type="radio" name=${name} value=${choice.value} .checked=${choice.value === value} @change=${() => change(choice.value)}>${choice.text}</label>`,
  )}</fieldset>`;
}

/**
 * A field of a form, with its hint or its error.
 * @param {string} name
 * @param {string} label
 * @param {{type?: string, value?: string, hint?: unknown, error?: string | undefined, autocomplete?: string, placeholder?: string, required?: boolean, min?: number, max?: number, step?: number | "any", input?: (value: string) => void}} [more]
 */
export function field(name, label, { type = "text", value, hint, error, autocomplete, placeholder, required = false, min, max, step, input } = {}) {
  const described = error || hint ? name + "-about" : nothing;
  return html`<div class="field"><label for=${name}>${label}</label>
    <input id=${name} name=${name} type=${type} .value=${value ?? ""} ?required=${required} autocomplete=${autocomplete ?? "off"} placeholder=${placeholder ?? nothing}
      min=${min ?? nothing} max=${max ?? nothing} step=${step ?? nothing} aria-describedby=${described} aria-invalid=${error ? "true" : nothing}
      @input=${(/** @type {Event} */ event) => input?.(/** @type {HTMLInputElement} */ (event.target).value)}>
    ${error ? html`<span class="hint wrong" id="${name}-about">${error}</span>` : hint ? html`<span class="hint" id="${name}-about">${hint}</span>` : nothing}</div>`;
}

/**
 * The values of a form by the names of its fields.
 * @param {SubmitEvent} event
 * @returns {Record<string, string>}
 */
export function formValues(event) {
  event.preventDefault();
  const form = /** @type {HTMLFormElement} */ (event.target);
  return Object.fromEntries([...new FormData(form)].map(([name, value]) => [name, String(value)]));
}

/**
 * A menu of rare actions of a row. The id must be unique on the page.
 * @param {string} id
 * @param {string} name what the actions are for
 * @param {readonly ({text: string, act: () => void, danger?: boolean} | false | undefined | null | "")[]} actions
 */
export function rowMenu(id, name, actions) {
  return html`<button type="button" class="icon-only" popovertarget=${id} aria-label=${t(common.more, { name })}>${icon("more")}</button>
    <div class="menu" id=${id} popover @toggle=${place} @keydown=${arrows}>${actions.map((action) =>
      action
        ? html`<button type="button" class=${action.danger ? "danger" : ""} @click=${(/** @type {Event} */ event) => {
            /** @type {HTMLElement} */ (/** @type {HTMLElement} */ (event.currentTarget).parentElement).hidePopover();
            action.act();
          }}>${action.text}</button>`
        : nothing,
    )}</div>`;
}

/** Puts an open menu below its button, within the window. @param {Event} event */
export function place(event) {
  const menu = /** @type {HTMLElement} */ (event.currentTarget);
  const button = document.querySelector(`[popovertarget="${menu.id}"]`);
  if (/** @type {ToggleEvent} */ (event).newState !== "open" || !button) {
    return;
  }
  const at = button.getBoundingClientRect();
  const size = menu.getBoundingClientRect();
  const below = at.bottom + 4 + size.height <= innerHeight;
  menu.style.top = Math.max(8, below ? at.bottom + 4 : at.top - 4 - size.height) + "px";
  menu.style.left = Math.max(8, Math.min(at.right - size.width, innerWidth - size.width - 8)) + "px";
  /** @type {HTMLElement | null} */ (menu.querySelector("button, a"))?.focus();
}

/** Moves the focus in a menu by the arrow keys. @param {KeyboardEvent} event */
export function arrows(event) {
  const step = { ArrowDown: 1, ArrowUp: -1 }[event.key];
  if (step) {
    event.preventDefault();
    const items = [.../** @type {HTMLElement} */ (event.currentTarget).querySelectorAll("button, a")];
    const next = items[(items.indexOf(/** @type {Element} */ (document.activeElement)) + step + items.length) % items.length];
    /** @type {HTMLElement} */ (next).focus();
  }
}

/**
 * A dialog with a header, a scrolling body and a footer. Open it with `open(this, id)`.
 * @param {string} id
 * @param {unknown} title
 * @param {unknown} body
 * @param {unknown} footer
 * @param {() => void} [closed]
 */
export function dialog(id, title, body, footer, closed) {
  return html`<dialog id=${id} aria-labelledby="${id}-title" @close=${() => closed?.()}><header><h2 id="${id}-title">${title}</h2>
    <button type="button" class="icon-only" aria-label=${t(common.close)} @click=${close}>${icon("close")}</button></header>
    <div class="dialog-body">${body}</div><footer>${footer}</footer></dialog>`;
}

/** Closes the dialog around a button. @param {Event} event */
export function close(event) {
  /** @type {HTMLElement} */ (event.currentTarget).closest("dialog")?.close();
}

/**
 * Opens a dialog of a page once it is drawn.
 * @param {import("lit").LitElement} page
 * @param {string} id
 */
export async function open(page, id) {
  await page.updateComplete;
  const found = /** @type {HTMLDialogElement | null} */ (page.querySelector("#" + id));
  if (found && !found.open) {
    found.showModal();
  }
}

/**
 * The second level of the navigation.
 * @param {string} label
 * @param {readonly {text: string, href: string, current?: boolean}[]} links
 */
export function subnav(label, links) {
  return html`<nav class="subnav" aria-label=${label}>${links.map((link) => html`<a href=${link.href} aria-current=${link.current ? "page" : nothing}>${link.text}</a>`)}</nav>`;
}

/**
 * The head of a page.
 * @param {unknown} title
 * @param {{lede?: unknown, acts?: unknown, say?: boolean}} [parts] say: the large sentence of Home
 */
export function head(title, { lede, acts, say = false } = {}) {
  return html`<div class="head"><div><h1 class=${say ? "say" : nothing} tabindex="-1">${title}</h1>${lede ? html`<p class="lede">${lede}</p>` : nothing}</div>
    ${acts ? html`<div class="head-act">${acts}</div>` : nothing}</div>`;
}
