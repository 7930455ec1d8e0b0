import type { DataLoaders, Engine, Grads, Host, Model, Param, Run, Tensor } from "@fastap/kernel";
import type { Learner } from "@fastap/plugin-learner";

/** What an example may take as given. An example marked `run` may not. */
declare global {
  const host: Host;
  const run: Run;
  const engine: Engine;
  const model: Model;
  const dls: DataLoaders;
  const learn: Learner;
  const grads: Grads;
  const body: readonly Param[];
  const head: readonly Param[];
  const logits: Tensor;
  const labels: Tensor;
}
