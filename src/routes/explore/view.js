// Which part of the earth a map shows, and how large.
//
// Degrees are drawn as they are, with longitudes shortened by the cosine of the latitude in the middle: true enough for
// what is a few hundred kilometres across, and simple enough to read.

const MARGIN = 28; // pixels that stay free around what is fitted
const LARGEST = 50_000; // pixels for a degree
const EARTH = [-180, -90, 180, 90];

export class MapView {
  /** A view that shows these bounds (west, south, east, north) as soon as it has a size. */
  constructor(bounds = EARTH) {
    this.bounds = bounds;
    this.shortening = Math.max(0.2, Math.cos((((bounds[1] + bounds[3]) / 2) * Math.PI) / 180));
    // What is in the middle, in shortened degrees, and how many pixels one of them takes.
    [this.x, this.y, this.scale] = [0, 0, 1];
    [this.width, this.height] = [0, 0];
    this.toScreen = this.toScreen.bind(this);
  }

  /** Takes a size in pixels. */
  resize(width, height) {
    const isFirst = this.width === 0;
    [this.width, this.height] = [width, height];
    if (isFirst) this.fit();
  }

  project([longitude, latitude]) {
    return [longitude * this.shortening, -latitude];
  }

  /** Where a position is on the screen. */
  toScreen(position) {
    const [x, y] = this.project(position);
    return [(x - this.x) * this.scale + this.width / 2, (y - this.y) * this.scale + this.height / 2];
  }

  /** Left, top, right and bottom of bounds on the screen. */
  boxOf([west, south, east, north]) {
    return [...this.toScreen([west, north]), ...this.toScreen([east, south])];
  }

  /** West, south, east and north of what is seen. */
  seen() {
    const [x, y] = [this.width / 2 / this.scale, this.height / 2 / this.scale];
    return [(this.x - x) / this.shortening, -this.y - y, (this.x + x) / this.shortening, -this.y + y];
  }

  fit(bounds = this.bounds) {
    const [left, top] = this.project([bounds[0], bounds[3]]);
    const [right, bottom] = this.project([bounds[2], bounds[1]]);
    [this.x, this.y] = [(left + right) / 2, (top + bottom) / 2];
    const room = (pixels, needed) => Math.max(pixels - 2 * MARGIN, 40) / Math.max(needed, 0.1);
    this.scale = Math.min(room(this.width, right - left), room(this.height, bottom - top));
  }

  /** Moves what is shown by pixels. */
  move(x, y) {
    this.x -= x / this.scale;
    this.y -= y / this.scale;
  }

  /** Zooms so that what lies under a point of the screen stays there. */
  zoom(factor, x = this.width / 2, y = this.height / 2) {
    const scale = Math.min(Math.max(this.scale * factor, 1), LARGEST);
    const [dx, dy] = [x - this.width / 2, y - this.height / 2];
    this.x += dx / this.scale - dx / scale;
    this.y += dy / this.scale - dy / scale;
    this.scale = scale;
  }
}
