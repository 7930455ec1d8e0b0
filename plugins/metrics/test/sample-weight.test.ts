import "@tensorflow/tfjs-backend-cpu";
import type { MetricBatch } from "@fastap/kernel";
import { AccumMetric, metricEntries } from "@fastap/plugin-metrics";
import * as tf from "@tensorflow/tfjs-core";
import { expect } from "chai";
import fc from "fast-check";

type Table = readonly (readonly number[])[];
interface Kind {
  readonly columns: number;
  /** Of targets, from 16 numbers that are drawn. */
  readonly targ: (drawn: readonly number[], columns: number) => number[];
}
const ITEMS = 12;
const CLASSES = 3;
const ids: Kind = { columns: CLASSES, targ: (drawn) => drawn.slice(0, ITEMS).map((x) => Math.floor(x * CLASSES)) };
const binary: Kind = { columns: 2, targ: (drawn) => drawn.slice(0, ITEMS).map((x) => Math.floor(x * 2)) };
const table: Kind = { columns: 4, targ: (drawn, columns) => drawn.slice(0, ITEMS * columns).map(Math.round) };
const numbers: Kind = { columns: 1, targ: (drawn) => drawn.slice(0, ITEMS) };

const averages = (name: string, options: object = {}): [string, object][] =>
  ["micro", "macro", "weighted"].map((average) => [name, { ...options, average }]);
const multi = (name: string, options: object = {}): [string, object][] => [
  ...averages(name, options),
  [name, { ...options, average: "samples" }],
];

const CASES: readonly (readonly [Kind, readonly [string, object][]])[] = [
  [ids, ["f1Score", "precision", "recall", "jaccard"].flatMap((name) => averages(name))],
  [ids, averages("fBeta", { beta: 2 })],
  [
    ids,
    [
      ["balancedAccuracy", {}],
      ["balancedAccuracy", { adjusted: true }],
      ["hammingLoss", {}],
      ["matthewsCorrCoef", {}],
    ],
  ],
  [
    ids,
    [
      ["cohenKappa", {}],
      ["cohenKappa", { weights: "linear" }],
      ["cohenKappa", { weights: "quadratic" }],
    ],
  ],
  [
    ids,
    [
      ["rocAuc", {}],
      ["rocAuc", { average: "weighted" }],
    ],
  ],
  [
    binary,
    [
      ["f1Score", {}],
      ["brierScore", {}],
      ["brierScore", { hard: true }],
      ["apScoreBinary", {}],
    ],
  ],
  [
    binary,
    [
      ["rocAucBinary", {}],
      ["rocAucBinary", { maxFpr: 0.4 }],
    ],
  ],
  [table, ["f1ScoreMulti", "precisionMulti", "recallMulti", "jaccardMulti", "rocAucMulti", "apScoreMulti"].flatMap((name) => multi(name))],
  [table, multi("fBetaMulti", { beta: 0.5, labels: [0, 2] })],
  [
    table,
    [
      ["hammingLossMulti", {}],
      ["matthewsCorrCoefMulti", {}],
      ["brierScoreMulti", {}],
    ],
  ],
  [
    numbers,
    [
      ["r2Score", {}],
      ["explainedVariance", {}],
    ],
  ],
];

function make(name: string, options: object): AccumMetric {
  const metric = metricEntries.find((entry) => entry.name === name)?.make(options, undefined as never);
  if (metric instanceof AccumMetric) return metric;
  throw new Error(`no metric ${name} that accumulates`);
}

/** In two batches, as an epoch has several. */
async function scoreOf(metric: AccumMetric, preds: Table, targs: Table): Promise<number | undefined> {
  metric.reset();
  const half = Math.floor(preds.length / 2);
  for (const [from, to] of [
    [0, half],
    [half, preds.length],
  ] as const)
    await metric.accumulate(batchOf(preds.slice(from, to), targs.slice(from, to)));
  return metric.value();
}

function batchOf(preds: Table, targs: Table): MetricBatch {
  const [first = []] = preds;
  const width = targs[0]?.length ?? 1;
  const pred = tf.tensor2d(preds.flat(), [preds.length, first.length]);
  const targ = width === 1 ? tf.tensor1d(targs.flat()) : tf.tensor2d(targs.flat(), [targs.length, width]);
  return { pred, yb: [targ], loss: tf.scalar(0), size: targs.length, engine: { read: (tensor: tf.Tensor) => tensor.data() } as never };
}

const rowsOf = (values: readonly number[], width: number): Table =>
  Array.from({ length: ITEMS }, (_, i) => values.slice(i * width, (i + 1) * width));
const repeat = (rows: Table, times: readonly number[]): Table => rows.flatMap((row, i) => Array.from({ length: times[i] ?? 0 }, () => row));

describe("sampleWeight", () => {
  before(() => tf.ready());
  beforeEach(() => tf.engine().startScope());
  afterEach(() => tf.engine().endScope());

  const unit = (n: number): fc.Arbitrary<number[]> =>
    fc.array(
      fc.integer({ min: 0, max: 31 }).map((x) => x / 32),
      { minLength: n, maxLength: n },
    );
  for (const [{ columns, targ }, metrics] of CASES) {
    for (const [name, options] of metrics) {
      it(`${name} ${JSON.stringify(options)}: a weight of 2 is an item seen twice`, () =>
        fc.assert(
          fc.asyncProperty(
            unit(ITEMS * columns),
            unit(ITEMS * 4),
            fc.array(fc.integer({ min: 1, max: 3 }), { minLength: ITEMS, maxLength: ITEMS }),
            async (drawn, truth, times) => {
              const targets = targ(truth, columns);
              const [preds, targs] = [
                rowsOf(
                  drawn.map((x) => 4 * x - 2),
                  columns,
                ),
                rowsOf(targets, targets.length / ITEMS),
              ];
              const weighed = await settled(scoreOf(make(name, { ...options, sampleWeight: times }), preds, targs));
              const often = await settled(scoreOf(make(name, options), repeat(preds, times), repeat(targs, times)));
              if (typeof often === "number" && typeof weighed === "number" && Number.isFinite(often))
                expect(weighed).to.be.closeTo(often, 1e-6);
              else expect(weighed).to.deep.equal(often);
            },
          ),
          { numRuns: 25 },
        ));
    }
  }

  it("of 0 leaves an item out", async () => {
    const [preds, targs] = [
      [
        [0, 2],
        [1, 0],
        [0, 1],
        [1, 0],
      ],
      [[1], [1], [0], [0]],
    ];
    const weighed = await scoreOf(make("rocAucBinary", { sampleWeight: [1, 0, 1, 1] }), preds, targs);
    expect(weighed).to.equal(
      await scoreOf(
        make("rocAucBinary", {}),
        [
          [0, 2],
          [0, 1],
          [1, 0],
        ],
        [[1], [0], [0]],
      ),
    );
  });

  it("is refused by name where it is no list of weights, has another length than the phase, or goes with pairs of classes", async () => {
    for (const sampleWeight of [2, [1, -1], [1, NaN], "all"])
      expect(() => make("f1Score", { sampleWeight })).to.throw(/E_METRICS_OPTION[^]*sampleWeight/);
    expect(() => make("rocAuc", { sampleWeight: [1], multiClass: "ovo" })).to.throw(/E_METRICS_OPTION[^]*sampleWeight/);
    const metric = make("f1Score", { sampleWeight: [1, 2, 3] });
    const text = await scoreOf(
      metric,
      [
        [0, 1],
        [1, 0],
      ],
      [[1], [0]],
    ).then(() => "none", String);
    expect(text).to.match(/E_METRICS_INPUT[^]*sampleWeight[^]*2 weights, for targets \[2\][^]*3/);
    await metric.tryOn(batchOf([[0, 1]], [[1]])); // a batch is no phase
  });
});

async function settled(work: Promise<number | undefined>): Promise<unknown> {
  return work.catch((error: unknown) => (error instanceof Error && "code" in error ? error.code : error));
}
