import { progress } from "@fastap/plugin-progress";
import { expect } from "chai";
import { FakeStream, run } from "./fake-run.ts";

const TABLE = [
  "epoch     train_loss  valid_loss  accuracy  time",
  "0         0.354680    0.114518    0.892200  00:07",
  "1         0.100000    12.500000   None      1:00:00",
  "",
].join("\n");

const boom = {
  name: "boom",
  afterBatch: (): never => {
    throw new Error("boom");
  },
};

describe("progress", () => {
  it("prints a table, and nothing but text, where no person watches", async () => {
    for (const options of [{}, { mode: "line" }] as const) {
      const stream = new FakeStream();
      expect(await run(stream, { options })).to.equal(undefined);
      expect(stream.text).to.equal(TABLE);
      expect(stream.writes).to.have.length(3);
    }
  });

  it("draws a bar under the table, and leaves the table alone", async () => {
    const stream = new FakeStream(100);
    await run(stream, { options: { mode: "bar" } });
    expect(stream.screen()).to.equal(TABLE);
    const bars = stream.writes.filter((text) => text.includes("%"));
    const dashes = (n: number): string => "-".repeat(n);
    const blocks = (n: number): string => "█".repeat(n);
    expect(bars.slice(0, 4)).to.deep.equal([
      `\rEpoch 1/2 : |${dashes(50)}| 0.00% [0/4 00:00<?]\u001B[K`,
      `\rEpoch 1/2 : |${blocks(25)}${dashes(25)}| 50.00% [2/4 00:00<00:00 2.8000]\u001B[K`,
      `\rEpoch 1/2 : |${blocks(50)}| 100.00% [4/4 00:00<00:00 2.6000]\u001B[K`,
      `\rEpoch 1/2 : |${blocks(50)}| 100.00% [2/2 00:00<00:00 2.6000]\u001B[K`,
    ]);
  });

  it("draws at most every 0.2 s", async () => {
    const stream = new FakeStream(80);
    await run(stream, { options: { mode: "bar" }, train: 1000, valid: 0, batch: 1 });
    expect(stream.writes.filter((text) => text.includes("%"))).to.have.length(11);
  });

  it("never writes into the last column", async () => {
    for (const columns of [10, 20, 40, 60, 80, 81, 200]) {
      const stream = new FakeStream(columns);
      await run(stream, { options: { mode: "bar" }, train: 468, valid: 79, batch: 5000 });
      for (const text of stream.writes.filter((t) => t.includes("%"))) {
        expect(text.replace("\r", "").replace("\u001B[K", "").length, text).to.be.below(columns);
      }
    }
  });

  it("makes the table fit into 40 columns", async () => {
    const stream = new FakeStream(40);
    await run(stream, { options: { mode: "bar" } });
    expect(stream.screen().split("\n")).to.deep.equal([
      "epoch train_l… valid_l… accuracy time",
      "0     0.354680 0.114518 0.892200 00:07",
      "1     0.100000 12.50000 None     1:00:00",
      "",
    ]);
  });

  it("leaves an empty line behind a run that fails", async () => {
    const stream = new FakeStream(80);
    expect(await run(stream, { options: { mode: "bar" }, cbs: [boom] })).to.be.an("error");
    expect(stream.writes.at(-1)).to.equal("\r\u001B[K");
    expect(stream.text.endsWith("\r\u001B[K")).to.equal(true);
    expect(stream.screen().split("\n").at(-1)).to.equal("");
  });

  it("shows a validation as a bar only", async () => {
    const stream = new FakeStream(80);
    await run(stream, { options: { mode: "bar" }, kind: "validate" });
    expect(stream.writes[0]).to.match(/^\r\|-{50}\| 0\.00% \[0\/2 00:00<\?\]/);
    expect(stream.screen()).to.equal("");
    const lines = new FakeStream();
    await run(lines, { options: { mode: "line" }, kind: "validate" });
    expect(lines.text).to.equal("");
  });

  it("says nothing in mode none", async () => {
    const stream = new FakeStream(80);
    await run(stream, { options: { mode: "none" } });
    expect(stream.writes).to.have.length(0);
  });

  it("refuses bad options, by name", () => {
    const parse = (raw: unknown): unknown => progress.parseOptions?.(raw);
    expect(parse({ mode: "line" })).to.deep.equal({ mode: "line" });
    expect(() => parse({ mode: "lines" })).to.throw('Did you mean "line"?');
    expect(() => parse({ moed: "line" })).to.throw('Did you mean "mode"?');
    expect(() => parse({ stream: "stderr" })).to.throw("E_PROGRESS_OPTION");
    expect(() => parse([])).to.throw("E_PROGRESS_OPTION");
  });
});
