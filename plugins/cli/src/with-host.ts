import type { Host } from "@fastap/kernel";
import { loadOptions } from "./host-options.ts";
import type { HostOptions } from "./host-options.ts";

/** Exit code of a process that Ctrl-C ended: 128 and the number of the signal. */
const INTERRUPTED = 130;

/** Opens the host of the config, works with it, and disposes it, also on Ctrl-C. The config package loads only now: it is slow to start. */
export async function withHost<T>(options: HostOptions, work: (host: Host) => Promise<T> | T): Promise<T> {
  const { loadHost } = await import("@fastap/plugin-config");
  return disposing(await loadHost(loadOptions(options)), work);
}

/** The same with a host that is there already. */
export async function disposing<T>(host: Host, work: (host: Host) => Promise<T> | T): Promise<T> {
  const interrupt = (): void => {
    process.stderr.write("\ninterrupted\n");
    // A step may be in flight and nobody awaits it any more, so the process has to be ended.
    void host[Symbol.asyncDispose]().finally(() => process.exit(INTERRUPTED));
  };
  process.once("SIGINT", interrupt);
  try {
    return await work(host);
  } finally {
    process.off("SIGINT", interrupt);
    await host[Symbol.asyncDispose]();
  }
}
