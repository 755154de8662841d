import type { Drawing, Point } from "./drawing";

/** Lets mouse, finger and pen draw on the canvas: one pointer at a time, followed beyond the canvas' edge until it is lifted. */
export function drawWithPointer(canvas: HTMLCanvasElement, drawing: Drawing): void {
  let active: number | undefined;

  const place = (event: PointerEvent): Point => {
    const box = canvas.getBoundingClientRect();
    return { x: (event.clientX - box.left) / box.width, y: (event.clientY - box.top) / box.height };
  };

  canvas.addEventListener("pointerdown", (event) => {
    if (active !== undefined || event.button !== 0) return;
    active = event.pointerId;
    canvas.setPointerCapture(event.pointerId);
    drawing.begin(place(event));
  });
  canvas.addEventListener("pointermove", (event) => {
    if (event.pointerId !== active) return;
    // A browser hands over one event a frame; the points between are what makes a quick curve round.
    const events = event.getCoalescedEvents();
    drawing.extend((events.length > 0 ? events : [event]).map(place));
  });
  const lift = (event: PointerEvent): void => {
    if (event.pointerId !== active) return;
    active = undefined;
    drawing.end();
  };
  canvas.addEventListener("pointerup", lift);
  canvas.addEventListener("pointercancel", lift);
  canvas.addEventListener("lostpointercapture", lift);
  // A long press would open a menu over the drawing.
  canvas.addEventListener("contextmenu", (event) => {
    event.preventDefault();
  });
}
