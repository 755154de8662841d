import type { Status } from "./api";

/** From here on the answer is called sure, between the two likely, below a guess. */
const sure = 0.9;
const likely = 0.6;
/** How long a drawing rests before its answer is said aloud. */
const restMs = 700;

// No model is ever wholly sure.
const percent = (share: number): string => (share > 0.995 ? "> 99 %" : `${String(Math.round(share * 100))} %`);

/** The digits, the most probable one first. */
export function ranking(probabilities: readonly number[]): { digit: number; share: number }[] {
  return probabilities.map((share, digit) => ({ digit, share })).sort((a, b) => b.share - a.share);
}

/** What the model says, in words. */
export function wordsFor(probabilities: readonly number[]): string {
  const [first, second] = ranking(probabilities);
  if (!first || !second) return "";
  if (first.share >= sure) return first.share > 0.995 ? "Sure: over 99 %." : `Sure: ${percent(first.share)}.`;
  if (first.share >= likely) return `Likely: ${percent(first.share)}. If not, a ${String(second.digit)}.`;
  return `Hard to say: a ${String(first.digit)}, or a ${String(second.digit)}?`;
}

function element<T extends HTMLElement>(id: string): T {
  const found = document.getElementById(id);
  if (!found) throw new Error(`The page has no element #${id}; app.js and index.html are not of one build.`);
  return found as T;
}

/** The part of the page that shows what the model says. */
export class View {
  readonly field = element<HTMLCanvasElement>("field");
  readonly seen = element<HTMLCanvasElement>("seen");
  readonly undo = element<HTMLButtonElement>("undo");
  readonly clear = element<HTMLButtonElement>("clear");
  private readonly digit = element("digit");
  private readonly words = element("words");
  private readonly status = element("status");
  private readonly model = element("model");
  private readonly announcement = element("announcement");
  private readonly bars: { row: HTMLElement; percent: HTMLElement; fill: HTMLElement }[] = [];
  private toSay: string | undefined;
  private atRest: ReturnType<typeof setTimeout> | undefined;

  constructor() {
    for (let digit = 0; digit < 10; digit++) this.addBar(digit);
  }

  /** Shows the model's answer; says it aloud once the drawing has rested. */
  showReading(probabilities: readonly number[]): void {
    const top = ranking(probabilities)[0];
    if (!top) return;
    this.digit.textContent = String(top.digit);
    this.words.textContent = wordsFor(probabilities);
    document.body.classList.remove("is-waiting");
    document.body.classList.toggle("is-unsure", top.share < likely);
    this.setBars(probabilities, top.digit);
    this.sayAtRest(`${String(top.digit)}. ${wordsFor(probabilities)}`);
  }

  /** Shows that nothing is drawn, or that nothing can be said of what is drawn. */
  showNothing(words: string): void {
    this.dropAnswer();
    this.digit.textContent = "?";
    this.words.textContent = words;
    document.body.classList.remove("is-unsure");
    document.body.classList.add("is-waiting");
    this.setBars(new Array<number>(10).fill(0), undefined);
  }

  /** Shows how the model is. */
  showStatus({ state, message, model }: Status): void {
    if (this.status.textContent !== message) this.status.textContent = message;
    this.status.dataset["state"] = state;
    this.model.textContent = model.version ? `Model ${model.name}, version ${model.version}` : "";
  }

  /** Shows whether anything is drawn. */
  showDrawn(isDrawn: boolean): void {
    document.body.classList.toggle("is-drawn", isDrawn);
    this.undo.disabled = this.clear.disabled = !isDrawn;
  }

  /** Says something to people who do not see the page. An answer that is still to be said comes after it. */
  announce(words: string): void {
    this.announcement.textContent = words;
    if (this.toSay !== undefined) this.sayAtRest(this.toSay);
  }

  /** Leaves an answer that is still to be said unsaid: it is not about what is drawn now. */
  dropAnswer(): void {
    clearTimeout(this.atRest);
    this.toSay = undefined;
  }

  /** Says an answer once nothing has been answered or said for a while: of a drawing that goes on, only the last. */
  private sayAtRest(words: string): void {
    clearTimeout(this.atRest);
    this.toSay = words;
    this.atRest = setTimeout(() => {
      this.toSay = undefined;
      this.announcement.textContent = words;
    }, restMs);
  }

  private addBar(digit: number): void {
    const row = document.createElement("li");
    const parts = ["percent", "track", "name"].map((name) => {
      const part = document.createElement("span");
      part.className = name;
      row.append(part);
      return part;
    });
    const [percentage, track, name] = parts as [HTMLElement, HTMLElement, HTMLElement];
    const fill = document.createElement("span");
    fill.className = "fill";
    track.append(fill);
    name.textContent = String(digit);
    this.bars.push({ row, percent: percentage, fill });
    element("bars").append(row);
  }

  private setBars(probabilities: readonly number[], top: number | undefined): void {
    for (const [digit, bar] of this.bars.entries()) {
      const share = probabilities[digit] ?? 0;
      bar.fill.style.setProperty("--share", share.toFixed(4));
      bar.percent.textContent = share >= 0.005 ? percent(share) : "";
      bar.row.classList.toggle("is-top", digit === top);
      bar.row.setAttribute("aria-label", `${String(digit)}: ${percent(share)}`);
    }
  }
}
