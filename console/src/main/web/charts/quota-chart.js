// @ts-check
import { html, nothing, svg } from "lit";
import { quota as amount, time } from "../format.js";
import { t } from "../language.js";
import { home } from "../words/home.js";
import { Chart, at, hourLabel, hours, line, scale, ticks } from "./scale.js";

/** @typedef {{at: string, left: number}} Point */
/**
 * What the chart shows.
 * @typedef {{ceiling: number, left: number, now: string, past: Point[], ifUsed: Point[], ifUnused: Point[],
 *   withAccount?: {ceiling: number, points: Point[]} | undefined, emptyAt?: string | null, fullAt?: string | null,
 *   refusedAt?: string | null, stale?: boolean, sentence: string}} QuotaSeries
 */

/** A quota over the day: what was left, and what will be left with and without use. Recovery comes in steps. */
class QuotaChart extends Chart {
  /** @type {import("lit").PropertyDeclarations} */
  static properties = { series: { attribute: false } };

  constructor() {
    super();
    /** @type {QuotaSeries | undefined} */
    this.series = undefined;
  }

  render() {
    return this.series && this.width ? this.drawing(this.series) : nothing;
  }

  /** @param {QuotaSeries} series */
  drawing(series) {
    const narrow = this.width < 560;
    const width = this.width;
    const height = narrow ? 216 : 262;
    const left = narrow ? 26 : 34;
    const right = width - (narrow ? 2 : 8);
    const bottom = height - 36;
    const now = new Date(series.now).getTime();
    const first = series.past[0] ? new Date(series.past[0].at).getTime() : now;
    const futures = [...series.ifUsed, ...series.ifUnused, ...(series.withAccount?.points ?? [])];
    const until = series.stale ? now + 6 * 3_600_000 : Math.max(now + 3_600_000, ...futures.map((point) => new Date(point.at).getTime()));
    const from = Math.min(first, now - 3_600_000);
    const top = Math.max(series.ceiling, series.withAccount?.ceiling ?? 0, ...series.past.map((point) => point.left));
    const x = scale(from, until, left, right);
    const y = scale(0, top, bottom, 37);
    /** @param {Point[]} points @returns {[number, number][]} */
    const place = (points) => points.map((point) => [x(new Date(point.at).getTime()), y(point.left)]);
    const past = place([...series.past, { at: series.now, left: series.left }]);
    const nowX = x(now);
    const nowY = y(series.left);
    const side = nowX > width * 0.75 ? "end" : "";
    return html`<svg viewBox="0 0 ${width} ${height}" role="img" aria-label=${series.sentence}>
      ${ticks(top).map((tick) => svg`<path class="grid" d="M${left} ${at(y(tick))}H${right}"/><text class="end" x=${left - 10} y=${at(y(tick) + 4)}>${tick}</text>`)}
      <path class="base" d="M${left} ${bottom}H${right}"/><text class="end" x=${left - 10} y=${bottom + 4}>0</text>
      ${hours(from, until, width / 110).map((mark) => svg`<path class="base" d="M${at(x(mark))} ${bottom}v5"/><text class="mid" x=${at(Math.min(x(mark), right - 16))} y=${bottom + 21}>${hourLabel(mark)}</text>`)}
      ${series.stale ? svg`<rect class="unknown" x=${at(nowX)} y="22" width=${at(right - nowX)} height=${bottom - 22}/><text class="mid" x=${at((nowX + right) / 2)} y=${at((bottom + 22) / 2)}>${t(home.notKnown)}</text>` : nothing}
      <path class="under" d="${line(past)}L${at(nowX)} ${bottom}L${at(past[0]?.[0] ?? left)} ${bottom}Z"/>
      <path class="past" d=${line(past)}/>
      <path class="now" d="M${at(nowX)} 16V${bottom}"/>
      <text class="lab ${nowX > 120 ? "end" : ""}" x=${at(nowX > 120 ? nowX - 8 : nowX + 8)} y="24">${t(series.stale ? home.asOfTime : home.nowTime, { time: time(series.now) })}</text>
      ${series.stale
        ? nothing
        : svg`<path class="rest" d=${line([[nowX, nowY], ...place(series.ifUnused)])}/>
          <path class="future" d=${line([[nowX, nowY], ...place(series.ifUsed)])}/>
          ${series.withAccount ? svg`<path class="if" d=${line([[nowX, nowY], ...place(series.withAccount.points)])}/>` : nothing}`}
      <circle class="dot" cx=${at(nowX)} cy=${at(nowY)} r="5"/>
      <text class="lab-accent ${side}" x=${at(side ? nowX - 9 : nowX + 9)} y=${at(Math.max(nowY - 9, 36))}>${amount(series.left)}</text>
      ${series.stale ? nothing : this.moments(series, x, y, { bottom, right, narrow, until })}
      ${this.refusal(series, x, y, from)}
    </svg>`;
  }

  /**
   * @param {QuotaSeries} series
   * @param {(value: number) => number} x
   * @param {(value: number) => number} y
   * @param {{bottom: number, right: number, narrow: boolean, until: number}} frame
   */
  moments(series, x, y, { bottom, right, narrow, until }) {
    const empty = series.emptyAt ? new Date(series.emptyAt).getTime() : Infinity;
    const full = series.fullAt && series.left < series.ceiling ? new Date(series.fullAt).getTime() : Infinity;
    const room = 110;
    return svg`${empty <= until ? svg`<circle class="dot" cx=${at(x(empty))} cy=${bottom} r="4.5"/><text class="lab-accent ${x(empty) > right - room ? "end" : "mid"}" x=${at(Math.min(x(empty), right))} y=${at(bottom - 39)}>${t(home.emptyTime, { time: time(series.emptyAt) })}</text>` : nothing}
      ${full <= until ? svg`<text class="lab end" x=${at(Math.min(x(full) + 120, right))} y=${at(y(series.ceiling) - 9)}>${t(narrow ? home.fullTime : home.fullUnused, { time: time(series.fullAt) })}</text>` : nothing}`;
  }

  /**
   * @param {QuotaSeries} series
   * @param {(value: number) => number} x
   * @param {(value: number) => number} y
   * @param {number} from
   */
  refusal(series, x, y, from) {
    const when = series.refusedAt ? new Date(series.refusedAt).getTime() : 0;
    if (when < from) {
      return nothing;
    }
    const before = series.past.filter((point) => new Date(point.at).getTime() <= when).at(-1);
    const place = Math.min(y(before?.left ?? series.left) + 16, y(0) - 26);
    return svg`<path class="cross" d="M${at(x(when) - 5)} ${at(place - 5)}l10 10m0-10l-10 10"/><text class="mid" x=${at(x(when))} y=${at(place + 20)}>${t(home.refusedTime, { time: time(series.refusedAt) })}</text>`;
  }
}

customElements.define("quota-chart", QuotaChart);

/**
 * The legend and the table of the chart.
 * @param {QuotaSeries} series
 * @param {number} pace taken in the last hour
 */
export function quotaLegend(series, pace) {
  return html`<span><svg viewBox="0 0 26 10" aria-hidden="true"><path class="past" d="M0 5H26"/></svg>${t(home.legendPast)}</span>
    ${pace > 0 ? html`<span><svg viewBox="0 0 26 10" aria-hidden="true"><path class="future" d="M0 5H26"/></svg>${t(home.legendUsed, { pace: amount(pace) })}</span>` : nothing}
    <span><svg viewBox="0 0 26 10" aria-hidden="true"><path class="rest" d="M0 5H26"/></svg>${t(home.legendUnused)}</span>`;
}
