/** A place on the drawing field, in units of its side: (0, 0) is its top left corner, (1, 1) its bottom right one. */
export interface Point {
  x: number;
  y: number;
}

/** What the pen drew between touching the field and leaving it. A dot is a stroke of one point. */
export type Stroke = Point[];

const clampToField = (point: Point): Point => ({
  x: Math.min(1, Math.max(0, point.x)),
  y: Math.min(1, Math.max(0, point.y)),
});

/** The strokes so far. Every change tells `onChange`, whichever of mouse, finger, pen or keyboard made it. */
export class Drawing {
  readonly strokes: Stroke[] = [];
  private current: Stroke | undefined;

  constructor(private readonly onChange: () => void) {}

  get isEmpty(): boolean {
    return this.strokes.length === 0;
  }

  get isPenDown(): boolean {
    return this.current !== undefined;
  }

  /** Puts the pen down at a point, which leaves a dot. */
  begin(point: Point): void {
    this.current = [clampToField(point)];
    this.strokes.push(this.current);
    this.onChange();
  }

  /** Moves the pen, drawing if it is down. Points closer than a thousandth of the field are left out. */
  extend(points: Point[]): void {
    if (!this.current) return;
    for (const point of points.map(clampToField)) {
      const last = this.current[this.current.length - 1];
      if (!last || Math.hypot(point.x - last.x, point.y - last.y) > 0.001) this.current.push(point);
    }
    this.onChange();
  }

  /** Lifts the pen. */
  end(): void {
    this.current = undefined;
  }

  /** Takes the last stroke back. */
  undo(): void {
    this.current = undefined;
    if (this.strokes.pop()) this.onChange();
  }

  /** Takes everything back. */
  clear(): void {
    this.current = undefined;
    if (this.isEmpty) return;
    this.strokes.length = 0;
    this.onChange();
  }
}
