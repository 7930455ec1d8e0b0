import { expect } from "chai";
import { gzipSync } from "node:zlib";
import { errorOf } from "./error-of.ts";
import { idxBytes } from "./idx-bytes.ts";
import { IdxProject } from "./idx-project.ts";

describe('dataset "idx", given something wrong,', () => {
  let project: IdxProject;

  beforeEach(async () => {
    project = await IdxProject.create();
  });
  afterEach(async () => project.remove());

  it("refuses bad files, by name", async () => {
    const base = { ...project.splits, classes: 3, bs: 2 };
    await project.write("short", idxBytes([4, 2, 3], new Uint8Array(24)).subarray(0, 30));
    await project.write("broken.gz", gzipSync(idxBytes([4], new Uint8Array(4))).subarray(0, 20));
    await project.write("floats", idxBytes([4], new Uint8Array(16).fill(0x3f), 0x0d));
    const cases: [object, string, string][] = [
      [{ train: { ...project.train, images: "train-image" } }, "E_DATA_FILE_MISSING", 'Did you mean "train-images"?'],
      [{ dir: "nowhere" }, "E_DATA_FILE_MISSING", "nowhere does not exist"],
      [{ train: { ...project.train, images: "short" } }, "E_DATA_IDX_TRUNCATED", "expected 40 bytes, received 30"],
      [{ train: { ...project.train, labels: "broken.gz" } }, "E_DATA_FILE_READ", "broken.gz"],
      [{ train: { ...project.train, labels: project.train.images } }, "E_DATA_IDX_SHAPE", "[4, 2, 3]"],
      [{ train: { ...project.train, images: project.train.labels } }, "E_DATA_IDX_SHAPE", "[4]"],
      [{ train: { ...project.train, labels: project.valid.labels } }, "E_DATA_COUNT", "4 labels"],
      [{ train: { ...project.train, labels: "floats" } }, "E_DATA_LABEL", "floats, row 0"],
      [{ classes: 2 }, "E_DATA_LABEL", "train-labels, row 2"],
      [{ bs: 5 }, "E_DATA_NO_BATCHES", "bs to 4"],
      [{ package: "no-such-data" }, "E_DATA_PACKAGE_MISSING", "npm install no-such-data"],
    ];
    for (const [change, code, part] of cases) {
      const error = await errorOf(async () => project.make({ ...base, ...change }));
      expect(error.code, error.message).to.equal(code);
      expect(error.message).to.include(part);
    }
  });

  it("refuses bad options, by name", async () => {
    const cases: [unknown, string][] = [
      [null, "idx"],
      [{ ...project.splits, clases: 3 }, 'Did you mean "classes"?'],
      [JSON.parse('{ "__proto__": { "train": 1 } }'), '"__proto__"'],
      [{ train: project.train }, '"valid"'],
      [{ train: { images: "x" }, valid: project.valid }, '"train"'],
      [{ ...project.splits, bs: "8" }, '"bs"'],
      [{ ...project.splits, maxRows: 0 }, '"maxRows"'],
      [{ ...project.splits, package: "../x" }, '"package"'],
      [{ ...project.splits, normalize: { mean: 0, std: 0 } }, '"normalize"'],
      [{ ...project.splits, vocab: ["a", "a"] }, '"vocab"'],
      [{ ...project.splits, vocab: ["a", "b"], classes: 3 }, '"vocab"'],
    ];
    for (const [options, part] of cases) {
      const error = await errorOf(async () => project.make(options));
      expect(error.code, error.message).to.equal("E_DATA_OPTION");
      expect(error.message).to.include(part);
    }
  });
});
