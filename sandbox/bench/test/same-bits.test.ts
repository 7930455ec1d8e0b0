import { expect } from "chai";
import type { StateDict, StoredTensor } from "@fastap/kernel";
import { openHost } from "../open-host.ts";
import { runTrial } from "../trial.ts";
import type { Workload } from "../workload.ts";
import { workloads } from "../workloads.ts";
import { lstm } from "../workloads/lstm.ts";
import { resnet18 } from "../workloads/resnet18.ts";

/** In full size, save what would take minutes: fewer images, fewer steps in time and fewer words. */
const cases: readonly (readonly [Workload, number])[] = workloads.map((workload) => {
  if (workload.name === "resnet18") return [resnet18({ bs: 4, side: 64, width: 64, c: 10 }), 3];
  if (workload.name === "lstm") return [lstm({ bs: 16, time: 7, vocab: 1000, hidden: 400, layers: 2 }), 3];
  return [workload, 20];
});

interface Outcome {
  readonly losses: readonly number[];
  /** Bytes of weights and statistics. */
  readonly state: ReadonlyMap<string, Uint8Array>;
}

async function train(backend: string, [workload, runs]: (typeof cases)[number]): Promise<Outcome> {
  await using host = await openHost(backend, 1);
  let state: StateDict = new Map();
  const { losses } = await runTrial(host, workload, { warm: 0, runs, batches: 16, onEnd: (given) => void (state = given) });
  return { losses, state: new Map([...state].map(([name, { data }]) => [name, bytesOf(data)])) };
}

function bytesOf({ buffer, byteOffset, byteLength }: StoredTensor["data"]): Uint8Array {
  return new Uint8Array(buffer, byteOffset, byteLength).slice();
}

/** Why the two cannot have the same bits here; undefined where they can. */
async function obstacle(): Promise<string | undefined> {
  try {
    await using wasm = await openHost("wasm", 1);
    const { fma } = await wasm.registry("backends").make("wasm").facts();
    if (fma !== true) return "wasm runs without fused multiply-add";
    await using native = await openHost("native", 1);
    const { isa } = await native.registry("backends").make("native").facts();
    return isa === "portable" ? "native runs without fused multiply-add" : undefined;
  } catch (error) {
    return error instanceof Error ? error.message : String(error);
  }
}

describe("the workloads of the bench on wasm and native", function () {
  this.timeout(120_000);
  before(async function () {
    const reason = await obstacle();
    if (reason === undefined) return;
    console.log(`      skipped: ${reason}`);
    this.skip();
  });

  for (const one of cases) {
    const [{ name }, steps] = one;
    it(`give ${name} the same bits of losses and of all weights over ${steps} steps`, async () => {
      const [wasm, native] = [await train("wasm", one), await train("native", one)];
      expect(native.losses).to.deep.equal(wasm.losses);
      expect(new Set(wasm.losses).size, "different losses").to.equal(steps);
      expect([...native.state.keys()]).to.deep.equal([...wasm.state.keys()]);
      for (const [key, want] of wasm.state) {
        expect(want.length, key).to.be.greaterThan(0);
        expect(Buffer.compare(native.state.get(key) ?? new Uint8Array(0), want), key).to.equal(0);
      }
    });
  }
});
