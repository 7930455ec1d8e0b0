import { E_LEARNER_METHOD_MISSING, E_LEARNER_METHOD_TAKEN } from "./errors.ts";
import { fitMethod } from "./fit-method.ts";
import { METHOD_PLUGINS } from "./learner-method.ts";
import type { Learner } from "./learner.ts";

/** Puts the methods of plugins on a Learner, and in place of known missing ones a function that says whose they are. */
export function installMethods(learner: Learner): void {
  const registry = learner.host.registry("learnerMethods");
  for (const name of registry.names()) {
    const method = registry.make(name);
    if (method === fitMethod) continue; // in the registry for tasks; a Learner has it anyway
    if (name in learner) throw E_LEARNER_METHOD_TAKEN({ method: name });
    define(learner, name, method.bind(learner));
  }
  for (const [method, plugin] of Object.entries(METHOD_PLUGINS)) {
    if (method in learner) continue;
    define(learner, method, () => {
      throw E_LEARNER_METHOD_MISSING({ method, plugin });
    });
  }
}

function define(learner: Learner, name: string, value: unknown): void {
  Object.defineProperty(learner, name, { value, configurable: true });
}
