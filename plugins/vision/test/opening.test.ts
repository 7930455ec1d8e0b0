import { mkdtemp, readFile, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { crc32, deflateSync } from "node:zlib";
import { PILImage, PILImageBW, PILMask, resizeMax, toBytesFormat, toThumb } from "@fastap/plugin-vision";
import { expect } from "chai";
import sharp from "sharp";
import type { Color, Sharp } from "sharp";
import { errorOf } from "./error-of.ts";

const red = { r: 200, g: 20, b: 30 };
const flat = (channels: 3 | 4, background: object): Sharp =>
  sharp({ create: { width: 4, height: 3, channels, background: background as Color } });

/** A PNG that says that it is `side` × `side`, in 69 bytes. */
function hugePng(side: number): Uint8Array {
  const header = Buffer.alloc(13);
  header.writeUInt32BE(side, 0);
  header.writeUInt32BE(side, 4);
  header.set([8, 2], 8);
  const chunk = (type: string, data: Buffer): Buffer => {
    const out = Buffer.alloc(12 + data.length);
    out.writeUInt32BE(data.length, 0);
    out.write(type, 4);
    out.set(data, 8);
    out.writeUInt32BE(crc32(out.subarray(4, 8 + data.length)), 8 + data.length);
    return out;
  };
  const parts = [chunk("IHDR", header), chunk("IDAT", deflateSync(Buffer.alloc(100))), chunk("IEND", Buffer.alloc(0))];
  return new Uint8Array(Buffer.concat([Buffer.from([137, 80, 78, 71, 13, 10, 26, 10]), ...parts]));
}

describe("opening images", () => {
  let folder = "";
  before(async () => {
    folder = await mkdtemp(join(tmpdir(), "fastap-open-"));
  });
  after(async () => rm(folder, { recursive: true }));

  it("gives RGB, grey as Pillow weighs it, and the numbers of a mask", async () => {
    const png = new Uint8Array(await flat(3, red).png().toBuffer());
    const [colour, grey, mask] = [await PILImage.create(png), await PILImageBW.create(png), await PILMask.create(png)];
    expect([colour.shape, Array.from(colour.data.subarray(0, 3))]).to.deep.equal([
      [3, 4, 3],
      [200, 20, 30],
    ]);
    expect([grey.shape, grey.data[0]]).to.deep.equal([[3, 4, 1], (200 * 19595 + 20 * 38470 + 30 * 7471 + 0x8000) >> 16]);
    expect(mask.shape).to.deep.equal([3, 4]);
  });

  it("leaves alpha out, turns palettes and CMYK into RGB and 16 bits into 8", async () => {
    const first = async (bytes: Buffer): Promise<number[]> =>
      Array.from((await PILImage.create(new Uint8Array(bytes))).data.subarray(0, 3));
    expect(
      await first(
        await flat(4, { ...red, alpha: 0.5 })
          .png()
          .toBuffer(),
      ),
    ).to.deep.equal([200, 20, 30]);
    expect(await first(await flat(3, red).png({ palette: true }).toBuffer())).to.deep.equal([200, 20, 30]);
    const [r = 0, g = 255, b = 255] = await first(await flat(3, red).toColourspace("cmyk").jpeg().toBuffer());
    expect(r > 150 && g < 60 && b < 60, `${r} ${g} ${b}`).to.equal(true);
    const deep = sharp(new Uint16Array([65535, 32768, 0]), { raw: { width: 1, height: 1, channels: 3 } });
    expect(await first(await deep.toColourspace("rgb16").png().toBuffer())).to.deep.equal([255, 128, 0]);
  });

  it("keeps the numbers of a 16-bit mask", async () => {
    const deep = sharp(new Uint16Array([0, 300, 40000, 65535]), { raw: { width: 2, height: 2, channels: 1 } });
    const { data } = await PILMask.create(new Uint8Array(await deep.toColourspace("grey16").png().toBuffer()));
    expect(Array.from(data)).to.deep.equal([0, 300, 40000, 65535]);
  });

  it("turns a photo upright as its EXIF says", async () => {
    const lying = await flat(3, red).withMetadata({ orientation: 6 }).jpeg().toBuffer();
    expect((await PILImage.create(new Uint8Array(lying))).shape).to.deep.equal([4, 3, 3]);
  });

  it("takes arrays of bytes and of fractions", async () => {
    const fractions = await PILImage.create({ data: Float32Array.of(0, 0.5, 1, 2), shape: [2, 2] });
    expect(Array.from(fractions.data)).to.deep.equal([0, 0, 0, 127, 127, 127, 255, 255, 255, 255, 255, 255]);
    expect(await errorOf(async () => PILImage.create({ data: Float32Array.of(1), shape: [2, 2] }))).to.include({ code: "E_VISION_INPUT" });
  });

  it("refuses what is no image, half of one, or none at all, by name", async () => {
    const photo = await sharp({
      create: { width: 64, height: 64, channels: 3, background: red, noise: { type: "gaussian", mean: 99, sigma: 40 } },
    })
      .jpeg()
      .toBuffer();
    for (const [name, bytes] of [
      ["text.jpg", Buffer.from("no image")],
      ["half.jpg", photo.subarray(0, photo.length / 2)],
      ["empty.png", Buffer.alloc(0)],
    ] as const) {
      const file = join(folder, name);
      await writeFile(file, bytes);
      const error = await errorOf(async () => PILImage.create(file));
      expect(error.code, name).to.equal("E_VISION_IMAGE");
      expect(error.message).to.include(file);
    }
    expect((await errorOf(async () => PILImage.create(join(folder, "none.jpg")))).code).to.equal("E_VISION_IMAGE");
  });

  it("refuses by its header what is larger than the cap, before decoding it", async () => {
    const file = join(folder, "bomb.png");
    await writeFile(file, hugePng(40000));
    const error = await errorOf(async () => PILImage.create(file));
    expect(error.code).to.equal("E_VISION_PIXELS");
    expect(error.message).to.include("1600000000").and.include("178956970").and.include(file);
    const small = new Uint8Array(await flat(3, red).png().toBuffer());
    expect((await errorOf(async () => PILImage.create(small, { maxPixels: 11 }))).code).to.equal("E_VISION_PIXELS");
    expect((await PILImage.create(small, { maxPixels: 12 })).shape).to.deep.equal([3, 4, 3]);
  });

  it("makes thumbnails that fit, and images within limits", async () => {
    const image = await PILImage.create({ data: new Uint8Array(40 * 100 * 3), shape: [40, 100, 3] });
    expect(toThumb(image, 20).shape).to.deep.equal([8, 20, 3]);
    expect(toThumb(image, 500).shape).to.deep.equal([40, 100, 3]);
    expect(resizeMax(image, { maxPx: 1000 }).shape).to.deep.equal([20, 50, 3]);
    expect(resizeMax(image, { maxH: 30, maxW: 50 }).shape).to.deep.equal([20, 50, 3]);
  });

  it("writes what it opened", async () => {
    const image = await PILImage.create({ data: Uint8Array.from({ length: 24 }, (_, i) => i * 10), shape: [2, 4, 3] });
    expect(Array.from((await PILImage.create(await toBytesFormat(image))).data)).to.deep.equal(Array.from(image.data));
  });

  it("opens the sample photos", async function () {
    const data = process.env["FASTAP_DATA"];
    if (data === undefined) return this.skip();
    const cat = await PILImage.create(join(data, "images-sample", "cat.jpg"));
    expect(cat.shape).to.deep.equal([400, 600, 3]);
    const whole = await readFile(join(data, "images-sample", "cat.jpg"));
    expect((await errorOf(async () => PILImage.create(new Uint8Array(whole.subarray(0, 9000))))).code).to.equal("E_VISION_IMAGE");
  });
});
