// How long it takes until a host can compute: `npm run bench:start -- [wasm native cpu] [--rounds 7]`. Every round is a process of its own, so
// that nothing is loaded yet; the time is from before the first import to a host that is ready. A JSON line per backend.
import { execFileSync } from "node:child_process";
import { parseArgs } from "node:util";

const { values, positionals } = parseArgs({ allowPositionals: true, options: { rounds: { type: "string", default: "7" } } });

const EXPORTS: Readonly<Record<string, string>> = { cpu: "backendCpu", wasm: "backendWasm", native: "backendNative" };

function program(backend: string): string {
  const names = backend === "native" ? ["wasm", "native"] : [backend];
  return `
    const [before, cpu] = [performance.now(), process.cpuUsage()];
    const { createHost } = await import("@fastap/kernel");
    const { engineTfjs } = await import("@fastap/plugin-engine-tfjs");
    const plugins = [engineTfjs];
    ${names.map((name) => `plugins.push((await import("@fastap/plugin-backend-${name}")).${EXPORTS[name]});`).join("\n")}
    const imported = performance.now();
    const host = await createHost({ plugins, config: { backend: "${backend}" } });
    const ready = performance.now();
    const { user, system } = process.cpuUsage(cpu);
    const cpuMs = (user + system) / 1000;
    console.log(JSON.stringify({ backend: host.resolve("engine").backend, importMs: imported - before, readyMs: ready - imported, cpuMs }));
    await host[Symbol.asyncDispose]();`;
}

interface Round {
  readonly backend: string;
  readonly importMs: number;
  readonly readyMs: number;
  /** Of the processor, all threads: what is left of the time on a machine that has nothing else to do. */
  readonly cpuMs: number;
}

for (const backend of positionals.length === 0 ? ["wasm", "native", "cpu"] : positionals) {
  const cwd = new URL("..", import.meta.url);
  const rounds = Array.from({ length: Number(values.rounds) }, () => {
    const output = execFileSync(process.execPath, ["--input-type=module", "--eval", program(backend)], { cwd, encoding: "utf8" });
    return JSON.parse(output) as Round;
  }).toSorted((a, b) => a.importMs + a.readyMs - b.importMs - b.readyMs);
  const total = (round: Round | undefined): number => Math.round((round?.importMs ?? NaN) + (round?.readyMs ?? NaN));
  const [best, median] = [rounds[0], rounds[rounds.length >> 1]];
  const [importMs, readyMs] = [Math.round(best?.importMs ?? NaN), Math.round(best?.readyMs ?? NaN)];
  const cpuMs = Math.round(Math.min(...rounds.map((round) => round.cpuMs)));
  console.log(JSON.stringify({ backend: best?.backend, importMs, readyMs, bestMs: total(best), medianMs: total(median), cpuMs }));
}
