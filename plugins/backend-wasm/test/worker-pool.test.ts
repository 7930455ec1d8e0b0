import { expect } from "chai";
import { WorkerPool } from "../dist/worker-pool.js";
import { workerStarter } from "../dist/worker-thread.js";

/** A module whose only export, `task(job, task, scratch)`, has the given code and imports a shared memory. */
async function moduleOf(code: readonly number[]): Promise<{ module: object; memory: { buffer: SharedArrayBuffer } }> {
  const text = (s: string): number[] => [s.length, ...Buffer.from(s)];
  const section = (id: number, content: readonly number[]): number[] => [id, content.length, ...content];
  const body = [0, ...code, 0x0b];
  const bytes = Uint8Array.from([
    ...[0, 0x61, 0x73, 0x6d, 1, 0, 0, 0],
    ...section(1, [1, 0x60, 3, 0x7f, 0x7f, 0x7f, 0]),
    ...section(2, [1, ...text("env"), ...text("memory"), 2, 3, 1, 2]),
    ...section(3, [1, 0]),
    ...section(7, [1, ...text("task"), 0, 0]),
    ...section(10, [1, body.length, ...body]),
  ]);
  const { WebAssembly } = globalThis as unknown as {
    WebAssembly: { compile(b: Uint8Array): Promise<object>; Memory: new (size: object) => { buffer: SharedArrayBuffer } };
  };
  return { module: await WebAssembly.compile(bytes), memory: new WebAssembly.Memory({ initial: 1, maximum: 2, shared: true }) };
}

const TRAP = [0x00];
const FOREVER = [0x03, 0x40, 0x0c, 0x00, 0x0b];
const NOTHING: readonly number[] = [];
/** Adds 1 to the int32 of its task in memory: `i32.atomic.rmw.add (task << 2) 1`. */
const COUNT = [0x20, 1, 0x41, 2, 0x74, 0x41, 1, 0xfe, 0x1e, 2, 0, 0x1a];

type Own = (job: number, task: number, scratch: number) => void;

/** A pool of two whose worker runs `code`; a task of this thread takes 20 ms, so that the worker gets some as soon as it has started. */
async function poolOf(code: readonly number[], own: Own = () => rest(), parts = moduleOf(code)): Promise<WorkerPool> {
  const pool = await WorkerPool.create({ ...(await parts), names: ["task"], kernels: [own] });
  await pool.resize(2);
  return pool;
}

function rest(ms = 20): void {
  Atomics.wait(new Int32Array(new SharedArrayBuffer(4)), 0, 0, ms);
}

function run(pool: WorkerPool, tasks: number): void {
  pool.run({ kernel: 0, job: 0, tasks, scratch: 0, scratchBytes: 0 });
}

/** Runs jobs until one throws: how long a worker takes to start is the machine's business. */
function failureOf(pool: WorkerPool): unknown {
  for (;;) {
    try {
      run(pool, 20);
    } catch (error) {
      return error;
    }
  }
}

describe("worker pool", () => {
  it("does every task exactly once, on workers and here", async () => {
    const parts = moduleOf(COUNT);
    const counts = new Int32Array((await parts).memory.buffer, 0, 21);
    let [here, jobs] = [0, 0];
    const own: Own = (_, task) => {
      here++;
      Atomics.add(counts, task, 1);
      rest();
    };
    const pool = await poolOf(COUNT, own, parts);
    for (; here === 20 * jobs; jobs++) run(pool, 20);
    expect(here).to.be.greaterThan(0);
    expect([...counts]).to.deep.equal([...Array<number>(20).fill(jobs), 0]);
    expect(pool.threads).to.equal(2);
    await pool.close();
  });

  it("reports a worker whose kernel fails, and goes on with one thread", async () => {
    const pool = await poolOf(TRAP);
    expect(failureOf(pool)).to.have.property("code", "E_BACKEND_WASM_WORKER");
    expect(pool.lost).to.equal("its kernel failed");
    expect(pool.threads).to.equal(1);
    expect(() => run(pool, 2)).not.to.throw();
    await pool.resize(2);
    expect(pool.lost).to.equal(undefined);
    await pool.close();
  });

  it("reports a worker that does not come back after naps of 4 s in all", async () => {
    const pool = await poolOf(FOREVER);
    expect(failureOf(pool)).to.have.property("code", "E_BACKEND_WASM_WORKER");
    expect(pool.lost).to.contain("4 s");
    await pool.close();
  });

  it("hands on what a kernel throws on this thread", async () => {
    const pool = await poolOf(NOTHING, () => {
      throw new RangeError("mine");
    });
    expect(() => run(pool, 20)).to.throw(RangeError, "mine");
    expect(pool.threads).to.equal(2);
    await pool.close();
  });

  it("waits for no worker that never starts", async () => {
    const module = { not: "a module" };
    const pool = await WorkerPool.create({
      module,
      memory: { buffer: new SharedArrayBuffer(8) },
      names: ["task"],
      kernels: [() => rest()],
    });
    await pool.resize(3);
    run(pool, 3);
    while (pool.lost === undefined) await new Promise((resolve) => setTimeout(resolve, 10));
    expect(() => run(pool, 3)).to.throw("E_BACKEND_WASM_WORKER");
    run(pool, 3);
    await pool.close();
  });

  it("hears no more of workers that it has ended, also of one that has failed by then", async () => {
    const start = await workerStarter();
    const parts = {
      cells: new Int32Array(9),
      module: { not: "a module" },
      memory: { buffer: new SharedArrayBuffer(8) },
      kernels: ["task"],
    };
    const deaths: string[] = [];
    await new Promise<void>((resolve) => {
      const end = (reason: string): void => {
        deaths.push(reason);
        void Promise.all(workers.map((worker) => worker.terminate())).then(() => resolve());
      };
      const workers = [1, 2].map((index) => start({ ...parts, index }, end));
      rest(500); // both fail, before anything is heard of them
    });
    expect(deaths).to.have.length(1);
  });
});
