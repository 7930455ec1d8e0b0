import { isFastapError } from "@fastap/kernel";
import { batchFigure, Displays, lossesFigure, resultsFigure } from "@fastap/plugin-display";
import { expect } from "chai";
import { displays, Label, Labels, Noise, Outline, Picture, registryOf } from "./shown.ts";

const count = (text: string, pattern: RegExp): number => (text.match(pattern) ?? []).length;

describe("figures of samples", () => {
  it("show a batch with words above and overlays over the picture", async () => {
    const figure = batchFigure(displays, [
      [new Picture(9), new Label("rose")],
      [new Picture(200), new Outline(1)],
    ]);
    expect(figure.data).to.deep.equal([{ label: "rose" }, {}]);
    const svg = await figure.svg();
    expect(count(svg, /<image/g)).to.equal(2);
    expect(svg).to.contain(">rose<").and.contain("&lt;box&gt;");
    expect(count(await figure.html(), /<figure/g)).to.equal(2);
  });

  it("put a second picture beside the first", async () => {
    const html = await batchFigure(displays, [[new Picture(1), new Picture(2)]]).html();
    expect(count(html, /class="cell"/g)).to.equal(2);
    expect(count(html, /<figure/g)).to.equal(1);
  });

  it("are a table where there is no picture", async () => {
    const figure = batchFigure(displays, [["a <b>", new Label("x")]]);
    expect(figure.data).to.deep.equal([{ value: "a <b>", label: "x" }]);
    expect(await figure.html()).to.contain("<td>a &lt;b&gt;</td>");
    expect(await figure.svg()).to.contain("a &lt;b&gt;");
  });

  it("leave out what is hidden, and show alone what was made of it", async () => {
    const made = { sample: [new Noise(), new Picture(1)], out: [new Picture(2)] };
    const html = await resultsFigure(displays, [made, made]).html();
    expect([count(html, /<figure/g), count(html, /class="cell"/g), count(html, /noise/g)]).to.deep.equal([2, 2, 0]);
    expect(count(await batchFigure(displays, [[new Noise(), new Picture(1)]]).html(), /class="cell"/g)).to.equal(1);
  });

  it("say truth and prediction, green where equal, red where not", async () => {
    const sample = [new Picture(1), new Label("rose")];
    const figure = resultsFigure(displays, [
      { sample, out: [new Label("rose")] },
      { sample, out: [new Label("tulip")] },
    ]);
    expect(figure.data).to.deep.equal([
      { target: "rose", prediction: "rose" },
      { target: "rose", prediction: "tulip" },
    ]);
    const html = await figure.html();
    expect(html).to.contain('<p class="good">rose</p><p class="good">rose</p>');
    expect(html).to.contain('<p class="bad">rose</p><p class="bad">tulip</p>');
  });

  it("show overlays as target and prediction, at most six unless asked, and pictures as three", async () => {
    const overlays = Array.from({ length: 8 }, () => ({ sample: [new Picture(1), new Outline(0)], out: [new Outline(2)] }));
    const html = await resultsFigure(displays, overlays).html();
    expect(html).to.contain("Target / Prediction");
    expect([count(html, /<figure/g), count(html, /class="cell"/g)]).to.deep.equal([6, 12]);
    expect(count(await resultsFigure(displays, overlays, { maxN: 8 }).html(), /<figure/g)).to.equal(8);
    const pictures = await resultsFigure(displays, [{ sample: [new Picture(1), new Picture(2)], out: [new Picture(3)] }]).html();
    expect(pictures).to.contain(">Input<").and.contain(">Target<").and.contain(">Prediction<");
  });

  it("say prediction/actual / loss / probability with two decimals over the worst", async () => {
    const sample = [new Picture(1), new Label("rose")];
    const figure = lossesFigure(displays, [{ index: 7, sample, out: [new Label("tulip")], loss: 2.3456, probability: 0.8765 }]);
    expect(await figure.html()).to.contain('<p class="bad">tulip/<wbr>rose /<wbr> 2.35 /<wbr> 0.88</p>');
    expect(figure.data).to.deep.equal([{ index: 7, predicted: "tulip", actual: "rose", loss: 2.3456, probability: 0.8765 }]);
  });

  it("give several labels a table, and overlays the loss with four decimals", async () => {
    const item = { index: 0, loss: 0.123456, sample: [new Picture(1), new Labels("a;b")], out: [new Labels("a")], probability: [0.9, 0.4] };
    const html = await lossesFigure(displays, [item]).html();
    expect(html).to.contain(">Image 0</p>").and.contain("<td>a;b</td><td>a</td><td>0.90; 0.40</td><td>0.12</td>");
    const overlay = { index: 0, loss: 0.123456, sample: [new Picture(1), new Outline(0)], out: [new Outline(1)] };
    const three = await lossesFigure(displays, [overlay]).html();
    expect(count(three, /class="cell"/g)).to.equal(3);
    expect(three).to.contain("loss: 0.1235");
  });

  it("name a value that nothing shows, and refuse to show nothing", () => {
    expect(codeOf(() => batchFigure(displays, [[new Date()]]))).to.equal("E_DISPLAY_MISSING");
    expect(codeOf(() => batchFigure(new Displays(registryOf({})), [[new Picture(1)]]))).to.equal("E_DISPLAY_MISSING");
    expect(codeOf(() => batchFigure(displays, []))).to.equal("E_DISPLAY_SAMPLES");
  });
});

function codeOf(action: () => unknown): string {
  try {
    action();
    return "nothing was thrown";
  } catch (error) {
    return isFastapError(error) ? error.code : String(error);
  }
}
