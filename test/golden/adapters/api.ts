import { EVENTS } from "@fastap/kernel";
import type { Adapter, Check, GoldenCase } from "../adapter.ts";

/** fastai's events: ours are the same in camelCase, and its `after_create` is `host.hooks.ready`. */
export const apiEvents: Adapter = {
  kind: "api",
  accepts: ({ expected }) => isNames(expected["events"]),
  async run({ expected }: GoldenCase): Promise<readonly Check[]> {
    const want = isNames(expected["events"]) ? expected["events"] : [];
    return [{ path: "events", got: ["after_create", ...EVENTS.map(snake)].toSorted(), want: want.toSorted() }];
  },
};

function isNames(value: unknown): value is readonly string[] {
  return Array.isArray(value) && value.every((name) => typeof name === "string");
}

function snake(name: string): string {
  return name.replace(/[A-Z]/g, (letter) => `_${letter.toLowerCase()}`);
}
