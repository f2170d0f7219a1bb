import type { Page } from 'playwright-core';

/** More than this moves under the finger: what Google's Core Web Vitals call good. */
export const MAX_LAYOUT_SHIFT = 0.1;
/** Shifts so close to each other are one jump to whoever reads, but not for longer than that. */
const GAP_MS = 1_000;
const WINDOW_MS = 5_000;

interface Shift {
  value: number;
  startMs: number;
  /** What moved, as a selector that a person finds. */
  moved: string;
}

/** Notes on each page what moves without having been pressed. */
export async function watchShifts(page: Page): Promise<void> {
  await page.addInitScript(() => {
    const seen: Shift[] = [];
    Object.assign(window, { seenShifts: seen });
    const nameOf = (node: Node | null | undefined) =>
      node instanceof Element ? `${node.tagName.toLowerCase()}.${(node.getAttribute('class') ?? '').slice(0, 60)}` : '';
    new PerformanceObserver((list) => {
      // Types of the browser's library do not know these entries yet.
      for (const entry of list.getEntries() as (PerformanceEntry & {
        value: number;
        hadRecentInput: boolean;
        sources: { node: Node | null }[];
      })[])
        if (!entry.hadRecentInput)
          seen.push({ value: entry.value, startMs: entry.startTime, moved: nameOf(entry.sources[0]?.node) });
    }).observe({ type: 'layout-shift', buffered: true });
  });
}

/** The worst jump since the page was opened (CLS), and what moved most in it. */
export async function worstShift(page: Page): Promise<{ score: number; moved: string }> {
  // The init script has put it there; the types of a window know nothing of it.
  const shifts = await page.evaluate(() => (window as unknown as { seenShifts: Shift[] }).seenShifts);
  let worst: Shift[] = [];
  let jump: Shift[] = [];
  for (const shift of shifts) {
    const [first] = jump;
    const last = jump.at(-1);
    const isSameJump = first && last && shift.startMs - last.startMs < GAP_MS && shift.startMs - first.startMs < WINDOW_MS;
    jump = isSameJump ? [...jump, shift] : [shift];
    if (sum(jump) > sum(worst)) worst = jump;
  }
  return { score: sum(worst), moved: worst.toSorted((a, b) => b.value - a.value)[0]?.moved ?? '' };
}

const sum = (shifts: readonly Shift[]) => shifts.reduce((all, { value }) => all + value, 0);
