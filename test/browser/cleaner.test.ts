import { readFile } from "node:fs/promises";
import { join } from "node:path";
import type { CleaningPage } from "@fastap/kernel";
import { expect } from "chai";
import type { Browser, Page } from "playwright-core";
import { Room } from "../../plugins/vision/test/cleaner/room.ts";
import { launchChromium } from "../chromium.ts";

describe("the image cleaner in Chromium", function () {
  this.timeout(120_000);
  let browser: Browser | undefined;
  let room: Room;
  let cleaning: CleaningPage;
  let page: Page;
  const strangers: string[] = [];
  const troubles: string[] = [];
  before(async function () {
    browser = await launchChromium(this);
  });
  after(async () => browser?.close());
  beforeEach(async () => {
    room = await Room.create();
    await room.squares.paint("valid/red/broken.png", [220, 50, 40]);
    const learn = await room.trained();
    await room.squares.write("valid/red/broken.png", "no picture");
    cleaning = await room.open({}, learn);
    page = (await browser?.newPage()) as Page;
    page.on("request", (request) => !request.url().startsWith(cleaning.url) && strangers.push(request.url()));
    page.on("pageerror", (error) => troubles.push(String(error)));
    page.on("console", (message) => message.type() === "error" && troubles.push(message.text()));
    await page.goto(cleaning.url);
    await page.waitForSelector(".card");
  });
  afterEach(async () => {
    await page.close();
    await room.close();
    expect(strangers, "asked from elsewhere").to.deep.equal([]);
    expect(troubles.splice(0), "errors of the page").to.deep.equal([]);
  });

  const csv = (): Promise<string> => readFile(join(room.squares.root, "reviewed.csv"), "utf8");
  const decided = async (): Promise<string[]> =>
    (await csv())
      .trim()
      .split("\n")
      .slice(1)
      .filter((row) => !row.endsWith(",keep"));
  const counts = (text: string): Promise<void> => page.locator("#counts", { hasText: text }).waitFor();

  it("is used with the mouse, and survives a reload", async () => {
    await page.selectOption("#split", "valid");
    await page.locator(".wrong").first().waitFor();
    const worst = page.locator(".card").first();
    expect(await worst.locator(".said").textContent()).to.equal("blue → green?");
    expect(await worst.locator("option").allTextContents()).to.deep.equal(["<Keep>", "<Delete>", "green", "red"]);
    await worst.locator("select").selectOption({ label: "green" });
    await counts("0 to delete · 1 to relabel");
    await page.locator(".card").nth(1).locator("select").selectOption("delete");
    await counts("1 to delete · 1 to relabel");
    expect(await decided())
      .to.have.length(2)
      .and.to.include("valid/blue/0.png,blue,green,relabel");
    await page.reload();
    await page.waitForSelector(".card.relabel");
    expect(await page.locator("#split").inputValue()).to.equal("valid");
    expect(await page.locator(".card.delete").count()).to.equal(1);
    expect(await page.locator(".card").first().locator("select").inputValue()).to.equal("1");
  });

  it("is used with the keyboard", async () => {
    await page.selectOption("#split", "valid");
    await page.selectOption("#class", { label: "green (6)" });
    await page.getByText("green → red?").waitFor();
    await page.locator("#counts").click(); // away from the choice
    for (const key of ["ArrowRight", "p", "d", "3"]) await page.keyboard.press(key);
    await counts("1 to delete · 2 to relabel");
    for (const key of ["ArrowLeft", "k", "ArrowLeft", "2"]) await page.keyboard.press(key); // the third again, then its own class
    await counts("1 to delete · 1 to relabel");
    expect(await decided()).to.include("valid/green/0.png,green,red,relabel");
  });

  it("shows a broken image as broken, and all others", async () => {
    await page.selectOption("#split", "valid");
    await page.selectOption("#class", "2");
    const first = page.locator(".card").first();
    await first.locator(".thumb.broken").waitFor();
    expect(await first.locator(".thumb").textContent()).to.contain("broken.png");
    const loaded = (): Promise<unknown> =>
      page.evaluate("[...document.querySelectorAll('img')].filter((image) => image.naturalWidth > 0).length");
    for (let tries = 0; tries < 100 && (await loaded()) !== 6; tries++) await page.waitForTimeout(50);
    expect(await loaded()).to.equal(6);
  });

  it("says what could not be saved, and ends when one is done", async () => {
    await page.route("**/api/decide", (route) => route.fulfill({ status: 500, json: { problem: "the disk is full" } }));
    await page.locator(".card select").first().selectOption("delete");
    await page.locator("#problem").waitFor();
    expect(await page.locator("#problem").textContent()).to.equal("the disk is full");
    expect(await page.locator(".card.delete").count()).to.equal(0);
    troubles.splice(0); // the browser logs the 500
    await page.click("#done");
    const { images, deleted } = await cleaning.done;
    expect([images, deleted]).to.deep.equal([37, 0]);
    await page.locator("dialog[open]").waitFor();
  });

  it("fits a phone and a wide screen", async () => {
    for (const width of [360, 1600]) {
      await page.setViewportSize({ width, height: 800 });
      const beyond = await page.evaluate("document.documentElement.scrollWidth - document.documentElement.clientWidth");
      expect(beyond, `${width} pixels`).to.equal(0);
    }
  });
});
