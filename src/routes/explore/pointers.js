// What pointers do to a map: mouse, pen and fingers alike.

const DRAG = 4; // pixels: less is a click

/** Dragging moves, two fingers zoom. So does the wheel where the map has the focus: otherwise it is the page's. */
export function takePointers(picture, frame, { move, zoom }) {
  const down = new Map();
  let dragged = 0;
  const middle = () => {
    const all = [...down.values()];
    const [x, y] = [0, 1].map((i) => all.reduce((sum, point) => sum + point[i], 0) / all.length);
    return { x, y, spread: all.length > 1 ? Math.hypot(all[0][0] - all[1][0], all[0][1] - all[1][1]) : 0 };
  };
  const at = (event) => {
    const box = picture.getBoundingClientRect();
    return [event.clientX - box.left, event.clientY - box.top];
  };
  const end = (event) => down.delete(event.pointerId);
  picture.addEventListener("pointerdown", (event) => {
    if (event.button !== 0) return;
    if (down.size === 0) dragged = 0;
    down.set(event.pointerId, at(event));
  });
  picture.addEventListener("pointermove", (event) => {
    if (!down.has(event.pointerId)) return;
    const before = middle();
    down.set(event.pointerId, at(event));
    const after = middle();
    dragged += Math.abs(after.x - before.x) + Math.abs(after.y - before.y);
    if (dragged < DRAG && down.size === 1) return;
    // Not before: a captured pointer clicks the picture and no zone in it.
    picture.setPointerCapture(event.pointerId);
    move(after.x - before.x, after.y - before.y);
    if (before.spread > 0) zoom(after.spread / before.spread, after.x, after.y);
  });
  for (const name of ["pointerup", "pointercancel", "pointerleave"]) picture.addEventListener(name, end);
  picture.addEventListener("dragstart", (event) => event.preventDefault()); // links can be dragged away otherwise
  picture.addEventListener(
    "click",
    (event) => {
      // The end of a drag opens nothing. What comes from the keyboard (`detail` is 0) is no end of a drag.
      if (dragged >= DRAG && event.detail > 0) event.preventDefault();
      dragged = 0;
    },
    { capture: true },
  );
  picture.addEventListener(
    "wheel",
    (event) => {
      if (!event.ctrlKey && !frame.contains(document.activeElement)) return;
      event.preventDefault();
      zoom(Math.exp(-event.deltaY / 400), ...at(event));
    },
    { passive: false },
  );
}
