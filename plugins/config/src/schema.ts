import { z } from "zod";

const name = z.string().min(1);
const spec = z.union([name, z.tuple([name, z.unknown()])], { error: "a name, or [name, options]" });
const pluginOptions = z.union([z.record(z.string(), z.unknown()), z.boolean()]);
const plugin = z.union([name, z.tuple([name, pluginOptions])], { error: "a name, [name, { options }] or [name, false]" });

const task = z.strictObject({
  data: spec.optional().describe("Dataset by registered name"),
  model: spec.optional().describe("Model by registered name"),
  loss: spec.optional().describe("Loss by registered name; default: what fits the data"),
  metrics: z.array(spec).optional().describe("Metrics by registered name"),
  opt: spec.optional().describe("Optimizer by registered name"),
  cbs: z.array(spec).optional().describe("Callbacks by registered name"),
  fit: spec.optional().describe('How to fit, as ["fitOneCycle", { "nEpoch": 3 }]'),
  out: name.optional().describe("Directory for model, history and plots, relative to the config file"),
});

const config = z.strictObject({
  $schema: z.string().optional(),
  extends: z
    .union([name, z.array(name)], { error: "a file, or a list of files" })
    .optional()
    .describe("Config files to build on"),
  presets: z.array(name).optional().describe("Presets, as vision for @fastap/preset-vision"),
  plugins: z.array(plugin).optional().describe("Plugins by name, with options, or false to take one out"),
  backend: name.optional().describe("Backend; the environment variable FASTAP_BACKEND wins"),
  seed: z.int().min(0).optional().describe("Seed of all randomness, default 42"),
  task: task.optional(),
});

/** Keys in canonical spelling, by the path of the object that holds them. */
export const KEYS: Readonly<Record<string, readonly string[]>> = { "": Object.keys(config.shape), task: Object.keys(task.shape) };

/** One complaint of the schema; `path` is empty for the root. */
export interface Complaint {
  readonly path: readonly string[];
  /** Keys that nothing knows, at `path`. */
  readonly unknownKeys: readonly string[];
  readonly expected: string;
}

/** Every complaint about a value; empty when it is a valid config. */
export function complaints(value: unknown): readonly Complaint[] {
  const { error } = config.safeParse(value, { reportInput: false });
  return (error?.issues ?? []).map((issue) => ({
    path: issue.path.map(String),
    unknownKeys: issue.code === "unrecognized_keys" ? issue.keys : [],
    expected: expectedOf(issue),
  }));
}

function expectedOf(issue: z.core.$ZodIssue): string {
  if (issue.code === "invalid_type") return TYPE_NAMES[issue.expected] ?? issue.expected;
  if (issue.code === "too_small") return issue.origin === "string" ? "a text that is not empty" : `at least ${issue.minimum}`;
  if (issue.code === "too_big") return `at most ${issue.maximum}`;
  return issue.message;
}

const TYPE_NAMES: Readonly<Record<string, string>> = {
  string: "a text",
  array: "a list",
  object: "an object",
  number: "a number",
  int: "a whole number",
};

/** JSON Schema (draft 2020-12) of a config file, for editors. */
export function configJsonSchema(): Record<string, unknown> {
  return { ...z.toJSONSchema(config), title: "fastap config" };
}
