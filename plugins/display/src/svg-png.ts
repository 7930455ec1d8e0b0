/** How much larger than the SVG the PNG is, so that text is sharp. */
const ZOOM = 2;

/** Rasterises an SVG. Text is set in DejaVu Sans, which comes along; what it lacks is looked for among the fonts of the machine. Needs Node. */
export async function svgPng(svg: string, zoom: number = ZOOM): Promise<Uint8Array> {
  const [{ Resvg }, { createRequire }] = await Promise.all([import("@resvg/resvg-js"), import("node:module")]);
  const require = createRequire(import.meta.url);
  const fontFiles = [require.resolve("dejavu-fonts-ttf/ttf/DejaVuSans.ttf"), require.resolve("dejavu-fonts-ttf/ttf/DejaVuSans-Bold.ttf")];
  const font = { fontFiles, loadSystemFonts: needsMore(svg), defaultFontFamily: "DejaVu Sans", sansSerifFamily: "DejaVu Sans" };
  return new Resvg(svg, { font, fitTo: { mode: "zoom", value: zoom } }).render().asPng();
}

/** Letters beyond those of Europe and the common signs; to look for fonts takes time. */
function needsMore(svg: string): boolean {
  return /[\u0700-\u1dff\u27c0-\u{10ffff}]/u.test(svg);
}
