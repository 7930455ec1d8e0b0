import { mkdir, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { E_LOGGER_TENSORBOARD_VECTORS } from "./errors.ts";

export interface ProjectorInput {
  /** Row by row, `[items, dims]`. */
  readonly vectors: ArrayLike<number>;
  readonly shape: readonly [items: number, dims: number];
  /** One per item: words, classes. */
  readonly labels?: readonly string[];
  /** Default "embeddings". */
  readonly name?: string;
}

/**
 * Vectors for TensorBoard's projector: embeddings, activations.
 * @throws E_LOGGER_TENSORBOARD_VECTORS
 * @source fastai projector_word_embeddings, TensorBoardProjectorCallback
 */
export async function writeProjector(logDir: string, { vectors, shape, labels, name = "embeddings" }: ProjectorInput): Promise<void> {
  const [items, dims] = shape;
  if (vectors.length !== items * dims)
    throw E_LOGGER_TENSORBOARD_VECTORS({ expected: `${items} × ${dims} numbers`, received: `${vectors.length}` });
  if (labels !== undefined && labels.length !== items)
    throw E_LOGGER_TENSORBOARD_VECTORS({ expected: `${items} labels`, received: `${labels.length}` });
  await mkdir(logDir, { recursive: true });
  const all = Array.from(vectors);
  const rows = Array.from({ length: items }, (_, i) => all.slice(i * dims, (i + 1) * dims).join("\t"));
  await writeFile(join(logDir, `${name}.tsv`), rows.map((row) => `${row}\n`).join(""));
  const entry = [
    `  tensor_name: ${JSON.stringify(name)}`,
    `  tensor_shape: ${items}`,
    `  tensor_shape: ${dims}`,
    `  tensor_path: "${name}.tsv"`,
  ];
  if (labels !== undefined) {
    await writeFile(join(logDir, `${name}-labels.tsv`), labels.map((label) => `${label.replaceAll(/[\t\r\n]/g, " ")}\n`).join(""));
    entry.push(`  metadata_path: "${name}-labels.tsv"`);
  }
  await writeFile(join(logDir, "projector_config.pbtxt"), `embeddings {\n${entry.join("\n")}\n}\n`);
}
