import { describePlugin } from "@fastap/contract";
import { progress } from "@fastap/plugin-progress";
import { FakeStream } from "./fake-run.ts";

describePlugin(progress, {
  packageUrl: new URL("../package.json", import.meta.url),
  options: { mode: "bar", stream: new FakeStream(80) },
});
