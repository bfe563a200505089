// GeoJSON geometries (RFC 7946) as what a map draws of them.

/** The positions of a geometry, as lines (rings are lines that are closed) and points. */
export function partsOf(geometry, parts = { lines: [], points: [] }) {
  const { type, coordinates } = geometry;
  if (type === "Point") parts.points.push(coordinates);
  else if (type === "MultiPoint") parts.points.push(...coordinates);
  else if (type === "LineString") parts.lines.push(coordinates);
  else if (type === "MultiLineString" || type === "Polygon") parts.lines.push(...coordinates);
  else if (type === "MultiPolygon") parts.lines.push(...coordinates.flat());
  else if (type === "GeometryCollection") geometry.geometries.forEach((member) => partsOf(member, parts));
  return parts;
}

/** West, south, east and north of positions. */
export function boundsOf(positions) {
  const bounds = [Infinity, Infinity, -Infinity, -Infinity];
  for (const [longitude, latitude] of positions) {
    bounds[0] = Math.min(bounds[0], longitude);
    bounds[1] = Math.min(bounds[1], latitude);
    bounds[2] = Math.max(bounds[2], longitude);
    bounds[3] = Math.max(bounds[3], latitude);
  }
  return bounds;
}

/** The bounds that hold all of these. */
export const around = (all) =>
  boundsOf(
    all.flatMap(([west, south, east, north]) => [
      [west, south],
      [east, north],
    ]),
  );

/** The path of lines and points, once `toScreen` has placed their positions. Points are small circles. */
export function pathOf({ lines, points }, toScreen) {
  const at = (position) =>
    toScreen(position)
      .map((number) => number.toFixed(1))
      .join(" ");
  const isRing = (line) => line.length > 3 && String(line[0]) === String(line.at(-1));
  const circle = (position) => `M${at(position)}m-5 0a5 5 0 1 0 10 0a5 5 0 1 0-10 0`;
  return [...lines.map((line) => `M${line.map(at).join("L")}${isRing(line) ? "Z" : ""}`), ...points.map(circle)].join(
    "",
  );
}
