import { expect } from "chai";
import { openHost } from "../open-host.ts";
import { runTrial } from "../trial.ts";
import type { Workload } from "../workload.ts";
import { smallWorkloads } from "../workloads.ts";

/** Of resnet18 fewer: after some thirty, a ReLU input nearer to 0 than its rounding has another sign on cpu (README.md). */
const steps = ({ name }: Workload): number => (name === "resnet18" ? 10 : 200);
/** Gates that saturate, and sums over time, magnify rounding. */
const tolerance: Readonly<Record<string, number>> = { lstm: 2e-4 };

async function lossesOn(backend: string, workload: Workload): Promise<readonly number[]> {
  await using host = await openHost(backend, 1);
  const engine = host.resolve("engine");
  const before = engine.memory().tensors;
  const { losses } = await runTrial(host, workload, { warm: 0, runs: steps(workload), batches: 4 });
  expect(engine.memory().tensors, "live tensors").to.equal(before);
  return losses;
}

/** Why a backend cannot run here; undefined where it can. */
async function absence(backend: string): Promise<string | undefined> {
  try {
    await using host = await openHost(backend, 1);
    return host.resolve("engine").backend === backend ? undefined : `another backend stands in for ${backend}`;
  } catch (error) {
    return error instanceof Error ? error.message : String(error);
  }
}

describe("the workloads of the bench, made small", function () {
  this.timeout(60_000);
  const onCpu = new Map<string, readonly number[]>();
  before(async () => {
    for (const workload of smallWorkloads) onCpu.set(workload.name, await lossesOn("cpu", workload));
  });

  for (const backend of ["wasm", "native"]) {
    describe(`on ${backend}`, () => {
      before(async function () {
        const reason = await absence(backend);
        if (reason === undefined) return;
        console.log(`      skipped: ${reason}`);
        this.skip();
      });

      for (const workload of smallWorkloads) {
        it(`gives ${workload.name} the losses of cpu over ${steps(workload)} steps`, async () => {
          const want = onCpu.get(workload.name) ?? [];
          const got = await lossesOn(backend, workload);
          expect(got).to.have.length(steps(workload));
          const worst = Math.max(...got.map((loss, i) => Math.abs(loss - (want[i] ?? NaN)) / Math.abs(want[i] ?? NaN)));
          expect(worst, "relative difference").to.be.lessThan(tolerance[workload.name] ?? 1e-5);
        });
      }
    });
  }
});
