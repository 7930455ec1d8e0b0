import { expect } from "chai";
import type { Browser, Page } from "playwright-core";
import { launchChromium } from "../chromium.ts";
import { servePage } from "./page-server.ts";
import type { PageServer } from "./page-server.ts";
import type { Trained } from "./training-page.ts";

declare const train: (threads: number) => Promise<Trained>;

describe("training in a page of Chromium, on wasm", function () {
  this.timeout(120_000);
  let browser: Browser | undefined;
  let server: PageServer | undefined;
  before(async function () {
    browser = await launchChromium(this);
    server = await servePage("training-page.ts");
  });
  after(async () => {
    server?.close();
    await browser?.close();
  });

  /** A fresh page; what it writes to the console in trouble is part of the error. */
  async function trainIn(isolated: boolean, threads: number): Promise<Trained> {
    const page = (await browser?.newPage()) as Page;
    const troubles: string[] = [];
    page.on("pageerror", (error) => troubles.push(String(error)));
    page.on("console", (message) => troubles.push(message.text()));
    page.on("requestfailed", (request) => troubles.push(`${request.url()} failed`));
    page.on("response", (response) => response.status() >= 400 && troubles.push(`${response.status()} ${response.url()}`));
    try {
      await page.goto(server?.address(isolated) ?? "");
      await page.waitForFunction(() => "train" in globalThis, undefined, { timeout: 20_000 });
      return await page.evaluate((n) => train(n), threads);
    } catch (error) {
      throw new Error(`${String(error)}\n${troubles.join("\n")}`, { cause: error });
    } finally {
      await page.close();
    }
  }

  it("uses two threads where the page is cross-origin isolated, and gives the same bits as one", async () => {
    const one = await trainIn(true, 1);
    expect(server?.asked).not.to.include("pool-worker.js");
    const two = await trainIn(true, 2);
    expect(server?.asked).to.include("pool-worker.js");
    // A worker that could not start would be counted as lost.
    expect(two.facts).to.include({ threads: 2 }).and.not.have.property("threadsReason");
    expect(one.facts).to.include({ threads: 1 });
    expect(one.losses).to.have.length(6);
    expect(
      one.losses.every((loss) => loss > 0 && loss < 10),
      String(one.losses),
    ).to.equal(true);
    expect(two.losses).to.deep.equal(one.losses);
  });

  it("falls back to one thread, with the reason, where it is not, and gives the same bits", async () => {
    const plain = await trainIn(false, 2);
    expect(plain.facts).to.include({ threads: 1, threadsReason: "the page is not cross-origin isolated" });
    expect(plain.losses).to.deep.equal((await trainIn(true, 1)).losses);
  });
});
