// How far the points of a trained model are off, in pixels of the 640 × 480 photos, beside the best of all constant points:
// FASTAP_DATA=../shared/data npx tsx sandbox/bccd/distance.ts runs/model.safetensors
import { resolve } from "node:path";
import { fileURLToPath } from "node:url";
import { createHost } from "@fastap/kernel";
import { loadConfig } from "@fastap/plugin-config";
import { vision } from "@fastap/preset-vision";

const SIDES = [640, 480] as const;
const [model = "runs/model.safetensors"] = process.argv.slice(2);
const { config, root } = await loadConfig({ path: fileURLToPath(new URL("fastap.config.yaml", import.meta.url)) });
const { seed = 42, task = {} } = config;
const host = await createHost({ presets: [vision], config: { backend: "wasm", seed, task, root } });
try {
  const learn = await host.resolve("taskLearner").load({ model: resolve(model) });
  const { preds, targs } = await learn.getPreds();
  const targets = Array.from(targs?.data ?? []);
  const constant = [0, 1].map((axis) => mean(targets.filter((_, i) => i % 2 === axis)));
  console.log(`${targets.length / 2} photos, mean distance in pixels: ${distance(preds.data, targets).toFixed(1)}`);
  console.log(
    `the mean of these targets for all: ${distance(
      Float32Array.from(targets, (_, i) => constant[i % 2] ?? 0),
      targets,
    ).toFixed(1)}`,
  );
  learn.dispose();
} finally {
  await host[Symbol.asyncDispose]();
}

function distance(found: ArrayLike<number>, targets: readonly number[]): number {
  const off = (i: number): number => (((found[i] ?? NaN) - (targets[i] ?? NaN)) * SIDES[i % 2 === 0 ? 0 : 1]) / 2;
  return mean(Array.from({ length: targets.length / 2 }, (_, point) => Math.hypot(off(2 * point), off(2 * point + 1))));
}

function mean(numbers: readonly number[]): number {
  return numbers.reduce((sum, each) => sum + each, 0) / numbers.length;
}
