import { mkdir, writeFile } from "node:fs/promises";
import { join } from "node:path";
import type { Host } from "@fastap/kernel";
import { vocBoxes, vocPoints } from "@fastap/plugin-vision";
import { expect } from "chai";
import { errorOf } from "./error-of.ts";
import { visionHost } from "./host.ts";
import { withImages } from "./image-folder.ts";

type Box = readonly [name: string, xmin: number | string, ymin: number | string, xmax: number | string, ymax: number | string];

const voc = (...boxes: readonly Box[]): string =>
  `<annotation><size><width>8</width><height>6</height><depth>3</depth></size>${boxes.map(objectOf).join("\n")}</annotation>`;

function objectOf([name, ...sides]: Box): string {
  const bndbox = ["xmin", "ymin", "xmax", "ymax"].map((side, i) => `<${side}>${sides[i]}</${side}>`).join("");
  return `<object><name>${name}</name><part><name>ear</name></part><bndbox>${bndbox}</bndbox></object>`;
}

const CELL: Box = ["cell", 0, 2, 4, 6];
const NAMES = ["a", "b", "c", "d"];

/** Images of 8 × 6 pixels with annotations, `a` to `c` for training, while `f` runs. */
async function withVoc<T>(annotations: Readonly<Record<string, string>>, f: (root: string) => Promise<T>): Promise<T> {
  return withImages(
    NAMES.map((name) => `JPEGImages/${name}.png`),
    async (root) => {
      await mkdir(join(root, "Annotations"));
      await mkdir(join(root, "ImageSets/Main"), { recursive: true });
      await writeFile(join(root, "ImageSets/Main/train.txt"), "a\nb  1\nc -1\n");
      await writeFile(join(root, "ImageSets/Main/val.txt"), "d\n");
      for (const name of NAMES) await writeFile(join(root, `Annotations/${name}.xml`), annotations[name] ?? voc(CELL));
      return f(root);
    },
  );
}

describe("annotations of Pascal VOC", () => {
  let host: Host;
  before(async () => {
    host = await visionHost();
  });
  after(async () => host[Symbol.asyncDispose]());

  const numbers = async (tensors: readonly Parameters<ReturnType<typeof host.resolve<"engine">>["read"]>[0][]): Promise<number[][]> => {
    const values = await Promise.all(tensors.map(async (tensor) => Array.from(await host.resolve("engine").read(tensor))));
    for (const tensor of tensors) tensor.dispose();
    return values;
  };

  it("vocPoints: centres of the largest boxes of the classes, scaled; the lists split", async () => {
    const b = voc(["dust", 0, 0, 8, 6], ["cell", 4, 0, 6, 3], ["cell", 0, 0, 4, 6]);
    await withVoc({ b }, async (path) => {
      const dls = await vocPoints(host, { path, classes: ["cell"], bs: 3, shuffle: false });
      expect([dls.train.n, dls.valid.n, dls.c, dls.lossFunc]).to.deep.equal([3, 1, 2, "mseLossFlat"]);
      const [image, points] = await dls.oneBatch();
      expect([image?.shape, points?.shape]).to.deep.equal([
        [3, 6, 8, 3],
        [3, 1, 2],
      ]);
      image?.dispose();
      expect(await numbers(points === undefined ? [] : [points])).to.deep.equal([
        [...[(2 * 2) / 8 - 1, (2 * 4) / 6 - 1], ...[(2 * 2) / 8 - 1, 0], ...[(2 * 2) / 8 - 1, (2 * 4) / 6 - 1]].map(Math.fround),
      ]);
      const all = await vocPoints(host, { path, validPct: 0.5, bs: 2 });
      expect([all.train.n, all.valid.n]).to.deep.equal([2, 2]);
    });
  });

  it("images with fewer boxes than points are named, or left out", async () => {
    const annotations = { b: voc(["dust", 0, 0, 1, 1]), d: voc(CELL, ["cell", 0, 0, 1, 1]) };
    await withVoc(annotations, async (path) => {
      const none = await errorOf(async () => vocPoints(host, { path, classes: ["cell"], bs: 1 }));
      expect(none.code).to.equal("E_VISION_VOC_FEW");
      expect(none.message).to.include("b.xml has no boxes of cell");
      const dls = await vocPoints(host, { path, classes: ["cell"], skipFew: true, bs: 1 });
      expect([dls.train.n, dls.valid.n]).to.deep.equal([2, 1]);
      const few = await errorOf(async () => vocPoints(host, { path, points: 3, skipFew: true, bs: 1 }));
      expect(few.message).to.include("too few boxes");
      const zero = await errorOf(async () => vocPoints(host, { path, points: 0, bs: 1 }));
      expect(zero.code).to.equal("E_VISION_OPTION");
    });
  });

  it("vocBoxes: boxes and labels as two targets, filled up; an image without any stays", async () => {
    const annotations = { b: voc(), c: voc(["dust", 0, 0, 8, 3], CELL) };
    await withVoc(annotations, async (path) => {
      const dls = await vocBoxes(host, { path, bs: 3, shuffle: false });
      expect(dls.vocab).to.deep.equal(["#na#", "cell", "dust"]);
      const [image, ...targets] = await dls.oneBatch();
      image?.dispose();
      expect(targets.map(({ shape }) => shape)).to.deep.equal([
        [3, 2, 4],
        [3, 2],
      ]);
      const [boxes, labels] = await numbers(targets);
      expect(labels).to.deep.equal([1, 0, 0, 0, 2, 1]);
      expect(boxes?.slice(16)).to.deep.equal([...[-1, -1, 1, 0], ...[-1, (2 * 2) / 6 - 1, 0, 1]].map(Math.fround));
    });
  });

  it("what cannot be used is named, file and row", async () => {
    const broken: readonly (readonly [annotation: string, ...parts: string[]])[] = [
      ["<annotation><object></annotation>", "c.xml", "end tag", "line 1"],
      ["", "c.xml", "Root element"],
      ["<VOC/>", "c.xml", "<annotation>", "<VOC>"],
      [voc(CELL, ["cell", 0, 0, 12, 4]), "c.xml, object 2 (cell)", "8 × 6", "[0, 0, 12, 4]"],
      [voc(["cell", 5, 0, 2, 4]), "object 1", "xmin ≤ xmax"],
      [voc(["cell", 1, 0, "wide", 4]), "object 1", "<xmax>", "wide"],
      [voc(["", 1, 0, 2, 4]), "object 1", "<name>"],
      ["<annotation><object><name>cell</name></object></annotation>", "object 1", "<xmin>"],
    ];
    for (const [c, ...parts] of broken) {
      await withVoc({ c }, async (path) => {
        const error = await errorOf(async () => vocPoints(host, { path, bs: 1 }));
        expect(error.code, c).to.equal("E_VISION_VOC");
        for (const part of parts) expect(error.message).to.include(part);
      });
    }
  });

  it("unknown classes, and names in a list without image, annotation or list", async () => {
    await withVoc({ c: voc(CELL, ["dist", 0, 0, 1, 1]) }, async (path) => {
      const boxes = await errorOf(async () => vocBoxes(host, { path, vocab: ["cell", "dust"], bs: 1 }));
      expect(boxes.message).to.include("c.xml, object 2").and.include('"dust"');
      const points = await errorOf(async () => vocPoints(host, { path, classes: ["cel"], bs: 1 }));
      expect(points.message).to.include("cell, dist").and.include('"cell"');
      const list = await errorOf(async () => vocPoints(host, { path, valid: "test", bs: 1 }));
      expect(list.code).to.equal("E_VISION_VOC_SET");
      expect(list.message).to.include("test.txt").and.include("validPct");
      await writeFile(join(path, "ImageSets/Main/val.txt"), "\nd\ne\n");
      const image = await errorOf(async () => vocPoints(host, { path, bs: 1 }));
      expect(image.message).to.include("val.txt:3").and.include("e.jpg");
      await writeFile(join(path, "ImageSets/Main/val.txt"), "\n");
      expect((await errorOf(async () => vocPoints(host, { path, bs: 1 }))).code).to.equal("E_VISION_NO_FILES");
    });
  });
});
