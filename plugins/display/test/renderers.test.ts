import { batchFigure, svgFigure } from "@fastap/plugin-display";
import { expect } from "chai";
import { decode } from "fast-png";
import { displays, Label, Outline, Picture } from "./shown.ts";

describe("renderers", () => {
  it("make pages that need nothing from elsewhere, for dark and light and any width", async () => {
    const html = await batchFigure(displays, [[new Picture(9), new Outline(1), new Label("rose")]]).html();
    const addresses = [...html.matchAll(/(?:href|src|url)\s*[=(]\s*["']?([^"')\s>]+)/g)].map(([, address]) => address ?? "");
    expect(addresses).to.have.length(1);
    expect(addresses.every((address) => address.startsWith("data:image/png;base64,"))).to.equal(true);
    expect(html).to.not.match(/<script|@import|https?:\/\/(?!www\.w3\.org)/);
    expect(html).to.contain("prefers-color-scheme:dark").and.contain('name="viewport"');
  });

  it("set the text of a PNG without fonts of the machine", async () => {
    const draw = async (text: string): Promise<number> => {
      const svg = `<svg xmlns="http://www.w3.org/2000/svg" width="200" height="40"><rect width="200" height="40" fill="#fff"/><text x="5" y="25" font-family="Helvetica, sans-serif">${text}</text></svg>`;
      const { data, channels } = decode(await svgFigure("t", [], async () => svg).png());
      return data.filter((value, i) => i % channels === 0 && value < 128).length;
    };
    expect(await draw("")).to.equal(0);
    expect(await draw("tulips é")).to.be.above(200);
    expect(await draw("tulips tulips")).to.be.above(await draw("tulips"));
  });

  it("keep the bytes of a picture, in its shape", async () => {
    const svg = await batchFigure(displays, [[new Picture(77)]]).svg();
    const [, base64 = ""] = /data:image\/png;base64,([^"]+)/.exec(svg) ?? [];
    const { width, height, data } = decode(Buffer.from(base64, "base64"));
    expect([width, height, ...new Set(data)]).to.deep.equal([4, 2, 77]);
  });

  it("escape whatever is said, and break or cut what is long", async () => {
    const long = "a very long label; with many words in it that never seem to come to an end; and <more> & 'more' of them still to come";
    const svg = await batchFigure(displays, [[new Picture(1), new Label(`${long}\u0007`)]]).svg();
    expect(svg).to.contain("a very long label; with").and.contain("…").and.not.contain("\u0007");
    await svgFigure("t", [], async () => svg).png(); // resvg parses it as XML
    expect(await batchFigure(displays, [[new Picture(1), new Label(long)]]).html()).to.contain("&lt;more&gt; &amp; &#39;more&#39;");
  });
});
