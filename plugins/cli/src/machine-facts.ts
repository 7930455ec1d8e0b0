import { availableParallelism, cpus, totalmem } from "node:os";
import { getHeapStatistics } from "node:v8";

/** What the machine and Node give, by name. Memory in MB. */
export function machineFacts(): Readonly<Record<string, string | number>> {
  const mega = (bytes: number): number => Math.round(bytes / 2 ** 20);
  const limit = process.constrainedMemory();
  const total = totalmem();
  return {
    node: process.versions.node,
    platform: `${process.platform} ${process.arch}`,
    cpu: cpus()[0]?.model.trim() ?? "unknown",
    threads: availableParallelism(),
    memoryLimitMb: mega(limit > 0 && limit < total ? limit : total), // of the container, where there is one
    heapLimitMb: mega(getHeapStatistics().heap_size_limit),
  };
}
