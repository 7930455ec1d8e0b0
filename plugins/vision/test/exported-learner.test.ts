import { mkdtemp, readFile, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import type { Host } from "@fastap/kernel";
import { multiCategoryBlock, regressionBlock } from "@fastap/plugin-data";
import type { TfmdDataLoaders } from "@fastap/plugin-data";
import { loadLearner, type Learner } from "@fastap/plugin-learner";
import { augTransforms, imageDataLoaders, Resize, segmentationFolder, unetLearner, visionLearner, vocPoints } from "@fastap/plugin-vision";
import { expect } from "chai";
import { folder, shared } from "./shared-data.ts";
import { visionHost } from "./vision-host.ts";

const SIDE = 64;
const ARCH = "mobilenet_v1_025";
const tfms = { itemTfms: new Resize(SIDE, { method: "squish" }), batchTfms: augTransforms() };

interface Recipe {
  readonly name: string;
  readonly photo: string;
  make(host: Host): Promise<Learner>;
}

const flower = async (host: Host): Promise<TfmdDataLoaders> =>
  imageDataLoaders.fromFolder(host, shared("flowers-mini"), { ...tfms, bs: 8, n: 16 });
const lists = async (
  host: Host,
  labels: readonly unknown[],
  yBlock: Parameters<typeof imageDataLoaders.fromLists>[4],
): Promise<Learner> => {
  const files = Array.from({ length: labels.length }, (_, i) => shared(`bccd/BCCD/JPEGImages/BloodImage_0000${i}.jpg`));
  return visionLearner(host, await imageDataLoaders.fromLists(host, shared("bccd"), files, labels, { ...tfms, bs: 4, ...yBlock }), ARCH);
};

const recipes: readonly Recipe[] = [
  {
    name: "a label",
    photo: "",
    make: async (host) => visionLearner(host, await flower(host), ARCH, { metrics: ["accuracy"] }),
  },
  {
    name: "points",
    photo: "bccd/BCCD/JPEGImages/BloodImage_00000.jpg",
    make: async (host) => {
      const dls = await vocPoints(host, { path: shared("bccd/BCCD"), classes: ["WBC"], skipFew: true, ...tfms, bs: 8, n: 16 });
      return visionLearner(host, dls, ARCH, { points: true });
    },
  },
  {
    name: "a mask",
    photo: "",
    make: async (host) => {
      const data = { path: shared("nuclei-seg"), csvFname: "items.csv", codes: "codes.txt", ...tfms, bs: 4, n: 8 };
      return unetLearner(host, await segmentationFolder(host, data), ARCH);
    },
  },
  {
    name: "several labels",
    photo: "bccd/BCCD/JPEGImages/BloodImage_00000.jpg",
    make: async (host) => lists(host, [["a"], ["a", "b"], ["b"], [], ["c"], ["a"]], { yBlock: multiCategoryBlock() }),
  },
  {
    name: "numbers",
    photo: "bccd/BCCD/JPEGImages/BloodImage_00000.jpg",
    make: async (host) =>
      lists(
        host,
        [
          [1, 2],
          [3, 4],
          [5, 6],
          [7, 8],
          [9, 1],
          [2, 3],
        ],
        { yBlock: regressionBlock() },
      ),
  },
];

const meanings: Readonly<Record<string, (told: unknown, vocab: readonly string[]) => void>> = {
  "a label": (told, vocab) => expect(vocab).to.include(told),
  points: (told) =>
    expect(arrayOf(told))
      .to.deep.include({ shape: [1, 2] })
      .and.to.satisfy(isWithinImage),
  "a mask": (told) => expect(arrayOf(told).shape).to.deep.equal([SIDE, SIDE]),
  "several labels": (told, vocab) => expect(vocab).to.include.members(told as string[]),
  numbers: (told) => expect(told).to.have.length(2),
};

function arrayOf(told: unknown): { readonly data: ArrayLike<number>; readonly shape: readonly number[] } {
  if (typeof told === "object" && told !== null && "data" in told && "shape" in told) return told as ReturnType<typeof arrayOf>;
  throw new Error(`no array: ${String(told)}`);
}

/** In pixels of the resized photo: a model cannot leave it. */
function isWithinImage({ data }: ReturnType<typeof arrayOf>): boolean {
  return Array.from(data).every((value) => value > 1 && value < SIDE);
}

/** From training to another process: what `export` wrote predicts from a path or bytes as the Learner did that wrote it. */
describe("exported learners of real images", function () {
  this.timeout(120_000);
  let out: string;
  let host: Host;
  before(async function () {
    if (folder === undefined) {
      console.log("      skipped: FASTAP_DATA is not set");
      this.skip();
    }
    out = await mkdtemp(join(tmpdir(), "fastap-exported-"));
  });
  beforeEach(async () => {
    host = await visionHost("wasm", { root: out });
  });
  afterEach(async () => host?.[Symbol.asyncDispose]());
  after(async () => {
    if (out !== undefined) await rm(out, { recursive: true });
  });

  for (const { name, make, photo } of recipes) {
    it(`${name}`, async () => {
      const learn = await make(host);
      await learn.fineTune(1);
      const file = await learn.export(name);
      const input = photo === "" ? (learn.dls as TfmdDataLoaders).valid.dsets.items[0] : shared(photo);
      const told = await learn.predict(input);
      const bytes = new Uint8Array(await readFile(String(input)));
      expect(await learn.predict(bytes), "bytes of the file").to.deep.equal(told);
      const vocab = learn.dls.vocab ?? [];
      learn.dispose();
      const before = host.resolve("engine").memory().tensors;
      const loaded = await loadLearner(host, file);
      expect(await loaded.predict(input)).to.deep.equal(told);
      expect(await loaded.predict(bytes)).to.deep.equal(told);
      meanings[name]?.(told[0], vocab);
      loaded.dispose();
      expect(host.resolve("engine").memory().tensors, "tensors left").to.equal(before);
    });
  }
});
