export interface HeatMapLabels {
  readonly title: string;
  readonly xLabel: string;
  readonly yLabel: string;
}

const WIDTH = 640;
const HEIGHT = 320;
const BOX = { left: 64, right: 616, top: 48, bottom: 272 };
const INK = "#1f2937";
const MUTED = "#6b7280";
/** Columns drawn at most; longer runs are averaged down to it. */
const COLUMNS = 200;

/** From dark to light: viridis at six points. */
const COLORS: readonly (readonly [number, number, number])[] = [
  [68, 1, 84],
  [65, 68, 135],
  [42, 120, 142],
  [34, 168, 132],
  [122, 209, 81],
  [253, 231, 37],
];

/** A table as a picture, its first row at the bottom. */
export function heatMapSvg(rows: readonly (readonly number[])[], { title, xLabel, yLabel }: HeatMapLabels): string {
  const table = rows.map(squeeze);
  const top = table.flat().reduce((a, b) => Math.max(a, b), 0);
  const [w, h] = [(BOX.right - BOX.left) / (table[0]?.length ?? 1), (BOX.bottom - BOX.top) / table.length];
  const cells = table.flatMap((row, y) =>
    row.flatMap((value, x) => {
      if (value === 0) return []; // as the ground is
      const at = `x="${round(BOX.left + x * w)}" y="${round(BOX.bottom - (y + 1) * h)}"`;
      return [`<rect ${at} width="${round(w + 0.5)}" height="${round(h + 0.5)}" fill="${color(value / top)}"/>`];
    }),
  );
  const [middleX, middleY] = [(BOX.left + BOX.right) / 2, (BOX.top + BOX.bottom) / 2];
  return `<svg xmlns="http://www.w3.org/2000/svg" width="${WIDTH}" height="${HEIGHT}" viewBox="0 0 ${WIDTH} ${HEIGHT}" font-family="system-ui, 'DejaVu Sans', sans-serif" font-size="12" role="img">
<rect width="100%" height="100%" fill="#ffffff"/>
<text x="${BOX.left}" y="28" font-size="15" font-weight="600" fill="${INK}">${title}</text>
<g shape-rendering="crispEdges">
<rect x="${BOX.left}" y="${BOX.top}" width="${BOX.right - BOX.left}" height="${BOX.bottom - BOX.top}" fill="${color(0)}"/>
${cells.join("\n")}
</g>
<text x="${BOX.left}" y="${BOX.bottom + 18}" fill="${MUTED}">1</text>
<text x="${BOX.right}" y="${BOX.bottom + 18}" text-anchor="end" fill="${MUTED}">${rows[0]?.length ?? 0}</text>
<text x="${middleX}" y="${BOX.bottom + 36}" text-anchor="middle" fill="${MUTED}">${xLabel}</text>
<text x="${BOX.left - 24}" y="${middleY}" text-anchor="middle" fill="${MUTED}" transform="rotate(-90 ${BOX.left - 24} ${middleY})">${yLabel}</text>
</svg>
`;
}

function squeeze(row: readonly number[]): readonly number[] {
  if (row.length <= COLUMNS) return row;
  return Array.from({ length: COLUMNS }, (_, i) => {
    const part = row.slice(Math.floor((i * row.length) / COLUMNS), Math.floor(((i + 1) * row.length) / COLUMNS));
    return part.reduce((a, b) => a + b, 0) / part.length;
  });
}

/** Of a share 0…1. */
function color(share: number): string {
  const at = share * (COLORS.length - 1);
  const [low, high] = [COLORS[Math.floor(at)] ?? [0, 0, 0], COLORS[Math.min(COLORS.length - 1, Math.floor(at) + 1)] ?? [0, 0, 0]];
  const channels = low.map((value, i) => Math.round(value + ((high[i] ?? 0) - value) * (at % 1)));
  return `rgb(${channels.join(",")})`;
}

function round(value: number): number {
  return Math.round(value * 100) / 100;
}
