import { describePlugin } from "@fastap/contract";
import { data } from "@fastap/plugin-data";

describePlugin(data, { globals: ["_tfGlobals", "_tfengine"], packageUrl: new URL("../package.json", import.meta.url) });
