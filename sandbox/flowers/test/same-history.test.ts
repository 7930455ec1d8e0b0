import { mkdtemp, readFile, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { createHost, type Host } from "@fastap/kernel";
import { loadConfig } from "@fastap/plugin-config";
import type { Learner } from "@fastap/plugin-learner";
import { vision } from "@fastap/preset-vision";
import { expect } from "chai";
import { bccd } from "../../bccd/bccd.ts";
import { nuclei } from "../../nuclei/nuclei.ts";
import { flowers } from "../flowers.ts";

/** Recipes whose file and code are to be one. */
const recipes: readonly (readonly [
  name: string,
  train: (host: Host, part: { n: number; size: number }) => Promise<Learner>,
  resize: string,
])[] = [
  ["flowers", flowers, "task.data.1.itemTfms.0.1.size=64"],
  ["nuclei", nuclei, "task.data.1.itemTfms.0.1=64"],
  ["bccd", bccd, "task.data.1.itemTfms.0.1.size=64"],
];

describe("recipes of images, on a few of them", () => {
  let out: string;
  before(async function (): Promise<void> {
    if (process.env["FASTAP_DATA"] === undefined) this.skip(); // no data here
    out = await mkdtemp(join(tmpdir(), "fastap-recipes-"));
  });
  after(async () => {
    if (out !== undefined) await rm(out, { recursive: true });
  });

  for (const [name, train, resize] of recipes) {
    it(`${name}: the config and the code give the same losses`, async () => {
      const path = fileURLToPath(new URL(`../../${name}/fastap.config.yaml`, import.meta.url));
      const { config, root } = await loadConfig({ path, set: ["backend=wasm", "task.data.1.n=32", resize] });
      const { seed = 42, task = {} } = config;
      const open = (): Promise<Host> => createHost({ presets: [vision], config: { backend: "wasm", seed, task, root } });
      const configured = await open();
      await configured.resolve("task").train({ out });
      await configured[Symbol.asyncDispose]();
      const host = await open();
      const learn = await train(host, { n: 32, size: 64 });
      const history: { rawLosses: readonly number[]; epochs: readonly Record<string, unknown>[] } = JSON.parse(
        await readFile(join(out, "history.json"), "utf8"),
      );
      expect(history.rawLosses.length).to.be.greaterThan(5);
      expect(learn.recorder?.rawLosses).to.deep.equal(history.rawLosses);
      expect(learn.recorder?.history.map((row) => row["valid_loss"])).to.deep.equal(history.epochs.map((row) => row["valid_loss"]));
      learn.dispose();
      await host[Symbol.asyncDispose]();
    }).timeout(300_000);
  }
});
