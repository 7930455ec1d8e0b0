// How long a 45 MB file of weights takes to become a network: `npm run bench:load [-- --json]`. Reading and checking the file,
// matching names, and making the tensors of a resnet18 on the wasm backend; best of seven rounds.
import { mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { createHost } from "@fastap/kernel";
import type { StoredTensor } from "@fastap/kernel";
import { encodeSafetensors } from "@fastap/plugin-nn";
import { architectures, createVisionModel, weightsOf } from "@fastap/plugin-vision";
import { vision } from "@fastap/preset-vision";

const ROUNDS = 7;

function noise(shape: readonly number[]): StoredTensor {
  const length = shape.reduce((a, b) => a * b, 1);
  return { dtype: "F32", shape, data: Float32Array.from({ length }, (_, i) => Math.sin(i)) };
}

const arch = architectures.find(({ name }) => name === "resnet18");
if (arch === undefined) throw new Error("no resnet18");
const dir = await mkdtemp(join(tmpdir(), "fastap-load-"));
const host = await createHost({ presets: [vision], config: { backend: "wasm", seed: 42 } });
const services = { engine: host.resolve("engine"), random: host.resolve("random") };
const times: number[] = [];
let bytes = 0;
try {
  const file = join(dir, "resnet18.safetensors");
  const contents = encodeSafetensors(new Map([...arch.make({}).saved()].map(([name, { shape }]) => [name, noise(shape)])));
  bytes = contents.length;
  await writeFile(file, contents);
  for (let i = 0; i < ROUNDS; i++) {
    const start = performance.now();
    const model = createVisionModel(arch, 10, { pretrained: weightsOf(host, arch, file) });
    model.init(services);
    times.push(performance.now() - start);
    model.dispose();
  }
} finally {
  await rm(dir, { recursive: true });
  await host[Symbol.asyncDispose]();
}
const best = Math.min(...times);
if (process.argv.includes("--json")) console.log(JSON.stringify({ megabytes: bytes / 1e6, ms: best, rounds: ROUNDS }));
else console.log(`resnet18, ${(bytes / 1e6).toFixed(0)} MB of safetensors: ${best.toFixed(0)} ms (best of ${ROUNDS})`);
process.exitCode = best > 1000 ? 1 : 0;
