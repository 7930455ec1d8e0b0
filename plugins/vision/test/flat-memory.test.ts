import { augTransforms, imageDataLoaders, RandomErasing, visionLearner } from "@fastap/plugin-vision";
import { expect } from "chai";
import { withImages } from "./image-folder.ts";
import { ARCH, started } from "./started-weights.ts";
import { visionHost } from "./vision-host.ts";

const NAMES = ["train", "valid"].flatMap((split) => ["a", "b"].flatMap((label) => [1, 2, 3, 4].map((i) => `${split}/${label}/${i}.png`)));

/** Memory of the process over such epochs: `npm run bench:photos-memory`. */
describe("memory of a training on photos", () => {
  it("has as many tensors and bytes after each of five epochs, with workers, prefetch and augmentation", async () => {
    const host = await visionHost("wasm");
    const engine = host.resolve("engine");
    const before = engine.memory().tensors;
    await withImages(
      NAMES,
      async (root) => {
        const batchTfms = augTransforms({ flipVert: true, xtraTfms: [new RandomErasing({ p: 1 })] });
        const dls = await imageDataLoaders.fromFolder(host, root, { batchTfms, bs: 4, prefetch: 2, numWorkers: 1 });
        const seen: unknown[] = [];
        const probe = { name: "probe", stage: "report", afterEpoch: () => void seen.push(engine.memory()) } as const;
        const learn = visionLearner(host, dls, ARCH, { weights: await started(host), metrics: ["accuracy"], cbs: [probe] });
        learn.unfreeze();
        await learn.fit(5, 1e-4);
        expect(seen).to.have.length(5);
        for (const each of seen) expect(each).to.deep.equal(seen[0]);
        learn.dispose();
        await dls.close();
      },
      [32, 32],
    );
    expect(engine.memory().tensors).to.equal(before);
    await host[Symbol.asyncDispose]();
  }).timeout(120_000);
});
