import axe from 'axe-core';
import type { Page } from 'playwright-core';

/** What the tests of the page ask of each view, in a real browser. */

/** @param said is told what a script threw or showed */
export function hear(view: Page, said: string[]): void {
  view.on('pageerror', ({ message }) => said.push(message));
  view.on('dialog', (dialog) => {
    said.push(`a dialog: ${dialog.message()}`);
    void dialog.dismiss();
  });
}

/** Waits until all is there, and holds it to what axe finds serious, and to the width of the screen. */
export async function isForEverybody(view: Page): Promise<void> {
  await view.getByRole('heading', { level: 1 }).waitFor();
  // a view may await several answers
  for (const one of await view.getByText('Loading…').all()) await one.waitFor({ state: 'detached' });
  // evaluated by the debugger, since the page itself runs nothing but its own files
  await view.evaluate(axe.source);
  const { violations } = await view.evaluate(() => (globalThis as unknown as { axe: typeof axe }).axe.run());
  const serious = violations.filter(({ impact }) => impact === 'serious' || impact === 'critical');
  expect(serious.map(({ id, nodes }) => `${id}: ${nodes[0]?.html}`)).toEqual([]);
  const [wide = 0, screen] = (await view.evaluate(
    '[document.documentElement.scrollWidth, innerWidth]',
  )) as readonly number[];
  expect(wide).toBeLessThanOrEqual(screen ?? 0);
}
