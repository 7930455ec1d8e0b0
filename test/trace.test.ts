import { mkdir, readdir, readFile, writeFile } from "node:fs/promises";
import { fileURLToPath } from "node:url";
import type { EventName, Scope } from "@fastap/kernel";
import { expect } from "chai";
import { eventLog, type Raise } from "./trace/event-log.ts";

const goldens = new URL("./golden/trace/", import.meta.url);
/** `UPDATE_GOLDEN=1 npx mocha test/trace.test.ts` writes the files anew; review what changes. */
const isUpdate = process.env["UPDATE_GOLDEN"] === "1";

/** Every event that happens while the scope runs, its own before and after among them. */
const inner: readonly EventName[] = [
  "beforeBatch",
  "afterPred",
  "afterLoss",
  "beforeBackward",
  "afterBackward",
  "beforeStep",
  "afterStep",
  "afterBatch",
];
const epoch: readonly EventName[] = ["beforeEpoch", "beforeTrain", ...inner, "afterTrain", "beforeValidate", "afterValidate", "afterEpoch"];
const raised: Readonly<Record<Scope, readonly EventName[]>> = {
  fit: ["beforeFit", ...epoch, "afterFit"],
  epoch,
  train: ["beforeTrain", ...inner, "afterTrain"],
  validate: ["beforeValidate", "afterValidate"],
  batch: inner,
  backward: ["beforeBackward", "afterBackward"],
  step: ["beforeStep", "afterStep"],
};

const cases: readonly (readonly [name: string, raise: Raise | undefined])[] = [
  ["plain", undefined],
  ...Object.entries(raised).flatMap(([scope, events]) =>
    events.map((event) => [`${scope}-in-${event}`, { scope: scope as Scope, event, call: 0 }] as const),
  ),
  ["validate-in-afterPred", { scope: "validate", event: "afterPred", call: 2 }],
  ["validate-in-afterBatch", { scope: "validate", event: "afterBatch", call: 2 }],
  ["batch-in-afterLoss-of-validation", { scope: "batch", event: "afterLoss", call: 2 }],
  ["fit-in-afterCancelTrain-never-reached", { scope: "fit", event: "afterCancelTrain", call: 0 }],
];

/** The order of events under every cancel, pinned as text. */
describe("event traces", () => {
  before(() => mkdir(goldens, { recursive: true }));

  for (const [name, raise] of cases) {
    it(name, async () => {
      const file = new URL(`${name}.txt`, goldens);
      const log = await eventLog(raise);
      if (isUpdate) await writeFile(file, log);
      expect(log).to.equal(await readFile(file, "utf8"));
      expect(log).to.not.contain("leaks");
    });
  }

  it("has a case for every golden file", async () => {
    const files = await readdir(fileURLToPath(goldens));
    expect(files).to.have.members(cases.map(([name]) => `${name}.txt`));
  });
});
