// Milliseconds per batch of the full `augTransforms` on 64 images of 128 × 128: `npm run bench:augment`, `-- --backend wasm`.
import { parseArgs } from "node:util";
import { TensorBatch, TensorImage } from "@fastap/plugin-data";
import { augTransforms } from "@fastap/plugin-vision";
import { openHost } from "./open-host.ts";

const { values } = parseArgs({
  options: {
    backend: { type: "string", multiple: true, default: ["native", "wasm"] },
    rounds: { type: "string", default: "20" },
    threads: { type: "string", default: "2" },
  },
});

for (const backend of values.backend) {
  const host = await openHost(backend, Number(values.threads));
  const engine = host.resolve("engine");
  const random = host.resolve("random");
  const images = engine.from(
    Float32Array.from({ length: 64 * 128 * 128 * 3 }, (_, i) => (i % 255) / 255),
    [64, 128, 128, 3],
  );
  const transforms = augTransforms();
  const times: number[] = [];
  for (let round = 0; round < Number(values.rounds); round++) {
    const start = performance.now();
    const stream = random.fork(`${round}`);
    const given = new TensorBatch(images, TensorImage, engine);
    const made = engine.scope(() => (transforms.reduce((x: unknown, t) => t.encode(x, 0, stream), given) as TensorBatch).tensor);
    times.push(performance.now() - start);
    made.dispose();
  }
  images.dispose();
  const sorted = times.toSorted((a, b) => a - b);
  console.log(
    `${backend.padEnd(8)} augTransforms 64×128×128×3: best ${sorted[0]?.toFixed(1)} ms, median ${sorted[sorted.length >> 1]?.toFixed(1)} ms a batch`,
  );
  await host[Symbol.asyncDispose]();
}
