import type { Drawing, Point, Stroke } from "./drawing";
import { imageSide, penWidth } from "./image";

/** Paints the drawing on its canvas, sharp on any screen and in the page's own colours. */
export class Painter {
  private pen: (Point & { isDown: boolean }) | null = null;
  private isAsked = false;

  constructor(
    private readonly canvas: HTMLCanvasElement,
    private readonly drawing: Drawing,
  ) {
    new ResizeObserver(() => {
      this.repaint();
    }).observe(canvas);
    matchMedia("(prefers-color-scheme: dark)").addEventListener("change", () => {
      this.repaint();
    });
  }

  /** Shows the keyboard's pen, or hides it. */
  showPen(pen: (Point & { isDown: boolean }) | null): void {
    this.pen = pen;
    this.repaint();
  }

  /** Paints with the next frame, once, however often it is asked. */
  repaint(): void {
    if (this.isAsked) return;
    this.isAsked = true;
    requestAnimationFrame(() => {
      this.isAsked = false;
      this.paint();
    });
  }

  private paint(): void {
    const side = Math.round(this.canvas.clientWidth * devicePixelRatio);
    if (this.canvas.width !== side) this.canvas.width = this.canvas.height = side;
    const context = this.canvas.getContext("2d");
    if (!context) return;
    const style = getComputedStyle(this.canvas);
    context.clearRect(0, 0, side, side);
    context.lineCap = context.lineJoin = "round";
    context.lineWidth = penWidth * side;
    context.strokeStyle = style.getPropertyValue("--ink");
    for (const stroke of this.drawing.strokes) {
      context.beginPath();
      trace(context, stroke, side);
      context.stroke();
    }
    if (this.pen) paintPen(context, this.pen, side, style.getPropertyValue("--accent"));
  }
}

/** Follows a stroke through the middles of its segments, which rounds the corners between them. */
function trace(context: CanvasRenderingContext2D, stroke: Stroke, side: number): void {
  const [first] = stroke;
  const last = stroke[stroke.length - 1];
  if (!first || !last) return;
  context.moveTo(first.x * side, first.y * side);
  for (const [index, point] of stroke.entries()) {
    const next = stroke[index + 1];
    if (!next) break;
    context.quadraticCurveTo(
      point.x * side,
      point.y * side,
      ((point.x + next.x) / 2) * side,
      ((point.y + next.y) / 2) * side,
    );
  }
  context.lineTo(last.x * side, last.y * side);
}

function paintPen(
  context: CanvasRenderingContext2D,
  pen: Point & { isDown: boolean },
  side: number,
  colour: string,
): void {
  const radius = (penWidth / 2) * side;
  context.beginPath();
  context.arc(pen.x * side, pen.y * side, radius, 0, 2 * Math.PI);
  context.strokeStyle = context.fillStyle = colour;
  context.lineWidth = Math.max(2, side / 160);
  context.stroke();
  if (pen.isDown) context.fill();
}

/** Paints the 784 intensities, one pixel each, in the colour of the ink. */
export function paintImage(canvas: HTMLCanvasElement, image: readonly number[]): void {
  const context = canvas.getContext("2d");
  if (!context) return;
  context.clearRect(0, 0, imageSide, imageSide);
  context.fillStyle = getComputedStyle(canvas).getPropertyValue("--ink");
  image.forEach((value, index) => {
    context.globalAlpha = value;
    context.fillRect(index % imageSide, Math.floor(index / imageSide), 1, 1);
  });
  context.globalAlpha = 1;
}
