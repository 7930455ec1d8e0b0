import { mkdir, mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import type { StateDict, StoredTensor } from "@fastap/kernel";
import { encodeSafetensors } from "@fastap/plugin-nn";
import { architectures, bodyOf, createBody, loadPretrained, resnet18, resnet34, weightsOf } from "@fastap/plugin-vision";
import { expect } from "chai";
import { visionHost } from "./vision-host.ts";

const services = async (): Promise<Awaited<ReturnType<typeof visionHost>>> => visionHost("cpu");
const small = { width: 4 } as const;

/** Weights of a small resnet, as PyTorch's names have them, each filled with its place. */
function weights(change: (state: Map<string, StoredTensor>) => void = () => {}, nOut: number = 10): StateDict {
  const state = new Map<string, StoredTensor>();
  for (const [name, { shape }] of resnet18({ ...small, nOut }).saved()) {
    const length = shape.reduce((a, b) => a * b, 1);
    if (name.endsWith("num_batches_tracked")) state.set(name, { dtype: "I64", shape, data: BigInt64Array.of(7n) });
    else state.set(name, { dtype: "F32", shape, data: Float32Array.from({ length }, (_, i) => 1 + i) });
  }
  change(state);
  return state;
}

function load(state: StateDict, nIn: number = 3): { left: readonly string[]; model: ReturnType<typeof resnet18> } {
  const model = resnet18({ ...small, nIn, nOut: 10 });
  const left = loadPretrained(model, { state, file: "weights" }, { arch: "resnet18", nIn, body: createBody(model, -2) });
  return { left, model };
}

describe("loading pretrained weights by PyTorch's names", () => {
  it("takes all of a file of the same classes, without counters too, and under any prefix", () => {
    expect(load(weights()).left).to.deep.equal([]);
    const bare = weights((state) => {
      for (const name of state.keys()) if (name.endsWith("num_batches_tracked")) state.delete(name);
    });
    expect(load(bare).left).to.deep.equal([]);
    for (const prefix of ["module.", "backbone.", "module.backbone."]) {
      const inside = new Map([...bare].map(([name, stored]) => [`${prefix}${name}`, stored]));
      expect(load(inside).left, prefix).to.deep.equal([]);
    }
  });

  it("leaves a classifier of another size out, and one of another name", () => {
    expect(load(weights(() => {}, 1000)).left).to.deep.equal(["fc.weight", "fc.bias"]);
    const renamed = weights((state) => {
      for (const name of ["fc.weight", "fc.bias"]) {
        const stored = state.get(name);
        state.delete(name);
        if (stored !== undefined) state.set(name.replace("fc", "head"), stored);
      }
    });
    expect(load(renamed).left).to.deep.equal(["fc.weight", "fc.bias"]);
  });

  it("gives the values before init, in float16 too", async () => {
    const host = await services();
    const { model } = load(
      weights((state) => void state.set("bn1.bias", { dtype: "F16", shape: [4], data: Uint16Array.of(0x3c00, 0, 0, 0xc000) })),
    );
    model.init({ engine: host.resolve("engine"), random: host.resolve("random") });
    const state = await model.stateDict();
    expect(Array.from(state.get("bn1.bias")?.data ?? [], Number)).to.deep.equal([1, 0, 0, -2]);
    expect(state.get("conv1.weight")?.data).to.deep.equal(weights().get("conv1.weight")?.data);
    expect(Number(state.get("bn1.num_batches_tracked")?.data[0])).to.equal(7);
    model.dispose();
    await host[Symbol.asyncDispose]();
  });

  it("names what is missing, unexpected and of another shape in the weights of another architecture, and changes nothing", () => {
    const model = resnet34(small);
    const body = createBody(model, -2);
    const loading = (): unknown => loadPretrained(model, { state: weights(), file: "r18.safetensors" }, { arch: "resnet34", nIn: 3, body });
    expect(loading).to.throw(
      /"r18.safetensors" does not hold weights of "resnet34"\n {4}missing \(\d+\): layer1\.2\.conv1\.weight, .*more/s,
    );
    const wide = weights((state) => {
      state.set("layer1.0.bn3.weight", { dtype: "F32", shape: [1], data: Float32Array.of(1) });
      state.set("layer4.1.bn2.bias", { dtype: "F32", shape: [3], data: new Float32Array(3) });
      state.delete("bn1.weight");
    });
    expect(() => load(wide)).to.throw(
      /missing \(1\): bn1\.weight\n {4}unexpected \(1\): layer1\.0\.bn3\.weight\n {4}mismatched \(1\): layer4\.1\.bn2\.bias is \[3\], not \[32\]/,
    );
  });

  it("adapts the first layer to other channels as fastai does", async () => {
    const host = await services();
    const kernel = [...(weights().get("conv1.weight")?.data ?? [])].map(Number);
    const at = (f: number, c: number): number => kernel[(f * 3 + c) * 49] ?? 0;
    const first = async (nIn: number): Promise<readonly number[]> => {
      const { model } = load(weights(), nIn);
      model.init({ engine: host.resolve("engine"), random: host.resolve("random") });
      const { shape = [], data = [] } = (await model.stateDict()).get("conv1.weight") ?? {};
      model.dispose();
      expect(shape).to.deep.equal([4, nIn, 7, 7]);
      return Array.from({ length: nIn }, (_, c) => Number(data[(nIn + c) * 49])); // of the second filter
    };
    expect(await first(1)).to.deep.equal([at(1, 0) + at(1, 1) + at(1, 2)]);
    expect(await first(2)).to.deep.equal([at(1, 0) * 1.5, at(1, 1) * 1.5]);
    expect(await first(5)).to.deep.equal([at(1, 0), at(1, 1), at(1, 2), 0, 0]);
    expect(() =>
      load(
        weights((state) => void state.delete("conv1.weight")),
        1,
      ),
    ).to.throw(/conv1.weight is not there/);
    await host[Symbol.asyncDispose]();
  });
});

describe("files of weights", () => {
  let root: string;
  beforeEach(async () => void (root = await mkdtemp(join(tmpdir(), "fastap-weights-"))));
  afterEach(() => rm(root, { recursive: true }));
  const arch = architectures.find(({ name }) => name === "resnet18");
  const cifar = architectures.find(({ name }) => name === "cifar_resnet20");
  if (arch === undefined || cifar === undefined) throw new Error("no architectures");

  it("are taken from beside the config; an absent one says what fetches it", async () => {
    const host = await visionHost("cpu", { root });
    expect(() => weightsOf(host, arch)).to.throw(
      /"resnet18" is not here[^]*npx fastap data get resnet18 .*resnet18.a1_in1k.model.safetensors/,
    );
    const file = join(root, "weights", "timm", "resnet18.a1_in1k");
    await mkdir(file, { recursive: true });
    const state = new Map([...resnet18().saved()].map(([name, { shape }]) => [name, zeros(shape)]));
    await writeFile(join(file, "model.safetensors"), encodeSafetensors(state));
    const found = weightsOf(host, arch);
    expect(found.stats?.mean).to.deep.equal([0.485, 0.456, 0.406]);
    const body = bodyOf(arch, { pretrained: found });
    expect(body.layers).to.have.length(8);
    await host[Symbol.asyncDispose]();
  });

  it("with another digest are refused; a path is taken as it is", async () => {
    const host = await visionHost("cpu", { root });
    const file = join(root, "weights", "cifar10-resnets", "resnet20_cifar10.safetensors");
    await mkdir(join(file, ".."), { recursive: true });
    await writeFile(file, encodeSafetensors(new Map([["linear.bias", zeros([10])]])));
    expect(() => weightsOf(host, cifar)).to.throw(/damaged, or another version/);
    expect([...weightsOf(host, cifar, file).state.keys()]).to.deep.equal(["linear.bias"]);
    const { weights: _, ...alone } = arch;
    expect(() => weightsOf(host, alone)).to.throw(/no weights are registered for "resnet18"[^]*mobilenet_v2/);
    await host[Symbol.asyncDispose]();
  });
});

function zeros(shape: readonly number[]): StoredTensor {
  return { dtype: "F32", shape, data: new Float32Array(shape.reduce((a, b) => a * b, 1)) };
}
