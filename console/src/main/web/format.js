// @ts-check
// Numbers and times as people read them. A value that is not known is "–", never zero.
import { language, locale } from "./language.js";

const NONE = "–";

/** @typedef {number | null | undefined} MaybeNumber */
/** @typedef {string | null | undefined} MaybeTime an ISO 8601 time */

/**
 * A whole number with separators.
 * @param {MaybeNumber} value
 */
export function count(value) {
  return value == null ? NONE : new Intl.NumberFormat(locale(), { maximumFractionDigits: 0 }).format(value);
}

/**
 * Tokens, short: 950, 44.3 k, 6.00 M.
 * @param {MaybeNumber} value
 */
export function tokens(value) {
  if (value == null) {
    return NONE;
  }
  for (const [size, unit] of /** @type {const} */ ([[1e9, " G"], [1e6, " M"], [1e3, " k"]])) {
    if (Math.abs(value) >= size) {
      return digits(value / size, 3) + unit;
    }
  }
  return String(Math.round(value));
}

/** @param {number} value @param {number} significant */
function digits(value, significant) {
  return new Intl.NumberFormat(locale(), {
    maximumSignificantDigits: significant,
    minimumSignificantDigits: Math.abs(value) >= 100 ? undefined : significant,
  }).format(value);
}

/**
 * Money in US dollars.
 * @param {MaybeNumber} value
 * @param {number} [places] decimals
 */
export function money(value, places = 2) {
  return value == null ? NONE : minus("$" + fixed(Math.abs(value), places), value);
}

/**
 * An amount of quota.
 * @param {MaybeNumber} value
 * @param {number} [places] decimals
 */
export function quota(value, places = 2) {
  return value == null ? NONE : minus(fixed(Math.abs(value), places), value);
}

/** @param {string} text @param {number} value */
function minus(text, value) {
  return value < 0 ? "−" + text : text;
}

/** @param {number} value @param {number} places */
function fixed(value, places) {
  return new Intl.NumberFormat(locale(), { minimumFractionDigits: places, maximumFractionDigits: places }).format(value);
}

/**
 * A part of a whole, as percent.
 * @param {MaybeNumber} part
 * @param {MaybeNumber} whole
 */
export function percent(part, whole) {
  return part == null || !whole ? NONE : Math.round((part / whole) * 100) + " %";
}

/**
 * A time of day; with the date if it is not today.
 * @param {MaybeTime} iso
 * @param {boolean} [seconds]
 */
export function time(iso, seconds = false) {
  if (!iso) {
    return NONE;
  }
  const at = new Date(iso);
  const clock = at.toLocaleTimeString(locale(), { hour: "2-digit", minute: "2-digit", second: seconds ? "2-digit" : undefined });
  return isToday(at) ? clock : day(iso) + " " + clock;
}

/**
 * A day: 30 Nov, with the year if it is another one.
 * @param {MaybeTime} iso
 */
export function day(iso) {
  if (!iso) {
    return NONE;
  }
  const at = new Date(iso);
  const year = at.getFullYear() === new Date().getFullYear() ? undefined : "numeric";
  return at.toLocaleDateString(locale(), { day: "numeric", month: language() === "zh" ? "long" : "short", year });
}

/**
 * A month: November 2026.
 * @param {string} month "2026-11"
 */
export function monthName(month) {
  return new Date(month + "-15T12:00:00Z").toLocaleDateString(locale(), { month: "long", year: "numeric" });
}

/** @param {Date} at */
function isToday(at) {
  return at.toDateString() === new Date().toDateString();
}

/**
 * A short duration: 850 ms, 3.2 s, 12 min.
 * @param {MaybeNumber} milliseconds
 */
export function duration(milliseconds) {
  if (milliseconds == null) {
    return NONE;
  }
  if (milliseconds < 1000) {
    return Math.round(milliseconds) + " ms";
  }
  const seconds = milliseconds / 1000;
  const zh = language() === "zh";
  return seconds < 60
    ? digits(seconds, seconds < 10 ? 2 : 2) + (zh ? " 秒" : " s")
    : seconds < 7200
      ? Math.round(seconds / 60) + (zh ? " 分钟" : " min")
      : Math.round(seconds / 3600) + (zh ? " 小时" : " h");
}

/**
 * How long ago: "3 min ago", "yesterday".
 * @param {MaybeTime} iso
 */
export function ago(iso) {
  if (!iso) {
    return NONE;
  }
  const seconds = (new Date(iso).getTime() - Date.now()) / 1000;
  const relative = new Intl.RelativeTimeFormat(locale(), { numeric: "auto" });
  for (const [size, unit] of /** @type {const} */ ([[86400, "day"], [3600, "hour"], [60, "minute"]])) {
    if (Math.abs(seconds) >= size) {
      return relative.format(Math.round(seconds / size), unit);
    }
  }
  return relative.format(0, "second");
}
