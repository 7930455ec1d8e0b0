import { mkdtemp, readdir, readFile, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { isFastapError, type Run } from "@fastap/kernel";
import { showGraph, textChart } from "@fastap/plugin-progress";
import { expect } from "chai";

describe("textChart", () => {
  it("draws from 0 to the greatest value, with marks over dots and a legend", () => {
    const lines = textChart(
      [
        {
          name: "train",
          points: [
            [0, 2],
            [5, 1],
            [9.9, 0],
            [3, NaN],
          ],
        },
        { name: "valid", points: [[5, 2]], mark: "●" },
      ],
      { xMax: 10, width: 10, height: 2 },
    );
    expect(lines).to.deep.equal(["2.00 │⠁    ●", "   0 │         ⢀", "     └──────────", "      ⠤ train  ● valid"]);
  });

  it("takes no points at all", () => {
    expect(textChart([{ name: "train", points: [] }], { xMax: 1, height: 2 })[0]).to.equal("1.00 │");
  });
});

describe("showGraph", () => {
  const recorder = { losses: [2, 1], iters: [2], history: [{ valid_loss: 1.5 }], plotLoss: () => "<svg/>" };
  const run = { kind: "fit", recorder, nEpoch: 3, epoch: 0 } as unknown as Run;

  it("draws on the stream and writes the SVG whole after every epoch", async () => {
    const dir = await mkdtemp(join(tmpdir(), "fastap-graph-"));
    let text = "";
    const cb = showGraph({ file: join(dir, "a/loss.svg"), stream: { isTTY: true, columns: 40, write: (more) => (text += more) } });
    expect(cb.active?.(run)).to.equal(true);
    await cb.afterEpoch?.(run);
    await cb.afterEpoch?.(run);
    expect(text.split("\n").every((line) => line.length < 40)).to.equal(true);
    expect(text.match(/● valid/g)).to.have.length(2);
    expect(await readdir(join(dir, "a"))).to.deep.equal(["loss.svg"]);
    expect(await readFile(join(dir, "a/loss.svg"), "utf8")).to.equal("<svg/>");
    await rm(dir, { recursive: true });
  });

  it("leaves trial runs and validations alone, and names a file that it cannot write", async () => {
    expect(showGraph().active?.({ ...run, kind: "validate" } as Run)).to.equal(false);
    expect(showGraph().active?.({ ...run, probe: true } as unknown as Run)).to.equal(false);
    const dir = await mkdtemp(join(tmpdir(), "fastap-graph-"));
    await writeFile(join(dir, "file"), "");
    const failure: unknown = await Promise.resolve(showGraph({ file: join(dir, "file/x.svg") }).afterEpoch?.(run)).catch(
      (error: unknown) => error,
    );
    expect(isFastapError(failure) && failure.code).to.equal("E_PROGRESS_GRAPH");
    await rm(dir, { recursive: true });
  });
});
