import { createHost } from "@fastap/kernel";
import type { Engine, Random } from "@fastap/kernel";
import { backendCpu } from "@fastap/plugin-backend-cpu";
import { engineTfjs } from "@fastap/plugin-engine-tfjs";

/** What loaders need, while `f` runs. */
export async function withServices<T>(f: (services: { readonly engine: Engine; readonly random: Random }) => Promise<T>): Promise<T> {
  const host = await createHost({ plugins: [engineTfjs, backendCpu], config: { backend: "cpu" } });
  try {
    return await f({ engine: host.resolve("engine"), random: host.resolve("random") });
  } finally {
    await host[Symbol.asyncDispose]();
  }
}
