import { mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { expect } from "chai";
import type { Adapter, GoldenCase } from "./adapter.ts";
import { readCases } from "./case-files.ts";
import { countByKind, runCase } from "./runner.ts";

const golden = (expected: Record<string, unknown>): GoldenCase => ({
  case: "sum/x",
  kind: "sum",
  inputs: { a: 1, b: 2 },
  expected,
  tolerance: { rel: 0, abs: 0 },
});
const sum: Adapter = {
  kind: "sum",
  accepts: ({ inputs }) => "a" in inputs,
  run: async ({ inputs, expected }) => [{ path: "sum", got: Number(inputs["a"]) + Number(inputs["b"]), want: Number(expected["sum"]) }],
};

describe("golden runner", () => {
  it("passes, fails and finds no adapter", async () => {
    const results = [
      await runCase({ file: "a", golden: golden({ sum: 3 }) }, [sum]),
      await runCase({ file: "b", golden: golden({ sum: 4 }) }, [sum]),
      await runCase({ file: "c", golden: { ...golden({}), inputs: {} } }, [sum]),
      await runCase({ file: "d", golden: golden({ sum: 3 }) }, [{ ...sum, run: () => Promise.reject(new Error("broken")) }]),
      await runCase({ file: "e", golden: golden({ sum: 3 }) }, [{ ...sum, run: async () => [] }]),
    ];
    expect(countByKind(results).get("sum")).to.deep.equal({ passed: 1, failed: 3, noAdapter: 1 });
    expect(results[3]?.reasons[0]).to.contain("broken");
    expect(results[4]?.reasons[0]).to.contain("checked nothing");
  });

  it("reads cases, skips what is none and reports what it cannot read", async () => {
    const dir = await mkdtemp(join(tmpdir(), "fastap-golden-"));
    try {
      await writeFile(join(dir, "good.json"), JSON.stringify(golden({ sum: 3 })));
      await writeFile(join(dir, "index.json"), "[]");
      await writeFile(join(dir, "cut.json"), '{"case": "x"');
      await writeFile(join(dir, "odd.json"), '{"case": "x", "kind": "sum", "inputs": {}, "expected": {}}');
      const files = await readCases(dir);
      expect(files.map((f) => ("problem" in f ? `${f.file}: problem` : f.golden.case))).to.deep.equal([
        "cut.json: problem",
        "sum/x",
        "odd.json: problem",
      ]);
      const results = await Promise.all(files.map((f) => runCase(f, [sum])));
      expect(results.map((r) => r.status)).to.deep.equal(["failed", "passed", "failed"]);
    } finally {
      await rm(dir, { recursive: true });
    }
  });
});
