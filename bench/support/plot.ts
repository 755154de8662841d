/** Lines over sizes, as an SVG that reads in light and dark pages alike. */

/** One line of a panel. */
export interface Line {
  readonly name: string;
  readonly color: string;
  /** Heights, one for each size. */
  readonly values: readonly number[];
}

/** One picture of several. */
export interface Panel {
  readonly title: string;
  readonly unit: string;
  readonly lines: readonly Line[];
}

const width = 300;
const height = 200;
const margin = { left: 46, right: 16, top: 34, bottom: 34 };
const perRow = 2;

/**
 * Draws panels side by side, two a row, each from zero.
 * @param sizes - the horizontal positions that all panels share
 * @param sizeName - what these count
 */
export function plot(panels: readonly Panel[], sizes: readonly number[], sizeName: string): string {
  const rows = Math.ceil(panels.length / perRow);
  const drawn = panels.map((panel, index) => {
    const [x, y] = [(index % perRow) * width, Math.floor(index / perRow) * height];
    return `<g transform="translate(${x} ${y})">${drawPanel(panel, sizes, sizeName)}</g>`;
  });
  const style = `text{font:11px system-ui,sans-serif;fill:#777}.t{font-weight:600}.g{stroke:#8886;stroke-width:.5}`;
  const size = `viewBox="0 0 ${perRow * width} ${rows * height}" width="${perRow * width}"`;
  return `<svg xmlns="http://www.w3.org/2000/svg" ${size}>\n<style>${style}</style>\n${drawn.join("\n")}\n</svg>\n`;
}

function drawPanel({ title, unit, lines }: Panel, sizes: readonly number[], sizeName: string): string {
  const top = niceAbove(Math.max(...lines.flatMap(({ values }) => values)));
  const furthest = Math.max(...sizes);
  const x = (size: number) => margin.left + (size / furthest) * (width - margin.left - margin.right);
  const y = (value: number) => height - margin.bottom - (value / top) * (height - margin.top - margin.bottom);
  const grid = [0, top / 2, top].map(
    (value) =>
      `<path class="g" d="M${margin.left} ${round(y(value))}H${width - margin.right}"/>` +
      `<text x="${margin.left - 4}" y="${round(y(value) + 4)}" text-anchor="end">${value}</text>`,
  );
  const ticks = sizes.map(
    (size) => `<text x="${round(x(size))}" y="${height - margin.bottom + 14}" text-anchor="middle">${size}</text>`,
  );
  const curves = lines.map(({ values, color }) => {
    const points = sizes.map((size, index) => `${round(x(size))},${round(y(values[index] ?? 0))}`);
    const dots = points.map((point) => `<circle cx="${point.replace(",", '" cy="')}" r="2.5" fill="${color}"/>`);
    return `<polyline points="${points.join(" ")}" fill="none" stroke="${color}" stroke-width="2"/>${dots.join("")}`;
  });
  const legend = lines.map(
    ({ name, color }, index) => `<tspan dx="${index === 0 ? 0 : 8}" style="fill:${color}">${escapeXml(name)}</tspan>`,
  );
  return [
    `<text class="t" x="${margin.left}" y="14">${escapeXml(title)}, ${escapeXml(unit)}</text>`,
    `<text x="${margin.left}" y="28">${legend.join("")}</text>`,
    ...[...grid, ...ticks, ...curves],
    `<text x="${(margin.left + width - margin.right) / 2}" y="${height - 6}" text-anchor="middle">${escapeXml(sizeName)}</text>`,
  ].join("\n");
}

/** The next of 1, 2, 4, 6, 8, 10, 20, … that is no smaller. */
function niceAbove(value: number): number {
  const power = 10 ** Math.floor(Math.log10(value));
  return power * ([1, 2, 4, 6, 8, 10].find((step) => step * power >= value) ?? 10);
}

const round = (value: number): number => Math.round(value * 10) / 10;
const escapeXml = (text: string): string => text.replaceAll("&", "&amp;").replaceAll("<", "&lt;");
