import { fileURLToPath } from "node:url";
import { expect } from "chai";
import { adapters } from "./adapters/index.ts";
import { readCases } from "./case-files.ts";
import { countByKind, runCase, type CaseResult } from "./runner.ts";

const files = await readCases(fileURLToPath(new URL("cases", import.meta.url)));
const kinds = [...new Set(files.map((file) => ("problem" in file ? "unreadable" : file.golden.kind)))].toSorted();

describe("golden cases", () => {
  for (const kind of kinds) {
    const isAdapted = kind === "unreadable" || adapters.some((a) => a.kind === kind);
    if (!isAdapted) {
      it.skip(`${kind}: no adapter yet`);
      continue;
    }
    it(kind, async () => {
      const results: CaseResult[] = [];
      for (const file of files)
        if (("problem" in file ? "unreadable" : file.golden.kind) === kind) results.push(await runCase(file, adapters));
      const { passed = 0, noAdapter = 0 } = countByKind(results).get(kind) ?? {};
      console.log(`      ${kind}: ${passed} passed, ${noAdapter} no adapter`);
      expect(results.filter((r) => r.status === "failed").map((r) => `${r.case}: ${r.reasons.join("; ").slice(0, 400)}`)).to.deep.equal([]);
      expect(passed, "cases that ran").to.be.greaterThan(0);
    }).timeout(120_000);
  }
});
