import { access, chmod, mkdir, readFile, writeFile } from "node:fs/promises";
import { once } from "node:events";
import { createServer } from "node:net";
import { join } from "node:path";
import { isFastapError, type CleaningPage, type Host } from "@fastap/kernel";
import { ArrayDataset, DataLoaders } from "@fastap/plugin-data";
import { createLearner, type Learner } from "@fastap/plugin-learner";
import { cleanImages } from "@fastap/plugin-vision";
import { expect } from "chai";
import { Squares } from "./squares.ts";

interface Image {
  readonly index: number;
  readonly file: string;
  readonly label: number;
  readonly predicted?: number;
  readonly loss: number | null;
  readonly broken?: string;
}

describe("the image cleaner", () => {
  let squares: Squares;
  let host: Host;
  let learn: Learner | undefined;
  let tensors = 0;
  const pages: CleaningPage[] = [];
  beforeEach(async () => {
    squares = await Squares.create();
    host = await squares.host();
    learn = undefined;
    tensors = host.resolve("engine").memory().tensors;
  });
  afterEach(async () => {
    expect(host.resolve("engine").memory().tensors, "tensors left").to.equal(tensors);
    for (const page of pages.splice(0)) await page.close();
    learn?.dispose();
    await host[Symbol.asyncDispose]();
    await squares.remove();
  });

  async function trained(): Promise<Learner> {
    learn?.dispose();
    const made = await squares.learner(host);
    learn = made;
    await made.fit(8);
    tensors = host.resolve("engine").memory().tensors;
    return made;
  }
  async function open(options: Parameters<typeof cleanImages>[1] = {}): Promise<CleaningPage> {
    const page = await cleanImages(await trained(), options);
    pages.push(page);
    return page;
  }
  const csv = (name = "reviewed.csv"): Promise<string> => readFile(join(squares.root, name), "utf8");

  it("lists the images of a class, highest loss first, and writes what is decided at once", async () => {
    const page = await open();
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
    const rows = (await csv()).trim().split("\n");
    expect(rows[0]).to.equal("file,old_label,new_label,action");
    expect(rows).to.have.length(37);
    expect(rows.slice(1).filter((row) => !row.endsWith(",keep"))).to.have.members([
      "valid/blue/0.png,blue,green,relabel",
      `${rowOf(images[1])},blue,,delete`,
    ]);
    await access(join(squares.root, "valid/blue/0.png")); // no image was touched
  });

  const rowOf = (image?: Image): string => image?.file.slice(squares.root.length + 1) ?? "";

  it("goes on from its CSV, and keeps what it had by choosing its own label", async () => {
    const page = await open();
    await post(page, "api/decide", { index: 3, action: "delete" });
    await post(page, "api/decide", { index: 4, action: "relabel", label: 2 });
    await post(page, "api/decide", { index: 5, action: "delete" });
    await post(page, "api/decide", { index: 5, action: "relabel", label: 0 }); // as it is
    await page.close();
    const again = await cleanImages(await trained());
    pages.push(again);
    expect((await get<{ counts: object }>(again, "api/review")).counts).to.deep.equal({ deleted: 1, relabelled: 1 });
  });

  it("shows a broken image as broken, first in its class", async () => {
    await squares.paint("valid/red/broken.png", [220, 50, 40]);
    const made = await trained();
    await squares.write("valid/red/broken.png", "this is no picture"); // after it was trained
    const page = await cleanImages(made);
    pages.push(page);
    expect(page.broken).to.equal(1);
    const { images } = await get<{ images: Image[] }>(page, "api/images?split=valid&label=2");
    expect(images[0]?.file).to.contain("broken.png");
    expect(images[0]).to.deep.include({ loss: null, label: 2 });
    expect(images.slice(1).map(({ predicted }) => predicted)).to.deep.equal([0, 2, 2, 2, 2, 2]);
    expect((await fetch(`${page.url}thumb/${images[0]?.index}`)).status).to.equal(422);
    const thumb = await fetch(`${page.url}thumb/${images[1]?.index}`);
    expect([thumb.status, thumb.headers.get("content-type")]).to.deep.equal([200, "image/jpeg"]);
  });

  it("answers on this machine only, to who has the secret, and gives no file by path", async () => {
    const page = await open();
    const url = new URL(page.url);
    expect(url.hostname).to.equal("127.0.0.1");
    const status = async (address: string, headers: Record<string, string> = {}): Promise<number> =>
      (await fetch(address, { headers })).status;
    expect(await status(url.origin)).to.equal(404);
    expect(await status(`${url.origin}/wrong/api/review`)).to.equal(404);
    for (const path of [
      "..%2f..%2fetc%2fpasswd",
      "thumb/..%2f0",
      "thumb/../../etc/passwd",
      "page/page.js",
      "%2e%2e/routes.js",
      "thumb/999999",
      "thumb/-1",
    ])
      expect(await status(`${page.url}${path}`), path).to.equal(404);
    expect(await status(`${page.url}api/review`, { Origin: "https://evil.example" })).to.equal(404);
    expect(await status(`${page.url}api/review`, { Origin: url.origin })).to.equal(200);
    expect(await rawStatus(url, "evil.example")).to.equal(404);
    expect((await fetch(page.url)).headers.get("content-security-policy")).to.contain("default-src 'none'");
  });

  it("refuses decisions about what does not exist", async () => {
    const page = await open();
    for (const body of [
      { index: 99, action: "delete" },
      { index: 0, action: "relabel", label: 9 },
      { index: 0, action: "burn" },
      "text",
      null,
    ])
      expect((await post(page, "api/decide", body)).status, JSON.stringify(body)).to.equal(400);
    expect(await csv()).to.not.match(/delete|relabel/);
  });

  it("touches image files only where it was told to, at the end", async () => {
    const page = await open({ apply: true, out: "out/decided.csv" });
    const { images } = await get<{ images: Image[] }>(page, "api/images?split=valid");
    const indexOf = (name: string): number => images.find(({ file }) => file.endsWith(name))?.index ?? -1;
    await post(page, "api/decide", { index: indexOf("valid/blue/0.png"), action: "relabel", label: 1 });
    await post(page, "api/decide", { index: indexOf("valid/green/0.png"), action: "delete" });
    await post(page, "api/decide", { index: indexOf("valid/red/1.png"), action: "relabel", label: 0 });
    await post(page, "api/done", {});
    const { applied, ...summary } = await page.done;
    expect(summary).to.deep.include({ images: 36, deleted: 1, relabelled: 2, file: join(squares.root, "out/decided.csv") });
    expect(applied).to.have.length(3);
    // valid/green/0.png was there when blue/0.png came, or it was gone: never written over
    expect(applied.filter((line) => line.startsWith("left"))).to.have.length(2);
    expect(
      await access(join(squares.root, "valid/green/0.png")).then(
        () => true,
        () => false,
      ),
    ).to.equal(false);
    await access(join(squares.root, "valid/blue/0.png"));
  });

  it("names what it cannot work with", async () => {
    const made = await trained();
    const codes: string[] = [];
    const refused = async (work: Promise<unknown>): Promise<void> => void codes.push(await codeOf(work));
    await writeFile(join(squares.root, "other.csv"), "a,b\n1,2\n");
    await refused(cleanImages(made, { out: "other.csv" }));
    await mkdir(join(squares.root, "a-folder.csv"));
    await refused(cleanImages(made, { out: "a-folder.csv" }));
    await writeFile(join(squares.root, "plain-file"), "");
    await refused(cleanImages(made, { out: "plain-file/reviewed.csv" }));
    const taken = createServer().listen(0, "127.0.0.1");
    await once(taken, "listening");
    const { port } = Object(taken.address());
    await refused(cleanImages(made, { port }));
    taken.close();
    expect(codes).to.deep.equal(["E_CLEANER_CSV", "E_CLEANER_CSV", "E_CLEANER_CSV", "E_CLEANER_PORT"]);
  });

  it("names data without image files, and a model for other classes", async () => {
    const { dls } = await trained();
    const services = { engine: host.resolve("engine"), random: host.resolve("random"), bs: 2, lossFunc: "crossEntropy" };
    const numbers = new ArrayDataset([
      { data: new Float32Array(8), shape: [2] },
      { data: new Int32Array(4), shape: [] },
    ]);
    const other = createLearner(host, DataLoaders.fromDatasets([numbers, numbers], services), ["mlp", { sizes: [2, 2] }]);
    expect(await codeOf(cleanImages(other))).to.equal("E_CLEANER_DATA");
    other.dispose();
    const wide = createLearner(host, dls, ["mlp", { sizes: [192, 5], flatten: true }]);
    expect(await codeOf(cleanImages(wide))).to.equal("E_CLEANER_VOCAB");
    wide.dispose();
  });

  it("takes a decision back that could not be written", async function () {
    if (process.getuid?.() === 0) this.skip(); // root may write everywhere
    const page = await open({ out: "locked/reviewed.csv" });
    await chmod(join(squares.root, "locked"), 0o500);
    const answer = await post(page, "api/decide", { index: 0, action: "delete" });
    await chmod(join(squares.root, "locked"), 0o700);
    expect(answer.status).to.equal(500);
    expect((await get<{ counts: object }>(page, "api/review")).counts).to.deep.equal({ deleted: 0, relabelled: 0 });
  });
});

async function get<T>(page: CleaningPage, path: string): Promise<T> {
  return (await (await fetch(`${page.url}${path}`)).json()) as T;
}

async function post(page: CleaningPage, path: string, body: unknown): Promise<{ readonly status: number; readonly body: unknown }> {
  const response = await fetch(`${page.url}${path}`, { method: "POST", body: JSON.stringify(body) });
  return { status: response.status, body: await response.json() };
}

/** With another host name, as a page that was made to point here would send. */
async function rawStatus(url: URL, name: string): Promise<number> {
  const { request } = await import("node:http");
  return new Promise((resolve, reject) => {
    const sent = request({ host: url.hostname, port: url.port, path: url.pathname, headers: { Host: name } }, ({ statusCode = 0 }) =>
      resolve(statusCode),
    );
    sent.on("error", reject).end();
  });
}

async function codeOf(work: Promise<unknown>): Promise<string> {
  return work.then(
    () => "nothing was thrown",
    (error: unknown) => (isFastapError(error) ? error.code : String(error)),
  );
}
