import { expect } from "chai";
import { once } from "node:events";
import { createServer, request, type Server } from "node:http";
import type { AddressInfo } from "node:net";
import type { Browser, BrowserContextOptions, Page } from "playwright-core";
import { drawWithFinger, drawWithMouse, startBrowser, waitForDigit, waitForStatus } from "../support/digits/browser";
import { handwriting } from "../support/digits/handwriting";
import { buildPage, type BuiltPage } from "../support/digits/pageServer";
import { sharedStack } from "../support/stack/stack";
import { until } from "../support/machine/until";

const phone: BrowserContextOptions = {
  viewport: { width: 360, height: 640 },
  deviceScaleFactor: 3,
  isMobile: true,
  hasTouch: true,
};

describe("the page", () => {
  let pageUrl: string;
  let predictorUrl: string;
  let browser: Browser;
  const closing: (() => Promise<unknown>)[] = [];

  before("bring the stack up", async function () {
    this.timeout("60m");
    ({ pageUrl, predictorUrl } = await sharedStack());
    browser = await startBrowser();
  });

  afterEach(async () => {
    for (const close of closing.splice(0).reverse()) await close();
  });

  after(() => browser?.close());

  /** Opens the page; whatever the browser complains of there fails the test. */
  async function open(options: BrowserContextOptions = {}, url = pageUrl): Promise<Page> {
    const context = await browser.newContext(options);
    const page = await context.newPage();
    const complaints: string[] = [];
    page.on("pageerror", (error) => complaints.push(error.message));
    page.on("console", (message) => message.type() === "error" && complaints.push(message.text()));
    closing.push(async () => {
      await context.close();
      expect(complaints).to.deep.equal([]);
    });
    await page.goto(url);
    return page;
  }

  describe("with a model", () => {
    for (const [digit, strokes] of handwriting.entries()) {
      it(`reads a ${String(digit)} that is drawn with the mouse`, async () => {
        const page = await open();
        await waitForStatus(page, "ready");
        await drawWithMouse(page, strokes);
        await waitForDigit(page, digit);
        // The digit may be right before the drawing is whole.
        const share = async () =>
          Number(/\d+/.exec((await page.locator("#bars .is-top .percent").textContent()) ?? "")?.[0]);
        await until("a share above one half", async () => (await share()) > 50);
      });
    }

    it("shows the ten probabilities while the drawing goes on", async () => {
      const page = await open();
      await waitForStatus(page, "ready");
      const seen = new Set<string>();
      await page.exposeFunction("seen", (digit: string) => seen.add(digit));
      await page.evaluate(`new MutationObserver(([{ target }]) => seen(target.textContent))
        .observe(document.getElementById("digit"), { childList: true })`);
      await drawWithMouse(page, handwriting[8]!);
      await waitForDigit(page, 8);
      expect([...seen].filter((digit) => digit !== "8")).not.to.deep.equal([]);
      const shares = await page.evaluate<number[]>(
        `[...document.querySelectorAll("#bars .fill")].map((fill) => Number(fill.style.getPropertyValue("--share")))`,
      );
      expect(shares).to.have.length(10);
      expect(shares.reduce((sum, share) => sum + share, 0)).to.be.closeTo(1, 0.01);
    });

    it("reads what a finger draws on a phone, all in sight and without moving the page", async () => {
      const page = await open(phone);
      await waitForStatus(page, "ready");
      await drawWithFinger(page, handwriting[3]!);
      await waitForDigit(page, 3);
      const box = (id: string) => page.locator(id).boundingBox();
      for (const id of ["#field", "#digit", "#bars", "#clear"]) {
        const { x = -1, y = -1, width = 0, height = 0 } = (await box(id)) ?? {};
        expect(x, id).to.be.at.least(0);
        expect(y, id).to.be.at.least(0);
        expect(x + width, id).to.be.at.most(360);
        expect(y + height, id).to.be.at.most(640);
      }
      const place = await page.evaluate<number[]>("[scrollX, scrollY, document.documentElement.scrollWidth]");
      expect(place).to.deep.equal([0, 0, 360]);
    });

    it("reads what the keyboard draws, shows where the keyboard is, and says the answer aloud", async () => {
      const page = await open();
      await waitForStatus(page, "ready");
      await page.keyboard.press("Tab");
      await page.locator("#field:focus-visible").waitFor();
      const outline = await page.evaluate<string>("getComputedStyle(document.activeElement).outline");
      expect(outline)
        .to.match(/\b3px\b/)
        .and.to.match(/\bsolid\b/);
      const press = async (key: string, times: number): Promise<void> => {
        for (let time = 0; time < times; time++) await page.keyboard.press(key);
      };
      let [asked, answered] = [0, 0];
      page.on("request", () => (asked += 1));
      page.on("requestfinished", () => (answered += 1));
      const said: string[] = [];
      await page.exposeFunction("said", (words: string) => said.push(words));
      await page.evaluate(`new MutationObserver(([{ target }]) => said(target.textContent))
        .observe(document.getElementById("announcement"), { childList: true })`);
      // A 7: to the left, pen down, right, and aslant down with two arrows at once.
      await press("ArrowLeft", 5);
      await press("Space", 1);
      await press("ArrowRight", 10);
      await page.keyboard.down("ArrowLeft");
      await press("ArrowDown", 4);
      await page.keyboard.up("ArrowLeft");
      await press("ArrowDown", 9);
      // The pen is lifted when the answer is seen but not yet said, as by most people.
      await waitForDigit(page, 7);
      await until("the model has answered everything", () => asked === answered);
      await press("Enter", 1);
      await until("the pen's going up is said", () => said.includes("Pen up"));
      await until("the answer is said", () => said.some((words) => /^7\. /.test(words)));
      await press("Escape", 1);
      await page.locator("#announcement", { hasText: "Cleared" }).waitFor({ state: "attached" });
      expect(await page.locator("#digit").textContent()).to.equal("?");
    });

    it("takes strokes back and clears", async () => {
      const page = await open();
      await waitForStatus(page, "ready");
      const [one] = handwriting[1]!;
      await drawWithMouse(page, [
        one!,
        [
          [0.2, 0.5],
          [0.8, 0.5],
        ],
      ]);
      await page.locator("#undo").click();
      await waitForDigit(page, 1);
      await page.locator("#clear").click();
      expect(await page.locator("#digit").textContent()).to.equal("?");
      expect(await page.locator("#clear").isDisabled()).to.equal(true);
    });

    it("names the model's version", async () => {
      const { model } = await sharedStack();
      const page = await open();
      await page.locator("#model", { hasText: model.version }).waitFor();
    });

    it("loads nothing from elsewhere", async () => {
      const page = await open();
      const origins = new Set<string>();
      page.on("request", (asked) => origins.add(new URL(asked.url()).origin));
      await page.reload({ waitUntil: "networkidle" });
      expect([...origins]).to.deep.equal([new URL(pageUrl).origin]);
    });
  });

  describe("without a model", () => {
    let built: BuiltPage;

    before("build the page", async function () {
      this.timeout("5m");
      built = await buildPage();
    });

    after(() => built?.remove());

    async function serve(predictor: string): Promise<string> {
      const server = await built.start(predictor);
      closing.push(() => server.stop());
      return server.url;
    }

    it("says that the model is not running, and lets one draw all the same", async () => {
      const unused = await listen(createServer());
      await unused.close();
      const page = await open({}, await serve(unused.url));
      await waitForStatus(page, "unreachable");
      expect(await page.locator("#status").textContent()).to.match(/not running yet/);
      await drawWithMouse(page, handwriting[7]!);
      expect(await page.locator("#words").textContent()).to.match(/as soon as the model is ready/);
    });

    it("says that the model is being loaded, and reads what was drawn meanwhile once it is ready", async () => {
      let isLoaded = false;
      const gate = await listen(
        createServer((asked, answer) => {
          if (!isLoaded) {
            answer.writeHead(503).end('{"error":"loading"}');
            return;
          }
          const { method, headers } = asked;
          const onward = request(new URL(asked.url ?? "/", predictorUrl), { method, headers }, (reply) => {
            answer.writeHead(reply.statusCode ?? 502, reply.headers);
            reply.pipe(answer);
          });
          asked.pipe(onward);
        }),
      );
      closing.push(gate.close);
      const page = await open({}, await serve(gate.url));
      await waitForStatus(page, "loading");
      expect(await page.locator("#status").textContent()).to.equal("The model is being loaded…");
      await drawWithMouse(page, handwriting[5]!);
      isLoaded = true;
      await waitForStatus(page, "ready");
      await waitForDigit(page, 5);
    });
  });
});

async function listen(server: Server): Promise<{ url: string; close: () => Promise<void> }> {
  server.listen(0, "127.0.0.1");
  await once(server, "listening");
  const { port } = server.address() as AddressInfo;
  return {
    url: `http://127.0.0.1:${String(port)}`,
    close: async () => {
      server.closeAllConnections();
      await new Promise((resolve) => server.close(resolve));
    },
  };
}
