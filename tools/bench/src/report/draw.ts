import { BarChart, LineChart, ScatterChart } from "echarts/charts";
import { GridComponent, MarkLineComponent } from "echarts/components";
import { init, use } from "echarts/core";
import type { EChartsCoreOption } from "echarts/core";
import { LabelLayout } from "echarts/features";
import { SVGRenderer } from "echarts/renderers";

use([
  BarChart,
  LineChart,
  ScatterChart,
  GridComponent,
  MarkLineComponent,
  LabelLayout,
  SVGRenderer,
]);

/** Colours by their part, so that a picture suits a light and a dark page. */
export const INK = {
  text: "var(--text)",
  faint: "var(--faint)",
  ours: "var(--ours)",
  theirs: "var(--theirs)",
  bound: "var(--bound)",
  missed: "var(--missed)",
  second: "var(--second)",
  third: "var(--third)",
} as const;

const STYLE = `<style>
svg { --paper: #ffffff; --text: #1f2328; --faint: #d0d7de; --ours: #0969da; --theirs: #8c959f; --bound: #1a7f37; --missed: #cf222e; --second: #8250df; --third: #bc4c00 }
@media (prefers-color-scheme: dark) {
svg { --paper: #0d1117; --text: #e6edf3; --faint: #30363d; --ours: #4493f8; --theirs: #7d8590; --bound: #3fb950; --missed: #f85149; --second: #ab7df8; --third: #db6d28 }
}
</style>`;

export const WIDTH = 820;
export const FONT = 13;

/** An SVG of its own: fonts are the reader's, colours follow the reader's light or dark, the paper is its own. */
export function draw(
  option: EChartsCoreOption,
  height: number,
  title: string,
): string {
  const chart = init(null, null, {
    ssr: true,
    renderer: "svg",
    width: WIDTH,
    height,
  });
  chart.setOption({
    animation: false,
    textStyle: {
      fontFamily: "system-ui, sans-serif",
      fontSize: FONT,
      color: INK.text,
    },
    ...option,
  });
  const svg = chart.renderToSVGString();
  chart.dispose();
  const paper = `<title>${title.replaceAll("&", "&amp;").replaceAll("<", "&lt;")}</title>${STYLE}<rect width="100%" height="100%" fill="var(--paper)"/>`;
  // Its own white rectangle would lie over the paper.
  return `${svg
    .replace(
      /(<svg [^>]*>)(?:\s*<rect [^>]*fill="none"[^>]*>(?:<\/rect>)?)?/,
      `$1${paper}`,
    )
    // What a pointer would do; its names are counted over all pictures.
    .replace(/<style\s*><!\[CDATA\[[\s\S]*?<\/style>/g, "")
    .replaceAll(/ (?:class|ecmeta_\w+)="[^"]*"/g, "")
    .replaceAll(/zr\d+-/g, "p-")}\n`;
}
