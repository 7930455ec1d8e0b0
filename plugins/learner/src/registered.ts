import type { Host, Registries, Spec } from "@fastap/kernel";
import { E_LEARNER_NAME_ABSENT } from "./errors.ts";

type Named = "callbacks" | "datasets" | "losses" | "metrics" | "models" | "optimizers";

/** Which of our plugins bring names: one of them may be what a composition lacks. */
const BRINGERS: Readonly<Record<Named, readonly string[]>> = {
  callbacks: ["trackers", "training", "mixup", "inspect"],
  datasets: ["data", "vision"],
  losses: ["losses"],
  metrics: ["metrics"],
  models: ["nn", "vision"],
  optimizers: ["optimizers"],
};

/** What a name stands for. @throws E_LEARNER_NAME_ABSENT where a plugin is not here that may bring it, else E_NAME_UNKNOWN */
export function registered<T extends Named>(host: Host, token: T, spec: Spec): Registries[T] {
  const name = typeof spec === "string" ? spec : spec[0];
  const registry = host.registry(token);
  const here = new Set(host.plugins.map(({ meta }) => meta.name));
  const absent = BRINGERS[token].filter((plugin) => !here.has(plugin));
  if (!registry.has(name) && absent.length > 0) throw E_LEARNER_NAME_ABSENT({ token, name, known: registry.names(), absent });
  return registry.make(spec);
}
