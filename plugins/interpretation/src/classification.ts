import type { Learner } from "@fastap/plugin-learner";
import { classificationReport, confusionMatrix, reportText, type ClassificationReport } from "@fastap/plugin-metrics";
import { confusionPlot, type ConfusionPlotOptions } from "./confusion-plot.ts";
import { E_INTERPRETATION_KIND } from "./errors.ts";
import { gather, Interpretation, type FromLearnerOptions } from "./interpretation.ts";
import type { Plot } from "./plot.ts";

/** `[actual, predicted, how often]` */
export type Confused = readonly [actual: string, predicted: string, count: number];

/** What a classifier takes for what. @source fastai.interpret.ClassificationInterpretation */
export class ClassificationInterpretation extends Interpretation {
  /** Runs the data through the model once. @throws E_INTERPRETATION_LOADER */
  static override async fromLearner(learn: Learner, options: FromLearnerOptions = {}): Promise<ClassificationInterpretation> {
    return new ClassificationInterpretation(await gather(learn, options));
  }

  /** Counts: a row per actual class, a column per predicted one. @throws E_INTERPRETATION_KIND */
  async confusionMatrix(): Promise<number[][]> {
    const { decoded, targs, names } = await this.#classes();
    return confusionMatrix(decoded, targs, [...names.keys()]);
  }

  /** The matrix as a picture. */
  async plotConfusionMatrix(options: ConfusionPlotOptions = {}): Promise<Plot> {
    const { decoded, targs, names } = await this.#classes();
    return confusionPlot(confusionMatrix(decoded, targs, [...names.keys()]), names, options);
  }

  /** Confusions of at least `minVal` times, most frequent first; ties by row, then column. */
  async mostConfused(minVal: number = 1): Promise<Confused[]> {
    const { decoded, targs, names } = await this.#classes();
    const matrix = confusionMatrix(decoded, targs, [...names.keys()]);
    const all = matrix.flatMap((row, i) => row.map((count, j) => ({ i, j, count })));
    return all
      .filter(({ i, j, count }) => i !== j && count >= minVal)
      .toSorted((a, b) => b.count - a.count)
      .map(({ i, j, count }) => [names[i] ?? "", names[j] ?? "", count] as const);
  }

  /** Precision, recall, F1 and support per class, and their averages. */
  async classificationReport(): Promise<ClassificationReport> {
    const { decoded, targs, names } = await this.#classes();
    return classificationReport(decoded, targs, names);
  }

  /** The report as a table of text. */
  async printClassificationReport(): Promise<string> {
    return reportText(await this.classificationReport());
  }

  async #classes(): Promise<{ readonly decoded: Int32Array; readonly targs: Int32Array; readonly names: readonly string[] }> {
    const { decoded, targs } = await this.decided();
    const whole = (values: ArrayLike<number>): boolean => Array.from(values).every((v) => Number.isInteger(v) && v >= 0);
    if (decoded.data.length !== targs.data.length || !whole(decoded.data) || !whole(targs.data)) {
      const received = `decisions [${decoded.shape.join(", ")}], targets [${targs.shape.join(", ")}]`;
      throw E_INTERPRETATION_KIND({ message: "this is no classification", expected: "one class number for every decision", received });
    }
    const [d, t] = [Int32Array.from(decoded.data), Int32Array.from(targs.data)];
    const top = Math.max(
      d.reduce((a, b) => Math.max(a, b), 0),
      t.reduce((a, b) => Math.max(a, b), 0),
    );
    const count = Math.max(this.vocab.length, top + 1);
    return { decoded: d, targs: t, names: Array.from({ length: count }, (_, i) => this.vocab[i] ?? String(i)) };
  }
}
