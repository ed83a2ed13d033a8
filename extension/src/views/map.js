/**
 * A small map: where photos say they were taken. Nothing is loaded for it, so no map service
 * learns of the places.
 */

import { svg } from "./dom.js";

/** @typedef {{ latitude: number, longitude: number, title: string }} MapPoint in degrees */
/** @typedef {[number, number]} Place longitude and latitude in degrees */
/** @typedef {{ land: Place[][], borders: Place[][] }} Outlines `outlines.json` */
/** @typedef {{ west: number, north: number, width: number, height: number }} Span in degrees */
/** @typedef {(place: Place, turn: number) => Place} Project degrees to units of the drawing */

const LEAST_WIDTH = 30;
const LEAST_HEIGHT = 20;
/** Of the points' own span, left free on each side. */
const MARGIN = 0.2;
/** A wider window shows the whole world. */
const WIDEST = 200;
/** Degrees of longitude are drawn shorter towards the poles, but no shorter than this. */
const NARROWEST = 0.25;
const UNITS_WIDE = 480;
const RADIUS = 5;
const NAMED = 5;
const TURNS = [-360, 0, 360];
const WORLD = { west: -180, north: 90, width: 360, height: 180 };

/** @param {MapPoint} point */
function isOnGlobe({ latitude, longitude }) {
  return Math.abs(latitude) <= 90 && Math.abs(longitude) <= 180;
}

/**
 * The shortest stretch of longitudes with all points; it may cross the date line.
 *
 * @param {MapPoint[]} points
 * @returns {{ west: number, width: number }} `west` from -180 to below 180
 */
function stretch(points) {
  const sorted = points.map(({ longitude }) => longitude).sort((a, b) => a - b);
  let [west, widest] = [sorted[0] ?? 0, 0];
  sorted.forEach((longitude, index) => {
    const next = sorted[index + 1] ?? (sorted[0] ?? 0) + 360;
    if (next - longitude > widest) [west, widest] = [next, next - longitude];
  });
  return { west: west < 180 ? west : west - 360, width: 360 - widest };
}

/**
 * The window around the points, in the proportions of the least one, or the whole world.
 *
 * @param {MapPoint[]} points at least one
 * @returns {{ span: Span, shorter: number }} with how much shorter a degree of longitude is drawn
 */
function windowAround(points) {
  const latitudes = points.map(({ latitude }) => latitude);
  const [south, north] = [Math.min(...latitudes), Math.max(...latitudes)];
  const { west, width } = stretch(points);
  const middle = (south + north) / 2;
  const shorter = Math.max(NARROWEST, Math.cos((middle * Math.PI) / 180));
  const proportion = LEAST_WIDTH / LEAST_HEIGHT;
  const high = Math.max(LEAST_HEIGHT, (north - south) * (1 + 2 * MARGIN));
  const wide = Math.max(LEAST_WIDTH, width * (1 + 2 * MARGIN), (high * proportion) / shorter);
  const height = Math.max(high, (wide * shorter) / proportion);
  if (wide > WIDEST || height > WORLD.height) return { span: WORLD, shorter: 1 };
  const top = Math.min(90, Math.max(height - 90, middle + height / 2));
  return { span: { west: west + width / 2 - wide / 2, north: top, width: wide, height }, shorter };
}

/**
 * @param {Place[]} line
 * @param {Span} span
 * @param {number} turn
 */
function isInside(line, { west, north, width, height }, turn) {
  const [xs, ys] = [line.map(([x]) => x + turn), line.map(([, y]) => y)];
  const beside = Math.max(...xs) < west || Math.min(...xs) > west + width;
  return !beside && Math.max(...ys) >= north - height && Math.min(...ys) <= north;
}

/**
 * @param {Place[][]} lines
 * @param {Span} span
 * @param {Project} project
 * @param {string} end "Z" for rings
 */
function path(lines, span, project, end) {
  return TURNS.flatMap((turn) =>
    lines
      .filter((line) => isInside(line, span, turn))
      .map((line) => `M${line.map((place) => project(place, turn).join(" ")).join("L")}${end}`),
  ).join("");
}

/**
 * @param {MapPoint[]} points
 * @returns {string}
 */
function label(points) {
  const titles = [...new Set(points.map(({ title }) => title))];
  const more = titles.length - NAMED;
  const named = titles.slice(0, NAMED).join("; ");
  return `Map of where the photos were taken: ${named}${more > 0 ? `; and ${more} more` : ""}`;
}

/**
 * @param {MapPoint[]} points
 * @param {Outlines} outlines
 * @returns {SVGSVGElement | null} null where no point lies on the globe
 */
export function mapView(points, outlines) {
  const shown = points.filter(isOnGlobe);
  if (shown.length === 0) return null;
  const { span, shorter } = windowAround(shown);
  const scale = UNITS_WIDE / (span.width * shorter);
  const unitsHigh = Math.round(span.height * scale);
  /** @type {Project} */
  const project = ([x, y], turn) => [
    Math.round((x + turn - span.west) * shorter * scale * 10) / 10,
    Math.round((span.north - y) * scale * 10) / 10,
  ];
  const circles = shown.map(({ latitude, longitude, title }) => {
    const turn = TURNS.find((turn) => longitude + turn >= span.west) ?? 0;
    const [cx, cy] = project([longitude, latitude], turn);
    return svg("circle", { class: "point", cx, cy, r: RADIUS }, svg("title", {}, title));
  });
  return svg(
    "svg",
    {
      class: "map",
      viewBox: `0 0 ${UNITS_WIDE} ${unitsHigh}`,
      role: "img",
      "aria-label": label(shown),
      focusable: "false",
    },
    svg("path", { class: "land", d: path(outlines.land, span, project, "Z") }),
    svg("path", { class: "border", d: path(outlines.borders, span, project, "") }),
    ...circles,
  );
}
