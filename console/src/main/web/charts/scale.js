// @ts-check
// Geometry of charts. A chart is drawn for the width that there is, so text keeps its size.
import { LitElement } from "lit";
import { locale } from "../language.js";

/**
 * A linear scale.
 * @param {number} from first value
 * @param {number} to last value
 * @param {number} start its place, in units of the drawing
 * @param {number} end
 * @returns {(value: number) => number}
 */
export function scale(from, to, start, end) {
  const span = to - from || 1;
  return (value) => start + ((value - from) / span) * (end - start);
}

/** A coordinate with one decimal, for paths. @param {number} value */
export function at(value) {
  return value.toFixed(1);
}

/**
 * A path through points.
 * @param {readonly (readonly [number, number])[]} points
 */
export function line(points) {
  return points.map(([x, y], i) => (i ? "L" : "M") + at(x) + " " + at(y)).join("");
}

/**
 * Three or four round values from zero to a maximum.
 * @param {number} max
 * @returns {number[]} without zero
 */
export function ticks(max) {
  if (!(max > 0)) {
    return [1];
  }
  const power = 10 ** Math.floor(Math.log10(max));
  const step = [0.2, 0.25, 0.5, 1, 2, 2.5, 5, 10].map((each) => each * power).find((each) => max / each <= 4.001) ?? power;
  const values = [];
  for (let value = step; value <= max * 1.0001; value += step) {
    values.push(Number(value.toPrecision(12)));
  }
  return values.length ? values : [max];
}

/**
 * Whole hours for a time axis, as many as fit.
 * @param {number} from milliseconds
 * @param {number} to milliseconds
 * @param {number} fit most marks
 * @returns {number[]} milliseconds
 */
export function hours(from, to, fit) {
  const hour = 3_600_000;
  const step = ([1, 2, 3, 6, 12, 24, 48, 168].find((each) => (to - from) / (each * hour) <= fit) ?? 336) * hour;
  const shift = new Date(from).getTimezoneOffset() * 60_000;
  const marks = [];
  for (let mark = Math.ceil((from - shift) / step) * step + shift; mark <= to; mark += step) {
    marks.push(mark);
  }
  return marks;
}

/**
 * The label of a mark: the hour, or the date at midnight.
 * @param {number} mark milliseconds
 */
export function hourLabel(mark) {
  const when = new Date(mark);
  return when.getHours() === 0 && when.getMinutes() === 0
    ? when.toLocaleDateString(locale(), { day: "numeric", month: "short" })
    : when.toLocaleTimeString(locale(), { hour: "2-digit", minute: "2-digit" });
}

/** A chart: an element that knows its width and draws itself again when it changes. */
export class Chart extends LitElement {
  /** @type {import("lit").PropertyDeclarations} */
  static properties = { width: { state: true } };

  constructor() {
    super();
    this.width = 0;
    this.observer = new ResizeObserver(([entry]) => {
      const width = Math.round(entry?.contentRect.width ?? 0);
      if (width && width !== this.width) {
        this.width = width;
      }
    });
  }

  createRenderRoot() {
    return this;
  }

  connectedCallback() {
    super.connectedCallback();
    this.observer.observe(this);
  }

  disconnectedCallback() {
    super.disconnectedCallback();
    this.observer.disconnect();
  }
}
