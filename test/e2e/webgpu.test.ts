import { execFileSync } from "node:child_process";
import { existsSync } from "node:fs";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { expect } from "chai";
import { webgpuEnvironment } from "../swiftshader.ts";

const ROOT = fileURLToPath(new URL("../..", import.meta.url));
const PEERS = ["webgpu@0.6.2", "@tensorflow/tfjs-backend-webgpu@4.22.0"];

/** A program's last line of output. */
function run(program: string, ...args: readonly string[]): unknown {
  const file = fileURLToPath(new URL(program, import.meta.url));
  const output = execFileSync(process.execPath, ["--import=tsx", file, ...args], {
    cwd: ROOT,
    env: webgpuEnvironment,
    encoding: "utf8",
    stdio: ["ignore", "pipe", "pipe"],
  });
  return output
    .trim()
    .split("\n")
    .map((line) => JSON.parse(line) as unknown);
}

const isInstalled = (): boolean =>
  ["webgpu", "@tensorflow/tfjs-backend-webgpu"].every((name) => existsSync(join(ROOT, "node_modules", name)));

/** Why the optional packages are not here; they come first where they are asked for. */
function absence(): string | undefined {
  if (isInstalled()) return undefined;
  if (process.env["FASTAP_WEBGPU"] === undefined) return "the optional packages are not installed; FASTAP_WEBGPU=1 installs them";
  try {
    execFileSync("npm", ["install", "--no-save", "--ignore-scripts", "--no-audit", "--no-fund", ...PEERS], { cwd: ROOT, stdio: "pipe" });
    return undefined;
  } catch (error) {
    return `npm could not install ${PEERS.join(" and ")}: ${String(error).slice(0, 300)}`;
  }
}

interface Ops {
  readonly reason?: string;
  readonly facts: { readonly adapter: string };
  readonly cpu: Readonly<Record<string, readonly (readonly number[])[]>>;
  readonly webgpu: Readonly<Record<string, readonly (readonly number[])[]>>;
}

/** The optional packages are 140 MB: they come with `FASTAP_WEBGPU=1 npm test`, without a change to package.json or the lock file. */
describe("backend webgpu", function () {
  this.timeout(300_000);
  let ops: Ops;
  before(function () {
    const reason = absence() ?? (ops = (run("webgpu-ops.ts") as [Ops])[0]).reason;
    if (reason === undefined) return console.log(`      on ${ops.facts.adapter}`);
    console.log(`      skipped: ${reason}`);
    this.skip();
  });

  for (const name of ["matMul", "matMul transposed", "conv2d", "batchNormTrain"]) {
    it(`computes ${name} and its gradients as cpu does`, () => {
      const want = ops.cpu[name] ?? [];
      const got = ops.webgpu[name] ?? [];
      expect(got).to.have.length(want.length);
      want.forEach((values, i) => {
        expect(got[i]).to.have.length(values.length);
        const scale = Math.max(...values.map(Math.abs));
        expect(Math.max(...values.map((value, k) => Math.abs(value - (got[i]?.[k] ?? NaN)))) / scale, `output ${i}`).to.be.lessThan(1e-5);
      });
    });
  }

  it("trains every workload of the bench as cpu does, for three steps", () => {
    const rows = run("../../sandbox/bench/parity.ts", "cpu", "webgpu", "--small", "--steps", "3", "--json") as {
      case: string;
      drift: number;
      steps: number;
    }[];
    expect(rows.map((row) => row.case)).to.deep.equal(["mlp", "cnn", "resnet18", "lstm", "tabular"]);
    for (const { case: name, drift, steps } of rows) {
      expect(steps).to.equal(3);
      expect(drift, name).to.be.lessThan(1e-4);
    }
  });
});
