import { fetchReading, fetchStatus, NoReading, type Reading, type Status } from "./api";
import { Drawing } from "./drawing";
import { digitImage } from "./image";
import { drawWithKeyboard } from "./keyboard";
import { LiveQuestion } from "./live";
import { Painter, paintImage } from "./paint";
import { drawWithPointer } from "./pointer";
import { View } from "./view";

const invitation = "Draw, and the model reads along.";
const whileWaiting = 1_500;
const whileReady = 15_000;

const view = new View();
const drawing = new Drawing(drawingChanged);
const painter = new Painter(view.field, drawing);
const reading = new LiveQuestion<number[], Reading>(fetchReading, readingCame, readingFailed);
let status: Status = { state: "starting", message: "Looking for the model…", model: { name: "" } };
let watching: ReturnType<typeof setTimeout> | undefined;

function drawingChanged(): void {
  painter.repaint();
  view.dropAnswer();
  view.showDrawn(!drawing.isEmpty);
  const image = digitImage(drawing.strokes);
  paintImage(view.seen, image);
  if (drawing.isEmpty) {
    reading.forget();
    view.showNothing(invitation);
  } else if (status.state === "ready") reading.update(image);
  else view.showNothing("The answer comes as soon as the model is ready.");
}

function readingCame({ probabilities }: Reading): void {
  view.showReading(probabilities);
}

function readingFailed(fault: unknown): void {
  view.showNothing(fault instanceof NoReading ? fault.message : "The page's server does not answer. Trying again…");
  status = { ...status, state: "unreachable" };
  watchSoon(whileWaiting);
}

async function watch(): Promise<void> {
  const before = status.state;
  status = await fetchStatus().catch(() => ({
    ...status,
    state: "unreachable" as const,
    message: "The page's server does not answer. Trying again…",
  }));
  view.showStatus(status);
  if (before !== "ready" && status.state === "ready" && !drawing.isEmpty) drawingChanged();
  watchSoon(status.state === "ready" ? whileReady : whileWaiting);
}

function watchSoon(delay: number): void {
  clearTimeout(watching);
  watching = setTimeout(() => void watch(), delay);
}

drawWithPointer(view.field, drawing);
drawWithKeyboard(view.field, drawing, {
  showPen: (pen) => {
    painter.showPen(pen);
  },
  announce: (words) => {
    view.announce(words);
  },
});
view.undo.addEventListener("click", () => {
  drawing.undo();
});
view.clear.addEventListener("click", () => {
  drawing.clear();
  view.announce("Cleared");
});
document.addEventListener("keydown", (event) => {
  if (event.key !== "z" || !(event.ctrlKey || event.metaKey) || event.shiftKey) return;
  event.preventDefault();
  drawing.undo();
});
document.addEventListener("visibilitychange", () => {
  if (document.visibilityState === "visible") watchSoon(0);
});

view.showDrawn(false);
void watch();
