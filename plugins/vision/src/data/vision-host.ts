import type { Host } from "@fastap/kernel";

/** What factories need of a host. */
export type VisionHost = Pick<Host, "config" | "resolve" | "registry">;
