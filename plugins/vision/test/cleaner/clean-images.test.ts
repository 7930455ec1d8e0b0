import { existsSync } from "node:fs";
import { access, rm, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { expect } from "chai";
import { get, post, Room, type Image } from "./room.ts";

describe("the image cleaner", () => {
  let room: Room;
  beforeEach(async () => {
    room = await Room.create();
  });
  afterEach(() => room.close());

  it("lists the images of a class, highest loss first, and writes what is decided at once", async () => {
    const page = await room.open();
    expect([page.images, page.broken]).to.deep.equal([36, 0]);
    const { images, total } = await get<{ images: Image[]; total: number }>(page, "api/images?split=valid&label=0");
    expect(total).to.equal(6);
    const found = images.map(({ loss }) => loss ?? NaN);
    expect(found).to.deep.equal(found.toSorted((a, b) => b - a));
    const [worst] = images;
    expect(worst?.file.endsWith(join("valid", "blue", "0.png")), worst?.file).to.equal(true);
    expect(worst?.predicted).to.equal(1);
    const counts = await post(page, "api/decide", { index: worst?.index, action: "relabel", label: 1 });
    expect(counts.body).to.deep.equal({ deleted: 0, relabelled: 1 });
    await post(page, "api/decide", { index: images[1]?.index, action: "delete" });
    const rows = (await room.csv()).trim().split("\n");
    expect(rows[0]).to.equal("file,old_label,new_label,action");
    expect(rows).to.have.length(37);
    expect(rows.slice(1).filter((row) => !row.endsWith(",keep"))).to.have.members([
      "valid/blue/0.png,blue,green,relabel",
      `${images[1]?.file.slice(room.squares.root.length + 1)},blue,,delete`,
    ]);
    await access(join(room.squares.root, "valid/blue/0.png")); // no image was touched
  });

  it("goes on from its CSV, and keeps what it had by choosing its own label", async () => {
    const page = await room.open();
    await post(page, "api/decide", { index: 3, action: "delete" });
    await post(page, "api/decide", { index: 4, action: "relabel", label: 2 });
    await post(page, "api/decide", { index: 5, action: "delete" });
    await post(page, "api/decide", { index: 5, action: "relabel", label: 0 }); // as it is
    await page.close();
    const again = await room.open();
    expect((await get<{ counts: object }>(again, "api/review")).counts).to.deep.equal({ deleted: 1, relabelled: 1 });
  });

  it("shows a broken image as broken, first in its class", async () => {
    await room.squares.paint("valid/red/broken.png", [220, 50, 40]);
    const made = await room.trained();
    await room.squares.write("valid/red/broken.png", "this is no picture"); // after it was trained
    const page = await room.open({}, made);
    expect(page.broken).to.equal(1);
    const { images } = await get<{ images: Image[] }>(page, "api/images?split=valid&label=2");
    expect(images[0]?.file).to.contain("broken.png");
    expect(images[0]).to.deep.include({ loss: null, label: 2 });
    expect(images.slice(1).map(({ predicted }) => predicted)).to.deep.equal([0, 2, 2, 2, 2, 2]);
    expect((await fetch(`${page.url}thumb/${images[0]?.index}`)).status).to.equal(422);
    const thumb = await fetch(`${page.url}thumb/${images[1]?.index}`);
    expect([thumb.status, thumb.headers.get("content-type")]).to.deep.equal([200, "image/jpeg"]);
  });

  it("touches image files only where it was told to, at the end, and writes over none", async () => {
    await room.squares.paint("valid/red/new.png", [220, 50, 40]);
    const page = await room.open({ apply: true, out: "out/decided.csv" });
    const { images } = await get<{ images: Image[] }>(page, "api/images?split=valid");
    const decide = (name: string, decision: object): Promise<unknown> =>
      post(page, "api/decide", { index: images.find(({ file }) => file.endsWith(join("valid", name)))?.index, ...decision });
    await decide("blue/0.png", { action: "relabel", label: 1 }); // there is a green/0.png
    await decide("green/3.png", { action: "delete" });
    await decide("red/new.png", { action: "relabel", label: 0 });
    const there = (name: string): boolean => existsSync(join(room.squares.root, "valid", name));
    expect(["blue/0.png", "green/3.png", "red/new.png"].map(there)).to.deep.equal([true, true, true]);
    await post(page, "api/done", {});
    const { applied, ...summary } = await page.done;
    expect(summary).to.deep.include({ images: 37, deleted: 1, relabelled: 2, file: join(room.squares.root, "out/decided.csv") });
    expect(applied.map((line) => line.split(" ")[0])).to.deep.equal(["left", "deleted", "moved"]);
    const names = ["blue/0.png", "green/3.png", "red/new.png", "blue/new.png"];
    expect(names.map(there)).to.deep.equal([true, false, false, true]);
  });

  it("takes a decision back that could not be written", async () => {
    const page = await room.open({ out: "folder/reviewed.csv" });
    const folder = join(room.squares.root, "folder");
    await rm(folder, { recursive: true });
    await writeFile(folder, "");
    const answer = await post(page, "api/decide", { index: 0, action: "delete" });
    expect(answer.status).to.equal(500);
    expect(Object(answer.body).problem).to.contain("E_CLEANER_CSV");
    expect((await get<{ counts: object }>(page, "api/review")).counts).to.deep.equal({ deleted: 0, relabelled: 0 });
  });
});
