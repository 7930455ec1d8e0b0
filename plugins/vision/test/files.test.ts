import { createServer } from "node:http";
import type { Server } from "node:http";
import { existsSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import type { AddressInfo } from "node:net";
import { tmpdir } from "node:os";
import { basename, join } from "node:path";
import { downloadImages, resizeImage, resizeImages, resizeTo, verifyImage, verifyImages } from "@fastap/plugin-vision";
import { expect } from "chai";
import sharp from "sharp";
import type { Sharp } from "sharp";

const made = (width: number, height: number, channels: 1 | 3 | 4 = 3): Sharp => {
  const data = Uint8Array.from({ length: width * height * channels }, (_, i) => (i * 7) % 256);
  return sharp(data, { raw: { width, height, channels: channels as 3 } });
};
const sizeOf = async (file: string): Promise<readonly number[]> => {
  const { width, height, channels } = await sharp(readFileSync(file)).metadata();
  return [width, height, channels];
};

describe("image files", () => {
  let folder = "";
  before(async () => {
    folder = mkdtempSync(join(tmpdir(), "fastap-files-"));
    mkdirSync(join(folder, "in", "sub"), { recursive: true });
    await made(40, 20)
      .jpeg()
      .toFile(join(folder, "in", "wide.jpg"));
    await made(8, 6)
      .png()
      .toFile(join(folder, "in", "small.png"));
    await made(8, 6, 4)
      .png()
      .toFile(join(folder, "in", "alpha.png"));
    await made(10, 30, 1)
      .toColourspace("b-w")
      .png()
      .toFile(join(folder, "in", "sub", "grey.png"));
    await made(40, 20)
      .jpeg()
      .withMetadata({ orientation: 6 })
      .toFile(join(folder, "in", "turned.jpg"));
    writeFileSync(join(folder, "in", "text.jpg"), "no image");
    writeFileSync(join(folder, "in", "cut.jpg"), readFileSync(join(folder, "in", "wide.jpg")).subarray(0, 500));
  });
  after(() => rmSync(folder, { recursive: true }));
  const at = (...path: string[]): string => join(folder, ...path);

  it("verifyImages tells those that cannot be read to the end", async () => {
    const files = ["wide.jpg", "text.jpg", "small.png", "cut.jpg", "nothing.png"].map((name) => at("in", name));
    expect((await verifyImages(files)).map((file) => basename(file))).to.deep.equal(["text.jpg", "cut.jpg", "nothing.png"]);
    expect(await verifyImage(at("in", "wide.jpg"))).to.equal(true);
    const error = await verifyImages(files, { nWorkers: 0 }).catch((reason: unknown) => reason);
    expect(error).to.include({ code: "E_VISION_OPTION" });
  });

  it("resizeTo cuts sides down to whole pixels, by the longer or the shorter", () => {
    expect(resizeTo([40, 21], 10)).to.deep.equal([10, 5]);
    expect(resizeTo([40, 21], 10, true)).to.deep.equal([19, 10]);
  });

  it("resizeImages makes long sides short, other channels RGB, and copies the rest", async () => {
    const outcomes = await resizeImages(at("in"), { maxSize: 16, recurse: true, dest: at("out") });
    expect(outcomes).to.deep.equal({
      "alpha.png": "resized",
      "cut.jpg": "unreadable",
      "small.png": "copied",
      [join("sub", "grey.png")]: "resized",
      "text.jpg": "unreadable",
      "turned.jpg": "resized",
      "wide.jpg": "resized",
    });
    expect(await sizeOf(at("out", "wide.jpg"))).to.deep.equal([16, 8, 3]);
    expect(await sizeOf(at("out", "turned.jpg"))).to.deep.equal([8, 16, 3]);
    expect(await sizeOf(at("out", "sub", "grey.png"))).to.deep.equal([5, 16, 3]);
    expect(await sizeOf(at("out", "alpha.png"))).to.deep.equal([16, 12, 3]);
    expect(readFileSync(at("out", "small.png")).equals(readFileSync(at("in", "small.png")))).to.equal(true);
    expect(existsSync(at("out", "text.jpg"))).to.equal(false);
    const shallow = await resizeImages(at("in"), { maxSize: 16, dest: at("shallow") });
    expect(Object.keys(shallow)).to.have.length(6);
  });

  it("resizeImage changes format and extension, goes on where it was, and leaves the source alone", async () => {
    const options = { src: at("in"), maxSize: 20, ext: ".png" };
    expect(await resizeImage("wide.jpg", at("png"), options)).to.equal("resized");
    expect((await sharp(readFileSync(at("png", "wide.png"))).metadata()).format).to.equal("png");
    writeFileSync(at("png", "wide.jpg"), "here");
    expect(await resizeImage("wide.jpg", at("png"), { ...options, resume: true })).to.equal("there");
    expect(await resizeImage("small.png", at("in"), { src: at("in") })).to.equal("copied");
    expect(await sizeOf(at("in", "small.png"))).to.deep.equal([8, 6, 3]);
    for (const file of ["../out.jpg", at("in", "wide.jpg")]) {
      const error = await resizeImage(file, at("png"), { src: at("in") }).catch((reason: unknown) => reason);
      expect(error).to.include({ code: "E_VISION_OPTION" });
    }
  });
});

describe("downloadImages", () => {
  let server: Server;
  let url = "";
  let folder = "";
  before(async () => {
    const image = await made(4, 4).png().toBuffer();
    server = createServer((request, response) => {
      if (request.url?.startsWith("/slow") === true) return;
      if (request.url?.startsWith("/none") === true) response.writeHead(404).end();
      else response.end(image);
    });
    await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
    url = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
    folder = mkdtempSync(join(tmpdir(), "fastap-pics-"));
  });
  after(() => {
    server.closeAllConnections();
    server.close();
    rmSync(folder, { recursive: true });
  });

  it("fetches what there is under random names, and tells what failed", async () => {
    const urls = [`${url}/a.png?size=3`, `${url}/none.png`, `${url}/plain`, `${url}/slow.png`];
    const { files, failed } = await downloadImages(join(folder, "random"), { urls, timeout: 0.2 });
    expect(files.map((file) => basename(file).replace(/[\da-f-]{36}/, "uuid"))).to.deep.equal(["uuid.png", "uuid.jpg"]);
    expect(failed.map((each) => each.url)).to.deep.equal([urls[1], urls[3]]);
    expect(await verifyImages(files)).to.deep.equal([]);
  });

  it("keeps names where asked to, numbers them where they are taken, and stays in its folder", async () => {
    const dest = join(folder, "kept");
    mkdirSync(dest);
    writeFileSync(join(dest, "a.png"), "mine");
    const urls = [`${url}/a.png`, `${url}/b/a.png?x`, `${url}/%2e%2e%2fevil.png`, `${url}/..%5cevil.png`];
    const { files } = await downloadImages(dest, { urls, preserveFilename: true });
    expect(files.map((file) => basename(file)).slice(0, 2)).to.deep.equal(["a1.png", "a2.png"]);
    expect(files.every((file) => file.startsWith(dest) && !basename(file).startsWith("."))).to.equal(true);
    expect(readFileSync(join(dest, "a.png"), "utf8")).to.equal("mine");
  });

  it("reads addresses from a file, the first maxPics of them", async () => {
    const urlFile = join(folder, "urls.txt");
    writeFileSync(urlFile, `${url}/1.png\n\n${url}/2.png\r\n${url}/3.png\n`);
    const { files } = await downloadImages(join(folder, "listed"), { urlFile, maxPics: 2, preserveFilename: true });
    expect(files.map((file) => basename(file))).to.deep.equal(["1.png", "2.png"]);
    for (const options of [{}, { urlFile: join(folder, "none.txt") }]) {
      const error = await downloadImages(folder, options).catch((reason: unknown) => reason);
      expect(error).to.include({ code: "E_VISION_OPTION" });
    }
  });
});
