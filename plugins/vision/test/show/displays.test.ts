import { createHost, type Host } from "@fastap/kernel";
import { backendCpu } from "@fastap/plugin-backend-cpu";
import { data, TensorBBox, TensorImage, TensorImageBW, TensorMask, TensorPoint } from "@fastap/plugin-data";
import { Displays } from "@fastap/plugin-display";
import type { Mark, Raster } from "@fastap/plugin-display";
import { engineTfjs } from "@fastap/plugin-engine-tfjs";
import { nn } from "@fastap/plugin-nn";
import { vision } from "@fastap/plugin-vision";
import { expect } from "chai";

describe("displays of vision", () => {
  let host: Host;
  let displays: Displays;
  before(async () => {
    host = await createHost({ plugins: [engineTfjs, backendCpu, data, nn, vision], config: { backend: "cpu", seed: 1 } });
    displays = new Displays(host.registry("displays"));
  });
  after(async () => host[Symbol.asyncDispose]());

  const rasterOf = (value: object): Raster => {
    const [mark] = displays.draw(value).marks;
    if (mark?.kind !== "raster") throw new Error(`drawn as ${mark?.kind}`);
    return mark.raster;
  };

  it("draw whole numbers as bytes and fractions as 0…1, clipped", () => {
    const bytes = new TensorImage({ data: Int32Array.of(0, 128, 300, -5, 255, 7), shape: [1, 2, 3], dtype: "int32" });
    expect([...rasterOf(bytes).data]).to.deep.equal([0, 128, 255, 0, 255, 7]);
    const fractions = new TensorImage({ data: Float32Array.of(0, 0.5, 1.5, -1, 1, 0.2), shape: [1, 2, 3] });
    expect([...rasterOf(fractions).data]).to.deep.equal([0, 128, 255, 0, 255, 51]);
  });

  it("draw one channel from white to black, stretched", () => {
    const grey = new TensorImageBW({ data: Int32Array.of(10, 20, 30), shape: [1, 3, 1], dtype: "int32" });
    expect(rasterOf(grey)).to.deep.include({ channels: 1, data: Uint8Array.of(255, 127, 0) });
    expect([...rasterOf(new TensorImageBW({ data: Int32Array.of(5, 5), shape: [1, 2, 1] })).data]).to.deep.equal([255, 255]);
  });

  it("draw an image of two or four channels in the first ones", () => {
    const four = new TensorImage({ data: Int32Array.of(1, 2, 3, 4, 5, 6, 7, 8), shape: [1, 2, 4], dtype: "int32" });
    expect([...rasterOf(four).data]).to.deep.equal([1, 2, 3, 5, 6, 7]);
    expect(rasterOf(new TensorImage({ data: Int32Array.of(1, 2), shape: [1, 1, 2], dtype: "int32" })).channels).to.equal(3);
  });

  it("lay masks over in the colours of tab20, one for each class, half transparent", () => {
    const mask = new TensorMask({ data: Int32Array.of(0, 1, 1, 20, 255, -1), shape: [2, 3], dtype: "int32" });
    expect(displays.role(mask)).to.equal("overlay");
    const [mark] = displays.draw(mask).marks;
    expect(mark).to.have.property("opacity", 0.5);
    const { data: pixels } = rasterOf(mask);
    const color = (i: number): number[] => [...pixels.slice(i * 3, i * 3 + 3)];
    expect(color(0)).to.deep.equal([0x1f, 0x77, 0xb4]);
    expect(color(1)).to.deep.equal([0xff, 0x7f, 0x0e]);
    expect(color(2)).to.deep.equal(color(1));
    expect(color(3)).to.deep.equal(color(0)); // the colours start over
  });

  it("draw points as red dots and boxes as rectangles, without those a batch is padded with", () => {
    const points = displays.draw(new TensorPoint({ data: Float32Array.of(1, 2, 3, 4), shape: [2, 2] }));
    const dots = [
      [1, 2],
      [3, 4],
    ];
    expect(points.marks).to.deep.equal([{ kind: "dots", points: dots, color: "#ef4444" }]);
    const boxes = displays.draw(new TensorBBox({ data: Float32Array.of(1, 2, 3, 4, 0, 0, 0, 0), shape: [2, 4] }));
    expect(boxes.marks).to.deep.equal([{ kind: "box", box: [1, 2, 3, 4] }] satisfies Mark[]);
  });
});
