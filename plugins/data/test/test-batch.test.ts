import { expect } from "chai";
import { join } from "node:path";
import { valuesOf } from "./counting-engine.ts";
import { errorOf } from "./error-of.ts";
import { idxBytes } from "./idx-bytes.ts";
import { IdxProject } from "./idx-project.ts";

describe('testBatch of dataset "idx"', () => {
  let project: IdxProject;

  beforeEach(async () => {
    project = await IdxProject.create();
  });
  afterEach(async () => project.remove());

  it("turns nested numbers, { data, shape }, JSON and idx rows into the same batch of one", async () => {
    const dls = await project.make({ ...project.splits, classes: 3, bs: 2, normalize: { mean: 0.5, std: 0.25 } });
    const values = Array.from({ length: 6 }, (_, i) => (30 + i * 5) / 255);
    const rows = [values.slice(0, 3), values.slice(3)];
    await project.write("digit.json", JSON.stringify(rows));
    const inputs = [
      rows,
      [rows],
      rows.map((row) => row.map((v) => [v])),
      { data: values, shape: [2, 3] },
      "digit.json",
      `${project.train.images}#1`,
    ];
    for (const input of [...inputs, join(project.root, "digit.json"), join(project.root, `${project.train.images}#1`)]) {
      const [x, ...others] = (await dls.testBatch?.(input)) ?? [];
      expect(others).to.have.length(0);
      expect(x?.shape).to.deep.equal([1, 2, 3, 1]);
      valuesOf(x).forEach((value, i) => expect(value).to.be.closeTo(((values[i] ?? 0) - 0.5) / 0.25, 1e-6));
      x?.dispose();
    }
  });

  it("refuses inputs that do not fit, by name", async () => {
    const dls = await project.make({ ...project.splits, classes: 3, bs: 2 });
    await project.write("bad.json", "[[1, 2");
    await project.write("big", idxBytes([1, 3, 3], new Uint8Array(9)));
    const cases: [unknown, string, string][] = [
      [[[0, 0]], "E_DATA_INPUT_SHAPE", "expected [2, 3, 1], received [1, 2]"],
      [
        [
          [0, 0, 0],
          [0, 0],
        ],
        "E_DATA_INPUT_SHAPE",
        "input[1]",
      ],
      [
        [
          [0, 0, 0],
          [0, "1", 0],
        ],
        "E_DATA_INPUT_SHAPE",
        "input[1][1]",
      ],
      [
        [
          [0, 0, 0],
          [0, Number.NaN, 0],
        ],
        "E_DATA_INPUT_VALUE",
        "value 4",
      ],
      [
        [
          [0, 0, 0],
          [0, 255, 0],
        ],
        "E_DATA_INPUT_VALUE",
        "Divide",
      ],
      [{ data: [1], shape: [2, 3] }, "E_DATA_INPUT_SHAPE", "6 values"],
      ["big", "E_DATA_INPUT_SHAPE", "received [3, 3]"],
      [`${project.train.images}#9`, "E_DATA_INPUT_SHAPE", "#9"],
      ["bad.json", "E_DATA_FILE_READ", "bad.json"],
      ["none.json", "E_DATA_FILE_MISSING", "none.json"],
      [5, "E_DATA_INPUT_KIND", "number"],
      [undefined, "E_DATA_INPUT_KIND", "undefined"],
    ];
    for (const [input, code, part] of cases) {
      const error = await errorOf(async () => dls.testBatch?.(input));
      expect(error.code, error.message).to.equal(code);
      expect(error.message).to.include(part);
    }
  });
});
