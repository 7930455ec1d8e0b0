import { expect } from "chai";
import { readExclusions } from "./exclusions.ts";
import { problemsOf, rowOf } from "./report.ts";
import { runSuite, SPECS } from "./suite.ts";
import type { Outcome } from "./suite.ts";

describe("tfjs-core's own specs", function () {
  this.timeout(180_000);

  for (const backend of ["cpu", "wasm"]) {
    it(`pass on ${backend}, all ${SPECS}`, async () => {
      const outcome = await runSuite(backend, await readExclusions(backend));
      expect(problemsOf(outcome)).to.deep.equal([]);
      expect(rowOf(outcome)).to.deep.equal({ backend, specs: SPECS, passed: SPECS, failed: 0, excluded: 0 });
    });
  }

  it("stop with the reason where there is no such backend", async () => {
    const error = await runSuite("abacus", []).then(
      () => undefined,
      (reason: Error) => reason,
    );
    expect(error?.message).to.contain("@fastap/plugin-backend-abacus");
  });
});

describe("the report on them", () => {
  const clean: Outcome = { backend: "wasm", specs: SPECS, passed: SPECS, failed: [], excluded: [], stale: [] };

  it("has nothing to say about a clean run", () => {
    expect(problemsOf(clean)).to.deep.equal([]);
  });

  it("names failures, exclusions of no spec, and a wrong number of specs", () => {
    const failed = [{ name: "abs wasm {} basic", status: "failed", reason: "1 is not 2" }] as const;
    expect(problemsOf({ ...clean, failed })).to.deep.equal(["FAILED abs wasm {} basic\n  1 is not 2"]);
    expect(problemsOf({ ...clean, stale: [{ spec: "gone", reason: "r" }] })[0]).to.contain("gone");
    expect(problemsOf({ ...clean, specs: 12 })[0]).to.contain("12 SPECS");
  });
});
