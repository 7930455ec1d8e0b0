import type { Host, TaskRunner } from "@fastap/kernel";
import { E_CLI_NO_TASK } from "./errors.ts";

/** Who runs the task of the config. @throws E_CLI_NO_TASK */
export function taskOf(host: Host): TaskRunner {
  if (!host.has("task")) throw E_CLI_NO_TASK({ loaded: host.plugins.map(({ meta }) => meta.name) });
  return host.resolve("task");
}
