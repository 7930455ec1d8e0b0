import type { Host } from "@fastap/kernel";
import type { LoadHostOptions } from "@fastap/plugin-config";
import { loadOptions } from "./host-options.ts";
import type { HostOptions } from "./host-options.ts";

/** Exit codes of a process that was told to end: 128 and the number of the signal. */
const ENDED = { SIGINT: 130, SIGTERM: 143 } as const;

/**
 * Opens the host of the config, works with it, and disposes it, also when told to end: plugins save what they have to at its
 * shutdown. The config package loads only now: it is slow to start. `overrides` win over the command line.
 */
export async function withHost<T>(
  options: HostOptions,
  work: (host: Host) => Promise<T> | T,
  overrides: LoadHostOptions["overrides"] = {},
): Promise<T> {
  const { loadHost } = await import("@fastap/plugin-config");
  const given = loadOptions(options);
  return disposing(await loadHost({ ...given, overrides: { ...given.overrides, ...overrides } }), work);
}

/** The same with a host that is there already. */
export async function disposing<T>(host: Host, work: (host: Host) => Promise<T> | T): Promise<T> {
  let ended = false;
  const end = (signal: keyof typeof ENDED): void => {
    ended = true;
    process.stderr.write(signal === "SIGINT" ? "\ninterrupted\n" : "\nterminated\n");
    // A step may be in flight and nobody awaits it any more, so the process has to be ended.
    void host[Symbol.asyncDispose]().finally(() => process.exit(ENDED[signal]));
  };
  const signals = ["SIGINT", "SIGTERM"] as const;
  for (const signal of signals) process.once(signal, end);
  try {
    return await work(host);
  } finally {
    if (ended) await new Promise(() => undefined); // `end` leaves the process
    for (const signal of signals) process.off(signal, end);
    await host[Symbol.asyncDispose]();
  }
}
