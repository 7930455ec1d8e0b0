import { spawn } from "node:child_process";
import { mkdirSync, mkdtempSync, realpathSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { fileURLToPath } from "node:url";

const BIN = fileURLToPath(new URL("../dist/bin.js", import.meta.url));

/** A plugin that stands in for engine, backends and task, so that the command line is tested and not the training. */
const TOY = `
export const toy = {
  meta: { name: "toy", version: "1.2.3", kernel: "^0.1.0", provides: ["engine", "task", "backends"] },
  parseOptions: (options) => options,
  apply(host) {
    const sleep = () => new Promise((resolve) => setTimeout(resolve, 60_000));
    host.hooks.shutdown.tap("toy", () => void process.stderr.write("disposed\\n"));
    host.provide("engine", () => ({ name: "toy", backend: host.config.backend ?? "toy", memory: () => ({ tensors: 0, bytes: 0 }) }));
    host.provide("task", () => ({
      train: async (options) => {
        if (options.maxSteps === 99) { process.stderr.write("training\\n"); await sleep(); }
        if (options.maxSteps === 98) throw new TypeError("broken");
        return { summary: { accuracy: 0.5, validLoss: 1.25, epochs: options.epochs ?? 1, seconds: 2, backend: "toy", options }, files: ["model.safetensors"], losses: [3, 2] };
      },
      validate: async () => ({ accuracy: 0.123456789, epochs: 0, seconds: 1, backend: "toy" }),
      lrFind: async ({ numIt }) => ({ suggestions: numIt === 3 ? {} : { valley: 0.00123456 }, lrs: [1, 2], losses: [3, 4], files: ["lr-find.svg"] }),
      show: async (options) => ({ svg: async () => JSON.stringify(options), png: async () => Uint8Array.of(1, 2), html: async () => "<p>" }),
      predict: async ({ input }) => ({ label: JSON.stringify(input), index: 1, probs: [0.25, 0.75] }),
    }));
    const backend = (name, available) => host.contribute("backends", { name, make: () => ({ name, available: async () => available, facts: async () => ({ threads: 2 }), activate: async () => {} }) });
    backend("toy", { ok: true });
    backend("gone", { ok: false, reason: "no GPU here" });
    host.hooks.run.tap("toy", (run) => {
      run.hooks.afterPred.tap("toy", () => {});
      run.hooks.afterBatch.tap({ name: "toy/late", stage: 200 }, () => {});
      run.hooks.afterBatch.tap("toy/early", () => {});
    });
  },
};
`;

const made: string[] = [];
after(() => {
  for (const dir of made) rmSync(dir, { recursive: true, force: true });
});

/** A directory with these files and the toy plugin, removed after the tests. */
export function project(files: Readonly<Record<string, string>>): string {
  const dir = realpathSync(mkdtempSync(join(tmpdir(), "fastap-cli-")));
  for (const [name, text] of Object.entries({ "package.json": '{ "type": "module" }', "toy.js": TOY, ...files })) {
    mkdirSync(dirname(join(dir, name)), { recursive: true });
    writeFileSync(join(dir, name), text);
  }
  made.push(dir);
  return dir;
}

export interface Outcome {
  readonly code: number | null;
  readonly out: string;
  readonly err: string;
}

/** Runs the built command line in a directory; `interruptAt` sends Ctrl-C once that text is on stderr. */
export function fastap(
  cwd: string,
  args: readonly string[],
  env: Readonly<Record<string, string>> = {},
  interruptAt?: string,
): Promise<Outcome> {
  const { FASTAP_BACKEND: _backend, FASTAP_DEBUG: _debug, NODE_OPTIONS: _node, ...inherited } = process.env;
  const child = spawn(process.execPath, [BIN, ...args], { cwd, env: { ...inherited, ...env } });
  let [out, err, sent] = ["", "", false];
  child.stdout.on("data", (data: Buffer) => (out += data.toString()));
  child.stderr.on("data", (data: Buffer) => {
    err += data.toString();
    if (interruptAt !== undefined && !sent && err.includes(interruptAt)) sent = child.kill("SIGINT");
  });
  return new Promise((resolve) => child.on("close", (code) => resolve({ code, out, err })));
}
