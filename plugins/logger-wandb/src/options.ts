import { didYouMean } from "@fastap/kernel";
import { E_LOGGER_WANDB_OPTION } from "./errors.ts";

export interface WandbOptions {
  /** Default "fastap". */
  readonly project?: string;
  /** User or team; default that of the key. */
  readonly entity?: string;
  /** Shown name of the run; default one that the service makes. */
  readonly name?: string;
  /** Default: the environment variable WANDB_API_KEY. */
  readonly apiKey?: string;
  /** Default: the environment variable WANDB_BASE_URL, else https://api.wandb.ai. */
  readonly baseUrl?: string;
}

const KNOWN: readonly string[] = ["project", "entity", "name", "apiKey", "baseUrl"] satisfies (keyof WandbOptions)[];

/** @throws E_LOGGER_WANDB_OPTION */
export function parseOptions(raw: unknown): WandbOptions {
  if (raw === undefined) return {};
  if (typeof raw !== "object" || raw === null || Array.isArray(raw))
    throw E_LOGGER_WANDB_OPTION({ option: "logger-wandb", expected: "an object", received: JSON.stringify(raw) });
  for (const [option, value] of Object.entries(raw)) {
    if (!KNOWN.includes(option))
      throw E_LOGGER_WANDB_OPTION({ option, expected: KNOWN.join(", "), received: option, hint: didYouMean(option, KNOWN) });
    if (value !== undefined && !isText(value))
      throw E_LOGGER_WANDB_OPTION({ option, expected: "a text", received: option === "apiKey" ? typeof value : JSON.stringify(value) });
  }
  return raw;
}

function isText(value: unknown): boolean {
  return typeof value === "string" && value !== "";
}
