import { styleText } from 'node:util';
import { stateOfPhase } from '../../runs/ask/phase-state';

/** Colours where a person reads: on a terminal that has them, unless NO_COLOR is set. https://no-color.org */

const STYLES = {
  waiting: 'gray',
  running: 'cyan',
  passed: 'green',
  failed: 'red',
  cancelled: 'yellow',
  skipped: 'gray',
  heading: 'bold',
} as const;
export type Style = keyof typeof STYLES;

export const styleOfRun = (status: string): Style | undefined => stateOfPhase(status);
/** Of a task: its states are called like styles. */
export const styleOfTask = (state: string): Style | undefined =>
  Object.hasOwn(STYLES, state) ? (state as Style) : undefined;

/** Puts a text into a style. */
export type Paint = (text: string, style: Style | undefined) => string;

const isColoured = (): boolean => process.stdout.isTTY && !process.env.NO_COLOR && process.stdout.hasColors();

/** As stdout shows it. */
export const paint: Paint = (text, style) =>
  style !== undefined && isColoured() ? styleText(STYLES[style], text) : text;
