import type { Host, StateDict } from "@fastap/kernel";
import { architectures } from "@fastap/plugin-vision";

export const ARCH = "mobilenet_v1_025";

/** Weights of the architecture as it starts, for tests where the real ones are not. */
export async function started(host: Host): Promise<StateDict> {
  const model = architectures.find(({ name }) => name === ARCH)?.make({});
  if (model === undefined) throw new Error(ARCH);
  model.init({ engine: host.resolve("engine"), random: host.resolve("random").fork("weights") });
  const state = await model.stateDict();
  model.dispose();
  return state;
}
