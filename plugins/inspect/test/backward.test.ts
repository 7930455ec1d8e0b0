import type { Host, Tensor } from "@fastap/kernel";
import { activationStats, flattenModel, Hook, hookOutput, hookOutputs, inspectable } from "@fastap/plugin-inspect";
import type { Learner } from "@fastap/plugin-learner";
import { expect } from "chai";
import { netHost, netLearner } from "./net.ts";

describe("hooks on gradients", () => {
  let host: Host;
  let learn: Learner;
  let before = 0;
  const tensors = (): number => host.resolve("engine").memory().tensors;
  const weights = async ({ model }: Learner): Promise<string> =>
    JSON.stringify([...(await model.stateDict()).values()].map(({ data }) => Array.from(data, String)));
  beforeEach(async () => {
    host = await netHost();
    learn = netLearner(host);
    learn.createOpt();
    before = tensors();
  });
  afterEach(async () => {
    learn.dispose();
    await host[Symbol.asyncDispose]();
  });

  const read = async (tensor: Tensor | undefined): Promise<number[]> =>
    tensor === undefined ? [] : Array.from(await host.resolve("engine").read(tensor));
  const columnSums = (values: readonly number[], columns: number): number[] =>
    Array.from({ length: columns }, (_, c) => values.reduce((sum, value, i) => (i % columns === c ? sum + value : sum), 0));

  it("give the gradient of each output: summed over the rows it is that of the layer's bias", async () => {
    const hooks = hookOutputs(host.resolve("engine"), flattenModel(inspectable(learn.model)), { grad: true });
    const seen: [number[], number[]][] = [];
    const look = {
      name: "look",
      afterBackward: async ({ grads }: { readonly grads: ReadonlyMap<string, Tensor> }): Promise<void> => {
        for (const [layer, columns] of [
          [0, 8],
          [4, 3],
        ] as const) {
          const sums = columnSums(await read(hooks.stored[layer]?.[0]), columns);
          seen.push([sums, await read(grads.get(`${layer}.bias`))]);
        }
      },
    };
    await learn.fit(1, 1e-2, { cbs: [look] });
    expect(seen).to.have.length(6);
    for (const [sums, bias] of seen) {
      expect(sums.length).to.equal(bias.length);
      for (const [i, sum] of sums.entries()) expect(sum).to.be.closeTo(bias[i] ?? NaN, 1e-6);
    }
    expect(Math.max(...(seen[1]?.[0] ?? []).map(Math.abs))).to.be.above(1e-3);
    hooks.remove();
    learn.opt?.clearState();
    expect(tensors()).to.equal(before);
  });

  it("change no bit of training, and are silent where nothing goes back", async () => {
    let calls = 0;
    const hook = new Hook(inspectable(learn.model), () => ++calls, undefined, { isForward: false });
    await learn.fit(1, 1e-2);
    expect(calls).to.equal(3);
    await learn.validate();
    expect(calls).to.equal(3);
    hook.remove();
    const hooked = await weights(learn);
    learn.dispose();
    await host[Symbol.asyncDispose]();
    host = await netHost();
    learn = netLearner(host);
    learn.createOpt();
    await learn.fit(1, 1e-2);
    expect(calls).to.equal(3);
    expect(hooked).to.equal(await weights(learn));
  });

  it("activationStats records gradients", async () => {
    const stats = activationStats({ isForward: false, withHist: true });
    await learn.fit(1, 1e-2, { cbs: [stats] });
    learn.opt?.clearState();
    expect(tensors()).to.equal(before);
    expect(stats.layerStats(-1).mean).to.have.length(3);
    for (const mean of stats.layerStats(-1).mean) expect(mean).to.be.closeTo(0, 1e-6); // softmax less target sums to 0
    expect(Math.min(...stats.layerStats(-1).std)).to.be.above(0.01);
    expect(stats.colorDim(0)).to.include("gradients");
  });

  it("hookOutput keeps it until it is told not to", async () => {
    const hook = hookOutput(host.resolve("engine"), inspectable(learn.model), { grad: true });
    await learn.fit(1, 1e-2);
    expect(hook.stored?.map(({ shape }) => shape)).to.deep.equal([[8, 3]]);
    hook.remove();
    learn.opt?.clearState();
    expect(tensors()).to.equal(before);
  });
});
