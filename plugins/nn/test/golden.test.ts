import { readdirSync, readFileSync } from "node:fs";
import { cpuBackend } from "@fastap/plugin-backend-cpu";
import { createEngine, createRandom } from "@fastap/plugin-engine-tfjs";
import * as tf from "@tensorflow/tfjs-core";
import { expect } from "chai";
import type { GoldenCase } from "../../../test/golden/adapter.ts";
import { layerPasses } from "../../../test/golden/adapters/layers.ts";
import { compare } from "../../../test/golden/compare.ts";
import { buildLayer, channelAxis } from "../../../test/golden/layers/build.ts";
import { moduleChecks } from "../../../test/golden/layers/module-checks.ts";
import { decodeTensor } from "../../../test/golden/tensor.ts";

const folder = new URL("../../../test/golden/cases/layers/", import.meta.url);
const cases = readdirSync(folder)
  .map((file): GoldenCase => JSON.parse(readFileSync(new URL(file, folder), "utf8")))
  .filter((golden) => layerPasses.accepts(golden));

describe("golden layers of fastai", () => {
  const services = { engine: createEngine(), random: createRandom(1) };
  before(async () => await services.engine.activate(cpuBackend));

  for (const golden of cases) {
    it(`${golden.case}: agrees, and leaves no tensors`, async () => {
      const before = tf.memory().numTensors;
      const { module: text, x } = golden.inputs as { readonly module: string; readonly x: readonly unknown[] };
      const module = buildLayer(text, decodeTensor(x[0]).shape[1] ?? 1);
      const checks = await moduleChecks(module, golden, channelAxis(text), services);
      expect(compare(checks, golden.tolerance).mismatches).to.deep.equal([]);
      expect(tf.memory().numTensors).to.equal(before);
    });
  }
});
