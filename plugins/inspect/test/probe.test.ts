import { leaves } from "@fastap/kernel";
import { dummyEval, inChannels, inspectable, modelSizes, numFeaturesModel } from "@fastap/plugin-inspect";
import { Conv2d, Linear, Relu, Sequential } from "@fastap/plugin-nn";
import { expect } from "chai";
import { codeOf } from "./code-of.ts";
import { netHost } from "./net.ts";

describe("probing a model", () => {
  it("measures convolutional models", async () => {
    await using host = await netHost();
    const engine = host.resolve("engine");
    const before = engine.memory().tensors;
    const model = new Sequential(new Conv2d(3, 4, 3, { stride: 2 }), new Relu(), new Conv2d(4, 8, 3, { stride: 2 }));
    model.init({ engine, random: host.resolve("random") });
    const body = inspectable(model);
    expect(inChannels(body)).to.equal(3);
    expect(modelSizes(engine, body, [64, 64]).map((shape) => shape?.at(-1))).to.deep.equal([4, 4, 8]);
    expect(numFeaturesModel(engine, body)).to.equal(8);
    expect(engine.scope(() => leaves(dummyEval(engine, body)).map((x) => x.shape.length))).to.deep.equal([4]);
    model.dispose();
    expect(engine.memory().tensors).to.equal(before);
  });

  it("says what cannot be measured", async () => {
    await using host = await netHost();
    const model = new Sequential(new Linear(2, 2));
    model.init({ engine: host.resolve("engine"), random: host.resolve("random") });
    expect(codeOf(() => inChannels(inspectable(model)))).to.equal("E_INSPECT_LAYER");
    expect(codeOf(() => inspectable({}))).to.equal("E_INSPECT_MODEL");
    model.dispose();
  });
});
