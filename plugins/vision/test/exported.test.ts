import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import type { Host } from "@fastap/kernel";
import { categoryBlock, DataBlock, DisplayedTransform, endSplitter, multiCategoryBlock, regressionBlock } from "@fastap/plugin-data";
import { TensorImage, type TransformBlock } from "@fastap/plugin-data";
import { loadLearner, type HostArray, type Learner, type Predicted } from "@fastap/plugin-learner";
import { imageBlock, maskBlock, pointBlock, Resize, unetLearner, visionLearner } from "@fastap/plugin-vision";
import { expect } from "chai";
import sharp from "sharp";
import { visionHost } from "./vision-host.ts";

const ARCH = "mobilenet_v1_025";
const SIDE = 32;

/** What a file's number says. */
interface Kind {
  readonly block: () => TransformBlock;
  readonly y: (i: number) => unknown;
  readonly lossFunc?: string;
  readonly nOut?: number;
}

const KINDS: Readonly<Record<string, Kind>> = {
  "a category": { block: categoryBlock, y: (i) => ["cat", "dog", "owl"][i % 3] },
  "several categories": { block: multiCategoryBlock, y: (i) => [["sun"], ["sun", "rain"], []][i % 3] },
  numbers: { block: () => regressionBlock(2), y: (i) => [i / 8, 1 - i / 8] },
  points: { block: pointBlock, y: (i) => [[i, 2 * i]], nOut: 2 },
};

describe("an exported Learner of a data block of images", () => {
  let root: string;
  let host: Host;
  let files: string[];
  before(async () => {
    root = await mkdtemp(join(tmpdir(), "fastap-exported-"));
    host = await visionHost("wasm", { root });
    files = await Promise.all(Array.from({ length: 8 }, async (_, i) => picture(i)));
  });
  after(async () => {
    await host[Symbol.asyncDispose]();
    await rm(root, { recursive: true });
  });

  async function picture(i: number): Promise<string> {
    const file = join(root, `${i}.png`);
    const [width, height] = [48 + 4 * (i % 2), 40];
    const data = Uint8Array.from({ length: width * height * 3 }, (_, k) => (k * (i + 3)) % 251);
    await sharp(data, { raw: { width, height, channels: 3 } })
      .png()
      .toFile(file);
    return file;
  }

  const numberOf = (file: string): number => Number(/(\d+)\.png$/.exec(file)?.[1]);
  const block = ({ block: target, y }: Kind, itemTfms: unknown = [new Resize(SIDE)]): DataBlock =>
    new DataBlock({
      blocks: [imageBlock, target()],
      splitter: endSplitter({ validPct: 0.25 }),
      getY: (file: string) => y(numberOf(file)),
      itemTfms: itemTfms as never,
    });
  const services = () => ({ engine: host.resolve("engine"), random: host.resolve("random"), bs: 3 });

  /** Arrays by their numbers: a mask opened from a file has a class of its own. */
  const plain = ([decoded, ...rest]: Predicted): unknown[] =>
    typeof decoded === "object" && "shape" in decoded ? [[...decoded.data], decoded.shape, ...rest] : [decoded, ...rest];

  async function compared(learn: Learner): Promise<Predicted> {
    const [file = ""] = files.slice(-1);
    const own = await learn.predict(file);
    const loaded = await loadLearner(host, await learn.export("whole"));
    learn.dispose();
    const [input, ...got] = await loaded.predict(file, { withInput: true });
    expect(plain(got)).to.deep.equal(plain(own));
    expect((input as HostArray).shape).to.deep.equal([SIDE, SIDE, 3]);
    loaded.dispose();
    return own;
  }

  for (const [what, kind] of Object.entries(KINDS)) {
    it(`of ${what} predicts a file as before, and says the same`, async () => {
      const dls = await block(kind).dataloaders(files, services());
      const learn = visionLearner(host, dls, ARCH, {
        pretrained: false,
        linFtrs: [8],
        ...(kind.nOut === undefined ? {} : { nOut: kind.nOut }),
      });
      await learn.fit(1, 1e-3);
      const [decoded] = await compared(learn);
      if (what === "a category") expect(["cat", "dog", "owl"]).to.include(decoded);
      if (what === "several categories")
        expect(decoded)
          .to.be.an("array")
          .that.satisfies((all: string[]) => all.every((label) => ["sun", "rain"].includes(label)));
      if (what === "numbers")
        expect(decoded)
          .to.have.length(2)
          .and.satisfy((all: number[]) => all.every(Number.isFinite));
      if (what === "points") expect((decoded as HostArray).shape).to.deep.equal([1, 2]);
    });
  }

  it("of masks predicts a class for every pixel", async () => {
    const mask = async (i: number): Promise<string> => {
      const file = join(root, `mask-${i}.png`);
      await sharp(
        Uint8Array.from({ length: 48 * 40 }, (_, k) => (k + i) % 2),
        { raw: { width: 48, height: 40, channels: 1 } },
      )
        .png()
        .toFile(file);
      return file;
    };
    const masks = await Promise.all(files.map(async (_, i) => mask(i)));
    const dls = await block({ block: () => maskBlock({ codes: ["none", "cell"] }), y: (i) => masks[i] }).dataloaders(
      files.filter((f) => numberOf(f) % 2 === 0),
      services(),
    );
    const learn = await unetLearner(host, dls, ARCH, { pretrained: false, nOut: 2, lossFunc: "crossEntropy" });
    const [decoded, decision] = await compared(learn);
    expect((decision as HostArray).shape).to.deep.equal([SIDE, SIDE]);
    expect([...(decoded as HostArray).data]).to.deep.equal([...(decision as HostArray).data]);
  });

  it("is refused where a transform has no name, and it is said what to register", async () => {
    class Dim extends DisplayedTransform {
      constructor() {
        super();
        this.on(TensorImage, (image: TensorImage) => image);
      }
    }
    const dls = await block(KINDS["a category"] as Kind, [new Resize(SIDE), new Dim()]).dataloaders(files, services());
    const learn = visionLearner(host, dls, ARCH, { pretrained: false, linFtrs: [8] });
    const failure = await learn.export("dim").catch(String);
    expect(failure).to.contain("E_VISION_UNNAMED").and.to.contain('host.contribute("transforms", { name: "dim", make })');
    learn.dispose();
  });
});
