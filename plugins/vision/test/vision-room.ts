import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import type { Host } from "@fastap/kernel";
import { visionHost } from "./vision-host.ts";

export interface VisionRoom {
  /** A folder of its own, from which the host's paths start. */
  readonly root: string;
  readonly host: Host;
}

/** A folder and a host for every test, gone after it: `room()` within one. */
export function useVisionRoom(): () => VisionRoom {
  let room: VisionRoom | undefined;
  beforeEach(async () => {
    const root = await mkdtemp(join(tmpdir(), "fastap-vision-"));
    room = { root, host: await visionHost("wasm", { root }) };
  });
  afterEach(async () => {
    await room?.host[Symbol.asyncDispose]();
    if (room !== undefined) await rm(room.root, { recursive: true });
  });
  return () => {
    if (room === undefined) throw new Error("outside of a test");
    return room;
  };
}
