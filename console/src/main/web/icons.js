// @ts-check
// Icons of 16 units, drawn with the colour of the text around them.
import { html, svg } from "lit";

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
