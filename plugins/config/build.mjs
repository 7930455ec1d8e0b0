// Writes the JSON Schema that editors complete and check config files with.
import { writeFile } from "node:fs/promises";
import { configJsonSchema } from "./dist/index.js";

await writeFile(new URL("dist/fastap.schema.json", import.meta.url), `${JSON.stringify(configJsonSchema(), null, 2)}\n`);
