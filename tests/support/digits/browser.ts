import { chromium, type Browser, type CDPSession, type Page } from "playwright-core";
import { standardProgress } from "../../../toolchain";
import { ensureTools } from "../../../infra/recipes";
import type { Place } from "./handwriting";

/** Starts the toolchain's Chromium, without a window. */
export async function startBrowser(): Promise<Browser> {
  const tools = await ensureTools(["chromium"], standardProgress());
  return chromium.launch({
    executablePath: tools.bin("chromium"),
    // Chromium's own sandbox does not start for root, and the only pages seen are ours.
    args: ["--no-sandbox"],
    env: { ...process.env, ...tools.env() },
  });
}

/** Where a place on the drawing field is on the screen. */
async function fieldPlaces(page: Page): Promise<(place: Place) => { x: number; y: number }> {
  const box = await page.locator("#field").boundingBox();
  if (!box) throw new Error("The page shows no drawing field.");
  return ([x, y]) => ({ x: box.x + x * box.width, y: box.y + y * box.height });
}

/** Draws with the mouse, in small moves as a hand makes them. */
export async function drawWithMouse(page: Page, strokes: readonly (readonly Place[])[]): Promise<void> {
  const at = await fieldPlaces(page);
  for (const [first, ...rest] of strokes) {
    if (!first) continue;
    await page.mouse.move(at(first).x, at(first).y);
    await page.mouse.down();
    for (const place of rest) await page.mouse.move(at(place).x, at(place).y, { steps: 3 });
    await page.mouse.up();
  }
}

/** Draws with a finger. */
export async function drawWithFinger(page: Page, strokes: readonly (readonly Place[])[]): Promise<void> {
  const at = await fieldPlaces(page);
  const session: CDPSession = await page.context().newCDPSession(page);
  const touch = (type: "touchStart" | "touchMove" | "touchEnd", touchPoints: { x: number; y: number }[]) =>
    session.send("Input.dispatchTouchEvent", { type, touchPoints });
  for (const [first, ...rest] of strokes) {
    if (!first) continue;
    await touch("touchStart", [at(first)]);
    for (const place of rest) await touch("touchMove", [at(place)]);
    await touch("touchEnd", []);
  }
  await session.detach();
}

/** Waits until the page says how the model is, and that it is so. */
export async function waitForStatus(page: Page, state: "ready" | "loading" | "unreachable"): Promise<void> {
  await page.locator(`#status[data-state="${state}"]`).waitFor();
}

/** Waits until the page says that it reads this digit. */
export async function waitForDigit(page: Page, digit: number): Promise<void> {
  await page.locator("#digit", { hasText: new RegExp(`^${String(digit)}$`) }).waitFor();
}
