import { readFile } from "node:fs/promises";
import { decodeSafetensors } from "@fastap/plugin-nn";
import { E_CLEANER_VOCAB } from "./errors.ts";

/** Compares the classes that an exported Learner names with those of the data; a plain model file names none. @throws E_CLEANER_VOCAB */
export async function checkExportedVocab(file: string, vocab: readonly string[]): Promise<void> {
  const { metadata } = decodeSafetensors(await readFile(file), file);
  const named = vocabIn(metadata["fastap"]);
  if (named !== undefined && named.join("\n") !== vocab.join("\n"))
    throw E_CLEANER_VOCAB({ expected: vocab.join(", "), received: named.join(", ") });
}

function vocabIn(text: string | undefined): string[] | undefined {
  const { preprocessing }: { readonly preprocessing?: unknown } = Object(text === undefined ? undefined : JSON.parse(text));
  const options: unknown = Array.isArray(preprocessing) ? preprocessing[1] : undefined;
  const { vocab }: { readonly vocab?: unknown } = Object(options);
  return Array.isArray(vocab) ? vocab.map(String) : undefined;
}
