import type { Drawing, Point } from "./drawing";

const directions: Record<string, Point> = {
  ArrowLeft: { x: -1, y: 0 },
  ArrowRight: { x: 1, y: 0 },
  ArrowUp: { x: 0, y: -1 },
  ArrowDown: { x: 0, y: 1 },
};
const step = 0.04;
const fineStep = 0.01;

/** What the keyboard needs of the page around it. */
export interface KeyboardHost {
  /** Paints the pen at its place: null when there is nothing to show. */
  showPen(pen: (Point & { isDown: boolean }) | null): void;
  /** Says what a key did, to people who do not see it. */
  announce(words: string): void;
}

/**
 * Lets the keyboard draw while the canvas has the focus: arrows move the pen (two at once move it aslant, Shift makes
 * small steps), Space or Enter puts it down and lifts it, Backspace takes a stroke back, Escape or Delete clears.
 * The pen shows only once a key has been used, so that it never lies under a drawing hand.
 */
export function drawWithKeyboard(canvas: HTMLCanvasElement, drawing: Drawing, host: KeyboardHost): void {
  const pressed = new Set<string>();
  let pen: Point = { x: 0.5, y: 0.25 };

  const show = (): void => {
    host.showPen({ ...pen, isDown: drawing.isPenDown });
  };
  const hide = (): void => {
    pressed.clear();
    drawing.end();
    host.showPen(null);
  };

  const move = (isFine: boolean): void => {
    const length = isFine ? fineStep : step;
    let [x, y] = [0, 0];
    for (const key of pressed) {
      x += directions[key]?.x ?? 0;
      y += directions[key]?.y ?? 0;
    }
    const limit = (value: number): number => Math.min(0.95, Math.max(0.05, value));
    pen = { x: limit(pen.x + x * length), y: limit(pen.y + y * length) };
    drawing.extend([pen]);
    show();
  };

  const actions: Record<string, () => void> = {
    " ": () => {
      if (drawing.isPenDown) drawing.end();
      else drawing.begin(pen);
      host.announce(drawing.isPenDown ? "Pen down" : "Pen up");
      show();
    },
    Backspace: () => {
      drawing.undo();
      host.announce("Last stroke taken back");
      show();
    },
    Escape: () => {
      drawing.clear();
      host.announce("Cleared");
      show();
    },
  };
  actions["Enter"] = actions[" "]!;
  actions["Delete"] = actions["Escape"]!;

  canvas.addEventListener("keydown", (event) => {
    if (event.ctrlKey || event.metaKey || event.altKey) return;
    if (event.key in directions) {
      pressed.add(event.key);
      move(event.shiftKey);
    } else if (event.key in actions) {
      if (!event.repeat) actions[event.key]?.();
    } else return;
    event.preventDefault();
  });
  canvas.addEventListener("keyup", (event) => pressed.delete(event.key));
  canvas.addEventListener("blur", hide);
  canvas.addEventListener("pointerdown", () => {
    pressed.clear();
    host.showPen(null);
  });
}
