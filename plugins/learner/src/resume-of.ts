import type { Host } from "@fastap/kernel";
import { E_LEARNER_RESUME } from "./errors.ts";

/** What the plugin `checkpoint` is asked to resume. @throws E_LEARNER_RESUME where it is absent */
export function resumeOf(host: Host, { resume = false }: { readonly resume?: boolean | string }): boolean | string {
  if (resume !== false && !host.has("checkpoints")) throw E_LEARNER_RESUME();
  return resume;
}
