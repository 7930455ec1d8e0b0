import { barLine, barText, formatCell, formatTime, TableLayout, terminalMode } from "@fastap/plugin-progress";
import { expect } from "chai";
import fc from "fast-check";

describe("formatTime", () => {
  it("shows hours only when there are any", () => {
    expect([0, 59.9, 61, 3599, 3600, 36061].map(formatTime)).to.deep.equal(["00:00", "00:59", "01:01", "59:59", "1:00:00", "10:01:01"]);
  });
});

describe("barLine", () => {
  const state = { prefix: "Epoch 1/3 :", done: 211, total: 468, elapsed: 5.2, loss: 0.35468 };

  it("is fastprogress's at 80 columns", () => {
    expect(barText(state)).to.equal("45.09% [211/468 00:05<00:06 0.3547]");
    expect(barLine(state, 79)).to.equal("Epoch 1/3 : |█████████████----------------| 45.09% [211/468 00:05<00:06 0.3547]");
    expect(barLine(state, 79)).to.have.length(79);
    expect(barLine(state, 200)).to.have.length(12 + 50 + 3 + 35);
  });

  it("goes without the bar, then without the prefix, at 40 columns and less", () => {
    expect(barLine(state, 50)).to.equal("Epoch 1/3 : 45.09% [211/468 00:05<00:06 0.3547]");
    expect(barLine(state, 39)).to.equal("45.09% [211/468 00:05<00:06 0.3547]");
    expect(barLine(state, 20)).to.equal("45.09% [211/468 00:0");
  });

  it("never exceeds its width", () => {
    const counts = fc.record({ done: fc.nat(2000), total: fc.nat(2000), elapsed: fc.double({ min: 0, max: 1e6, noNaN: true }) });
    fc.assert(
      fc.property(counts, fc.nat(120), fc.option(fc.double(), { nil: undefined }), (numbers, width, loss) => {
        expect(barLine({ prefix: "Epoch 10/12 :", ...numbers, loss }, width).length).to.be.at.most(width);
      }),
    );
  });
});

describe("TableLayout", () => {
  it("widens for long names, and takes rows shorter than the header", () => {
    const table = new TableLayout(["epoch", "train_loss", "cohen_kappa_score", "time"]);
    expect(table.header()).to.equal("epoch     train_loss  cohen_kappa_score  time");
    expect(table.row([3, 0.5, 1, "00:01"])).to.equal("3         0.500000    1.000000           00:01");
    expect(table.row([3, 0.5])).to.equal("3         0.500000");
  });

  it("prints numbers as Python does", () => {
    const cells = [12, Number.NaN, -Infinity, Infinity, undefined, "x"].map((value) => formatCell(value, "loss"));
    expect(cells).to.deep.equal(["12.000000", "nan", "-inf", "inf", "None", "x"]);
    expect(formatCell(12, "epoch")).to.equal("12");
  });
});

describe("terminalMode", () => {
  const stream = (isTTY: boolean): { isTTY: boolean; write: () => void } => ({ isTTY, write: () => undefined });

  it("draws bars only for a person at a terminal", () => {
    expect(terminalMode("auto", stream(true), {})).to.equal("bar");
    expect(terminalMode("auto", stream(true), { CI: "false" })).to.equal("bar");
    expect(terminalMode("auto", stream(true), { CI: "1" })).to.equal("line");
    expect(terminalMode("auto", stream(true), { TERM: "dumb" })).to.equal("line");
    expect(terminalMode("auto", stream(false), {})).to.equal("line");
    expect(terminalMode("bar", stream(false), { CI: "1" })).to.equal("bar");
    expect(terminalMode("none", stream(true), {})).to.equal("none");
  });
});
