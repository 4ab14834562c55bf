// @ts-check
import { html, nothing, svg } from "lit";
import { count, day } from "../format.js";
import { locale, t } from "../language.js";
import { usage as words } from "../words/usage.js";
import { Chart, at, scale, ticks } from "./scale.js";

/** @typedef {{label: string, requests: number, success_requests: number, input_tokens: number, output_tokens: number, cost: number}} Bucket label: the start of an hour or a day */
/** @typedef {{bucket: "hour" | "day", points: Bucket[], from: Date, to: Date, sentence: string}} UsageSeries */

/** Requests an hour or a day as bars: served below, refused or failed above. */
class UsageChart extends Chart {
  /** @type {import("lit").PropertyDeclarations} */
  static properties = { series: { attribute: false } };

  constructor() {
    super();
    /** @type {UsageSeries | undefined} */
    this.series = undefined;
  }

  render() {
    const series = this.series;
    if (!series || !this.width) {
      return nothing;
    }
    const { left, right, bottom, height } = { left: 34, right: this.width - 4, bottom: 176, height: 206 };
    const hour = series.bucket === "hour";
    const length = hour ? 3_600_000 : 86_400_000;
    const x = scale(series.from.getTime(), series.to.getTime(), left, right);
    const wide = Math.max(1.5, Math.min(40, x(series.from.getTime() + length) - left - 0.8));
    const most = Math.max(1, ...series.points.map((point) => point.requests));
    const y = scale(0, most, bottom, 20);
    const marks = this.marks(series, Math.max(2, Math.floor(this.width / 110)));
    return html`<svg viewBox="0 0 ${this.width} ${height}" role="img" aria-label=${series.sentence}>
      ${ticks(most).map((tick) => svg`<path class="grid" d="M${left} ${at(y(tick))}H${right}"/><text class="end" x=${left - 8} y=${at(y(tick) + 4)}>${count(tick)}</text>`)}
      ${series.points.map((point) => {
        const start = x(new Date(point.label).getTime());
        const failed = point.requests - point.success_requests;
        return svg`<rect class="s1" x=${at(start)} y=${at(y(point.success_requests))} width=${at(wide)} height=${at(bottom - y(point.success_requests))}/>
          ${failed ? svg`<rect class="s3" x=${at(start)} y=${at(y(point.requests))} width=${at(wide)} height=${at(y(point.success_requests) - y(point.requests) - 0.8)}/>` : nothing}`;
      })}
      <path class="base" d="M${left} ${bottom}H${right}"/>
      ${marks.map((mark) => svg`<path class="base" d="M${at(x(mark.getTime()))} ${bottom}v5"/><text class="mid" x=${at(Math.min(Math.max(x(mark.getTime()), left + 16), right - 18))} y=${bottom + 21}>${hour ? mark.toLocaleTimeString(locale(), { hour: "2-digit", minute: "2-digit" }) : day(mark.toISOString())}</text>`)}
    </svg>`;
  }

  /** @param {UsageSeries} series @param {number} fit */
  marks(series, fit) {
    const marks = [];
    const steps = series.bucket === "hour" ? [1, 2, 3, 4, 6, 12] : [1, 2, 5, 7, 14, 30];
    const length = series.bucket === "hour" ? 3_600_000 : 86_400_000;
    const span = (series.to.getTime() - series.from.getTime()) / length;
    const step = steps.find((each) => span / each <= fit) ?? 30;
    for (let mark = new Date(series.from); mark < series.to; mark = new Date(mark.getTime() + step * length)) {
      marks.push(mark);
    }
    return marks;
  }
}

customElements.define("usage-chart", UsageChart);

/** The table of the chart. @param {UsageSeries} series */
export function usageTable(series) {
  return html`<table><thead><tr><th scope="col">${t(words.time)}</th><th scope="col" class="num">${t(words.served)}</th><th scope="col" class="num">${t(words.notServed)}</th></tr></thead>
    <tbody>${series.points.map((point) => html`<tr><td>${new Date(point.label).toLocaleString(locale(), { dateStyle: "medium", timeStyle: series.bucket === "hour" ? "short" : undefined })}</td><td class="num">${count(point.success_requests)}</td><td class="num">${count(point.requests - point.success_requests)}</td></tr>`)}</tbody></table>`;
}
