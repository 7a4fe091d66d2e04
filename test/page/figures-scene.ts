import type { Durations, Figures, FiguresSource } from '../../orchestrator/src/figures/figures';

/** Figures of a month, for the page to show. */

const durations = (count: number, median: number): Durations => ({ count, median, p90: median * 2.4 });

/** @param index of a period: some days are slow, and some have no releases */
const figures = (index: number): Figures => {
  const isBusy = index % 7 < 5;
  const runs = isBusy ? 12 + ((index * 5) % 9) : 2;
  const slow = index % 11 === 3 ? 3 : 1;
  return {
    runs,
    tests: { count: runs - 2, failed: index % 4 },
    releases: { count: isBusy ? 3 : 0, failed: index % 9 === 4 ? 1 : 0 },
    verdict: durations(runs - 2, slow * (540 + ((index * 37) % 200))),
    serving: isBusy ? durations(3, slow * (420 + ((index * 53) % 120))) : undefined,
    repair: index % 9 === 5 ? durations(1, 3_900) : undefined,
    wait: durations(runs, slow * (12 + ((index * 7) % 30))),
    podSeconds: runs * 1_430,
  };
};

const whole: Figures = {
  runs: 402,
  tests: { count: 340, failed: 46 },
  releases: { count: 62, failed: 3 },
  verdict: durations(340, 618),
  serving: durations(59, 471),
  repair: durations(3, 3_900),
  wait: durations(402, 24),
  podSeconds: 574_860,
};

/** @param hostile a text that somebody else wrote */
export const figuresScene =
  (hostile?: string): FiguresSource =>
  async ({ namespaces, since, until, step }) => ({
    source: 'history',
    isComplete: true,
    parts: [
      whole,
      ...namespaces.flatMap((namespace) => [
        { namespace, ...whole },
        { namespace, stack: 'checkout', ...whole },
      ]),
      ...Array.from({ length: Math.ceil((until - since) / step) }, (_, index) => ({
        period: since + index * step,
        ...figures(index),
      })),
    ],
    flaky: namespaces.slice(0, 1).flatMap((namespace) =>
      [
        ['cart.CheckoutTest', 'pays with a card that is slow', 86.4, 7],
        ['checkout.spec.ts', hostile ?? 'shows the total once the last item is in the cart', 31.2, 4],
        ['cart.TotalTest', 'adds up', 0.6, 12],
      ].map(([group, name, minutesLost, times], index) => ({
        ...{
          namespace,
          stack: 'checkout',
          app: `app-${index}`,
          kind: 'unit',
          class: String(group),
          name: String(name),
        },
        ...{ times: Number(times), minutesLost: Number(minutesLost), run: `pr-42-${index}` },
      })),
    ),
  });
