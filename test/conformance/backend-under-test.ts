import * as tf from "@tensorflow/tfjs-core";
import { createHost } from "@fastap/kernel";
import type { Backend, Plugin } from "@fastap/kernel";
import { engineTfjs } from "@fastap/plugin-engine-tfjs";

/** The backend of `@fastap/plugin-backend-<name>`, active in an engine of ours, with all gradients registered; the engine's name for it. */
export async function startBackend(name: string): Promise<{ readonly backend: Backend; readonly tfName: string }> {
  const host = await createHost({ plugins: [engineTfjs, ...(await backendPlugins(name))], config: { backend: name } });
  return { backend: host.registry("backends").make(name), tfName: tf.getBackend() };
}

/** The plugin, after that of the backend whose memory it uses. */
async function backendPlugins(name: string): Promise<Plugin[]> {
  const names = name === "native" ? ["wasm", "native"] : [name];
  return Promise.all(
    names.map(async (one) => {
      const exported = (await import(`@fastap/plugin-backend-${one}`)) as Readonly<Record<string, Plugin>>;
      const camelCase = `backend-${one}`.replaceAll(/-(\w)/g, (_, letter: string) => letter.toUpperCase());
      const plugin = exported[camelCase];
      if (plugin === undefined) throw new Error(`@fastap/plugin-backend-${one} exports no ${camelCase}`);
      return plugin;
    }),
  );
}

interface Engine {
  readonly registry: Record<string, { dispose(): void }>;
  setBackend(name: string): Promise<boolean>;
}

/**
 * Every suite resets tfjs's engine, which ends all backends, and then asks for one by name. Ours lives on, as with a host: its threads
 * and its memory are not made to be started hundreds of times. It is activated again instead.
 * tfjs has one engine per process, whatever copy of tfjs-core asks.
 */
export function surviveResets({ backend, tfName }: Awaited<ReturnType<typeof startBackend>>): void {
  const engine = tf.engine() as unknown as Engine;
  const ours = tf.backend();
  ours.dispose = () => {};
  const setBackend = engine.setBackend.bind(engine);
  let activating = false;
  engine.setBackend = async (name) => {
    if (name !== tfName || activating) return setBackend(name);
    activating = true;
    engine.registry[tfName] = ours;
    try {
      await backend.activate();
    } finally {
      activating = false;
    }
    return true;
  };
}
