import type { Command } from "commander";
import { addHostOptions, loadOptions } from "../host-options.ts";
import type { HostOptions } from "../host-options.ts";
import { print, printJson } from "../output.ts";
import { table } from "../table.ts";
import { disposing } from "../with-host.ts";

export function pluginsCommand(program: Command): void {
  addHostOptions(program.command("plugins").description("list the plugins of the config in the order they are applied")).action(
    listPlugins,
  );
}

async function listPlugins(flags: HostOptions): Promise<void> {
  const { composeParts, loadParts, optionsOf } = await import("@fastap/plugin-config");
  const parts = await loadParts(loadOptions(flags));
  const options = optionsOf(parts);
  await disposing(await composeParts(parts), (host) => {
    const rows = host.plugins.map(({ meta: { name, version, provides = [], requires = [] } }) => ({
      name,
      version,
      provides,
      requires,
      options: options.get(name) ?? {},
    }));
    if (flags.json === true) printJson(rows);
    else
      print(
        table(
          ["name", "version", "provides", "requires", "options"],
          rows.map((row) => [
            row.name,
            row.version,
            list(row.provides),
            list(row.requires),
            JSON.stringify(row.options).replace("{}", "–"),
          ]),
        ),
      );
  });
}

function list(names: readonly string[]): string {
  return names.join(", ") || "–";
}
