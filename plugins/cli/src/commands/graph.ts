import type { Command } from "commander";
import { Option } from "commander";
import { addHostOptions } from "../host-options.ts";
import type { HostOptions } from "../host-options.ts";
import { print } from "../output.ts";
import { withHost } from "../with-host.ts";

interface GraphFlags extends HostOptions {
  readonly format: "text" | "mermaid" | "json";
}

export function graphCommand(program: Command): void {
  const command = program.command("graph").description("show the hook graph of a run: who taps what, in which order");
  command.addOption(new Option("-f, --format <format>", "how to print it").choices(["text", "mermaid", "json"]).default("text"));
  addHostOptions(command).action(graph);
}

async function graph(flags: GraphFlags): Promise<void> {
  const [{ describeHooks }, { hookText }, { hookMermaid }, { hookJson }] = await Promise.all([
    import("@fastap/kernel"),
    import("../graph-text.ts"),
    import("../graph-mermaid.ts"),
    import("../graph-json.ts"),
  ]);
  const formats = { text: hookText, mermaid: hookMermaid, json: hookJson };
  await withHost(flags, (host) => print(formats[flags.json === true ? "json" : flags.format](describeHooks(host))));
}
