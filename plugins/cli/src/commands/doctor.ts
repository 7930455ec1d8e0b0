import type { Command } from "commander";
import type { Diagnosis } from "../diagnosis.ts";
import { addHostOptions } from "../host-options.ts";
import type { HostOptions } from "../host-options.ts";
import { print, printJson } from "../output.ts";
import { paint } from "../paint.ts";
import { table } from "../table.ts";

/** Tells through `exit` whether all is well: 0 or 1. */
export function doctorCommand(program: Command, exit: (code: number) => void): void {
  const command = program.command("doctor").description("look at node, machine, config, plugins and backends, and say what is missing");
  addHostOptions(command).action(async (flags: HostOptions) => {
    const { diagnose } = await import("../diagnosis.ts");
    const diagnosis = await diagnose(flags);
    if (flags.json === true) printJson(diagnosis);
    else print(asText(diagnosis));
    exit(diagnosis.ok ? 0 : 1);
  });
}

function asText({ ok, machine, config, backend, backends, plugins, problems }: Diagnosis): string {
  const title = (text: string): string => paint(process.stdout, "bold", text);
  const facts = Object.entries({ ...machine, config: config ?? "none here: preset core", backend: backend ?? "none" });
  const rows = backends.map(({ name, installedOnly, available, reason, facts: known }) => [
    installedOnly === true ? `(${name})` : name,
    available ? "yes" : "no",
    reason ??
      Object.entries(known)
        .map(([fact, value]) => `${fact} ${String(value)}`)
        .join(", "),
  ]);
  return [
    table(
      ["what", "found"],
      facts.map(([name, value]) => [name, String(value)]),
    ),
    title("Backends"),
    rows.length === 0 ? "none" : table(["name", "runs here", "facts"], rows),
    ...(backends.some((b) => b.installedOnly) ? ["In brackets: installed and not in this config; --backend takes it by name."] : []),
    title("Plugins"),
    plugins.length === 0
      ? "none"
      : table(
          ["name", "version"],
          plugins.map((p) => [p.name, p.version]),
        ),
    ...(problems.length === 0 ? [] : [title("Problems"), ...problems]),
    ok ? paint(process.stdout, "green", "All is well.") : paint(process.stdout, "red", "Something is missing: see above."),
  ].join("\n\n");
}
