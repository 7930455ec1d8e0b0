import "@tensorflow/tfjs-backend-cpu";
import { memory } from "@tensorflow/tfjs-core";
import { expect } from "chai";
import { readdirSync, readFileSync } from "node:fs";
import type { GoldenCase } from "../../../test/golden/adapter.ts";
import { lossValues } from "../../../test/golden/adapters/losses.ts";
import { compare } from "../../../test/golden/compare.ts";

const directory = new URL("../../../test/golden/cases/losses/", import.meta.url);

describe("golden losses", () => {
  for (const file of readdirSync(directory)) {
    const golden = JSON.parse(readFileSync(new URL(file, directory), "utf8")) as GoldenCase;
    if (!lossValues.accepts(golden)) continue;
    it(golden.case, async () => {
      const before = memory().numTensors;
      const checks = await lossValues.run(golden);
      expect(checks).not.to.have.length(0);
      expect(compare(checks, golden.tolerance).mismatches).to.deep.equal([]);
      expect(memory().numTensors).to.equal(before);
    });
  }
});
