// @ts-check
// Standings over time, as a strip.
import { html, svg } from "lit";
import { day, time } from "../format.js";
import { locale, t } from "../language.js";
import { known } from "../ui.js";
import { standings } from "../words/common.js";
import { health as words } from "../words/health.js";
import { at, scale } from "./scale.js";

/** @typedef {{from: string, to: string | null, standing: string}} Span */

const WIDTH = 480;

/**
 * A strip. What is not known is grey. Its label names the times in which the account was not ready.
 * @param {readonly Span[]} spans in order of time
 * @param {string} from ISO 8601
 * @param {string} to ISO 8601
 */
export function strip(spans, from, to) {
  const x = scale(Date.parse(from), Date.parse(to), 0, WIDTH);
  const inside = spans.map((span) => ({ ...span, start: Math.max(0, x(Date.parse(span.from))), end: Math.min(WIDTH, x(span.to ? Date.parse(span.to) : Date.parse(to))) })).filter((span) => span.end > span.start);
  return html`<svg class="strip" viewBox="0 0 ${WIDTH} 18" preserveAspectRatio="none" role="img" aria-label=${spanSentence(spans)}>${inside.map(
    (span) => svg`<rect class=${known(span.standing)} x=${at(span.start)} width=${at(Math.max(span.standing === "ready" ? 0 : 2, span.end - span.start))} height="18"/>`,
  )}</svg>`;
}

/** @param {readonly Span[]} spans */
function spanSentence(spans) {
  if (!spans.length) {
    return t(words.notRecorded);
  }
  const other = spans.filter((span) => span.standing !== "ready");
  const told = other.slice(-12).map((span) => t(words.span, { standing: t(standings[known(span.standing)]), from: time(span.from), to: span.to ? time(span.to) : t(words.now) }));
  return told.length ? (other.length > told.length ? "… " : "") + told.join(", ") : t(words.allReady);
}

/**
 * The part of the known time in which a strip is ready; undefined if nothing is known or it was always off.
 * @param {readonly Span[]} spans
 */
export function readyPart(spans) {
  let ready = 0;
  let all = 0;
  for (const span of spans) {
    const length = Date.parse(span.to ?? new Date().toISOString()) - Date.parse(span.from);
    if (span.standing !== "off" && span.standing !== "removed") {
      all += length;
      ready += span.standing === "ready" ? length : 0;
    }
  }
  return all > 0 ? ready / all : undefined;
}

/**
 * The times below the head of a column of strips.
 * @param {string} from ISO 8601
 * @param {string} to ISO 8601
 */
export function stripTicks(from, to) {
  const start = Date.parse(from);
  const step = (Date.parse(to) - start) / 4;
  const long = step > 86_400_000 / 2;
  /** @param {number} i */
  const label = (i) => {
    const iso = new Date(start + i * step).toISOString();
    return long ? day(iso) : i ? new Date(iso).toLocaleTimeString(locale(), { hour: "2-digit", minute: "2-digit" }) : time(iso);
  };
  return html`<span class="ticks"><span>${label(0)}</span><span>${label(1)}</span><span>${label(2)}</span><span class="last"><span>${label(3)}</span><span>${t(words.now)}</span></span></span>`;
}
