import "@tensorflow/tfjs-backend-cpu";
import { memory } from "@tensorflow/tfjs-core";
import { expect } from "chai";
import { readdirSync, readFileSync } from "node:fs";
import type { GoldenCase } from "../../../test/golden/adapter.ts";
import { confusion, metricValues, smoothLoss } from "../../../test/golden/adapters/metrics.ts";
import { compare } from "../../../test/golden/compare.ts";

const directory = new URL("../../../test/golden/cases/metrics/", import.meta.url);

describe("golden metrics", () => {
  for (const file of readdirSync(directory)) {
    const golden = JSON.parse(readFileSync(new URL(file, directory), "utf8")) as GoldenCase;
    const adapter = [metricValues, smoothLoss, confusion].find(({ accepts }) => accepts(golden));
    if (adapter === undefined) continue;
    it(golden.case, async () => {
      const before = memory().numTensors;
      const checks = await adapter.run(golden);
      expect(checks).not.to.have.length(0);
      expect(compare(checks, golden.tolerance).mismatches).to.deep.equal([]);
      expect(memory().numTensors).to.equal(before);
    });
  }
});
