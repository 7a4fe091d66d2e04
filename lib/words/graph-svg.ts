import { curve, place } from './graph-layout';
import type { Direction, Point } from './graph-layout';

/** A graph as an SVG document: boxes with two lines of text, and arrows between them. The same graph gives the same bytes. */

export interface Box {
  readonly name: string;
  /** Names of the boxes before it. */
  readonly after: readonly string[];
  /** The first line. @default - the name */
  readonly text?: string;
  /** The second line, in small letters. */
  readonly note: string;
  readonly fill: string;
  /** With a thick border. @default false */
  readonly isEntry?: boolean;
}

interface Options {
  readonly title: string;
  /** @default LR */
  readonly direction?: Direction;
  /** @default - no arrow is */
  readonly isDashed?: (from: string, to: string) => boolean;
}

/** Letters of one width, since nothing here can measure others. */
const CHARACTER = 7.3;
const SMALL_CHARACTER = 6.1;
const PADDING = 24;
const NARROWEST = 120;
const HEIGHT = 44;

/** The boxes have a light colour of their own, so dark text is read on them on a dark page, too. */
const STYLE = `
text { font: 12px ui-monospace, monospace; fill: #1b2127; }
.role { font-size: 10px; fill: #4a545e; }
rect { stroke: #55606b; }
.entry rect { stroke-width: 3; }
.call { fill: none; stroke: #7b8792; stroke-width: 1.5; }
.tcp { stroke-dasharray: 5 4; }
.arrow { fill: #7b8792; }
`;

/** https://www.w3.org/TR/SVG2/ */
export function graphSvg(boxes: readonly Box[], { title, direction = 'LR', isDashed = () => false }: Options): string {
  const widths = boxes.flatMap(({ name, text = name, note }) => [
    text.length * CHARACTER + PADDING,
    note.length * SMALL_CHARACTER + PADDING,
  ]);
  const size = { width: Math.ceil(Math.max(NARROWEST, ...widths)), height: HEIGHT };
  const placed = place(boxes, size, direction);
  const [width, height] = [rounded(placed.width), rounded(placed.height)];
  return [
    `<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 ${width} ${height}" width="${width}" height="${height}" role="img">`,
    `<title>${escaped(title)}</title>`,
    `<style>${STYLE}</style>`,
    '<defs><marker id="arrow" viewBox="0 0 8 8" refX="7" refY="4" markerWidth="7" markerHeight="7" orient="auto"><path class="arrow" d="M0 0 8 4 0 8z"/></marker></defs>',
    ...placed.edges.map(
      ({ from, to, points }) =>
        `<path class="${isDashed(from, to) ? 'call tcp' : 'call'}" d="${curve(points.map(roundedPoint), direction)}" marker-end="url(#arrow)"/>`,
    ),
    ...boxes.map((box) => {
      const { x, y } = placed.at.get(box.name) ?? { x: 0, y: 0 };
      return [
        `<g class="${box.isEntry === true ? 'app entry' : 'app'}" transform="translate(${rounded(x - size.width / 2)},${rounded(y - size.height / 2)})">`,
        `<rect width="${size.width}" height="${size.height}" rx="6" fill="${box.fill}"/>`,
        `<text x="12" y="19">${escaped(box.text ?? box.name)}</text><text class="role" x="12" y="34">${escaped(box.note)}</text></g>`,
      ].join('');
    }),
    '</svg>',
    '',
  ].join('\n');
}

/** Nobody sees half a pixel, and a diff of the picture is shorter without. */
const rounded = (value: number): number => Math.round(value);
const roundedPoint = ({ x, y }: Point): Point => ({ x: rounded(x), y: rounded(y) });

/** A text as it stands in XML and HTML. */
export const escaped = (text: string): string =>
  text.replace(/[&<>"']/g, (character) => `&#${character.codePointAt(0)};`);
