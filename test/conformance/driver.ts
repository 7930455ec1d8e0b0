// The child process: runs the specs on one backend and sends what came of them. Arguments: the backend's name, names of specs to leave out.
import { dirname, join } from "node:path";
import { surviveResets, startBackend } from "./backend-under-test.ts";
import { bootJasmine, require } from "./jasmine.ts";
import type { SpecResult } from "./jasmine.ts";
import type { Message } from "./suite.ts";

/** About backends in general, but tfjs lets it run on its own only; ours are asked too. */
const CPU_SUITE = "Switching cpu backends cpu {}";
const MESSAGE_LENGTH = 600;

const [name = "", ...left] = process.argv.slice(2);
const send = (message: Message): void => void process.send?.(message);
const reasonOf = ({ failedExpectations }: Pick<SpecResult, "failedExpectations">): string =>
  failedExpectations.map(({ message }) => message.slice(0, MESSAGE_LENGTH)).join("; ");

const jasmine = bootJasmine();
// One suite moves data to cpu and back, and takes it to be there: wasm and native bring it.
if (name === "webgpu") await startBackend("cpu");
const under = await startBackend(name).catch((error: Error) => {
  console.error(error.message);
  process.exit(1);
});
surviveResets(under);
loadSpecs();
const env = jasmine.getEnv();
env.configure({ random: false, specFilter: (spec) => !left.includes(spec.getFullName()) });
env.addReporter({
  specDone: (result) => send({ kind: "spec", name: result.fullName, status: result.status, reason: reasonOf(result) }),
  suiteDone(result) {
    if (result.failedExpectations.length > 0) send({ kind: "spec", name: result.fullName, status: "failed", reason: reasonOf(result) });
  },
});
await env.execute();
process.send?.({ kind: "done" } satisfies Message, () => process.exit(0));

/** Required one by one, in CommonJS: bundlers take the specs for modules without effect and drop them. */
function loadSpecs(): void {
  const dist = join(dirname(require.resolve("@tensorflow/tfjs-core/package.json")), "dist");
  require(join(dist, "index.js"));
  require(join(dist, "public/chained_ops/register_all_chained_ops.js"));
  const { setTestEnvs } = require(join(dist, "jasmine_util.js")) as { setTestEnvs(envs: readonly object[]): void };
  const own = { name, backendName: under.tfName, isDataSync: name !== "webgpu" };
  setTestEnvs(name === "cpu" ? [own] : [own, { name: "cpu", backendName: "cpu", isDataSync: true }]);
  const specs = globalThis as unknown as { describe(suite: string, body: () => void): object | undefined };
  const { describe } = specs;
  specs.describe = (suite, body) =>
    name === "cpu" || !suite.endsWith(" cpu {}") || suite === CPU_SUITE ? describe(suite, body) : undefined;
  require(join(dist, "tests.js"));
}
