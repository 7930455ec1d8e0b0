import { describePlugin } from "@fastap/contract";
import { data } from "@fastap/plugin-data";

describePlugin(data, { packageUrl: new URL("../package.json", import.meta.url) });
