import { createHost, type Callback, type Config, type Host, type PluginEntry } from "@fastap/kernel";
import { serviceDoubles } from "./service-doubles.ts";
import { sumParts } from "./sum-parts.ts";

/** Something that a callback is tried on. */
export interface CallbackSubject {
  /** Trains with these callbacks; from the checkpoint at `resume` where one is given. */
  fit(cbs: readonly Callback[], resume?: string): Promise<unknown>;
  /** What training has changed, as text: equal bits, equal texts. */
  bits(): Promise<string>;
  dispose(): void;
}

export interface SubjectOptions {
  /** Real plugins; an engine and a generator that they do not provide get doubles. */
  readonly plugins?: readonly PluginEntry[];
  readonly config?: Config;
  /** Default: {@link sumParts} on the host's engine, which cannot resume. */
  readonly subject?: (host: Host) => CallbackSubject | Promise<CallbackSubject>;
}

/** Hands a fresh host and subject to `use`, disposes both, and tells how many tensors were left. */
export async function withSubject<T>(
  { plugins, config = {}, subject = sumSubject }: SubjectOptions,
  use: (subject: CallbackSubject) => Promise<T>,
): Promise<{ readonly result: T; readonly left: number }> {
  await using host = await createHost({ plugins: plugins ?? [serviceDoubles(["engine", "random"])], config });
  const engine = host.resolve("engine");
  const before = engine.memory().tensors;
  const made = await subject(host);
  const result = await use(made).finally(() => made.dispose());
  return { result, left: engine.memory().tensors - before };
}

function sumSubject(host: Host): CallbackSubject {
  const parts = sumParts(host.resolve("engine"));
  return {
    fit: (cbs) => host.fit({ ...parts, cbs }),
    bits: async () => JSON.stringify([...(await parts.model.stateDict())].map(([name, { data }]) => [name, Array.from(data, String)])),
    dispose: () => {
      parts.opt?.dispose();
      parts.model.dispose();
    },
  };
}
