// @ts-check
// The language of the console. A message is one row with both texts; `{name}` is a place for a value.

/** @typedef {readonly [en: string, zh: string]} Row */
/** @typedef {"en" | "zh"} Language */

const KEY = "potluck.language";

/** @type {Language} */
let current = stored() ?? (navigator.language.toLowerCase().startsWith("zh") ? "zh" : "en");

/** @returns {Language | undefined} */
function stored() {
  const value = localStorage.getItem(KEY);
  return value === "en" || value === "zh" ? value : undefined;
}

/** The language that is shown. */
export function language() {
  return current;
}

/** The locale for `Intl`. */
export function locale() {
  return current === "zh" ? "zh-CN" : "en-GB";
}

/**
 * Shows another language and keeps it for this browser.
 * @param {Language} next
 */
export function setLanguage(next) {
  current = next;
  localStorage.setItem(KEY, next);
  document.documentElement.lang = next === "zh" ? "zh-CN" : "en";
  dispatchEvent(new Event("potluck-language"));
}

/**
 * The text of a message in the language that is shown.
 * @param {Row} row
 * @param {Record<string, string | number>} [values] by the names in braces
 * @returns {string}
 */
export function t(row, values) {
  const text = row[current === "zh" ? 1 : 0];
  if (!values) {
    return text;
  }
  return text.replace(/\{(\w+)\}/g, (place, name) => (name in values ? String(values[name]) : place));
}

/**
 * Declares messages: rows whose names and both texts the type checker knows.
 * @template {Record<string, Row>} T
 * @param {T} rows
 * @returns {T}
 */
export function messages(rows) {
  return rows;
}

document.documentElement.lang = current === "zh" ? "zh-CN" : "en";
