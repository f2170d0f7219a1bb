import { isRandom } from './arbitrary/drafted-rule.js';
import { optionsOf } from './options.js';
import type { RuleDefinition } from '@tianyan/rules';

const NAME_WIDTH = 20;
const CELL_WIDTH = 11;
/** Fewer cannot be expected to hit with every option, nor to withdraw findings of every kind. */
export const MANY_HISTORIES = 1_000;

interface Count {
  rules: number;
  hits: number;
  due: number;
  withdrawn: number;
  /** Rules that hit at all. */
  rulesThatHit: number;
}

/** How often what occurred, so that a run which compared nothing is seen. */
export class Tally {
  private readonly rows = new Map<string, Count>();
  histories = 0;

  /** What the oracle said of one rule at all checks of one world, and how often its findings were withdrawn. */
  add(rule: RuleDefinition, seen: { hits: number; due: number; withdrawn: number }): void {
    const groups = isRandom(rule) ? [`random ${rule.kind}`, ...optionsOf(rule)] : [`shipped ${rule.kind}`];
    for (const name of groups) {
      const count = this.of(name);
      count.rules++;
      count.hits += seen.hits;
      count.due += seen.due;
      count.withdrawn += seen.withdrawn;
      if (seen.hits > 0) count.rulesThatHit++;
      this.rows.set(name, count);
    }
  }

  of(name: string): Count {
    return this.rows.get(name) ?? { rules: 0, hits: 0, due: 0, withdrawn: 0, rulesThatHit: 0 };
  }

  /** A table by kind, and the options with which no rule hit. */
  toText(): string {
    const kinds = [...this.rows].filter(([name]) => /^(random|shipped) /.test(name)).sort(([a], [b]) => (a < b ? -1 : 1));
    const line = (name: string, cells: readonly (string | number)[]) =>
      name.padEnd(NAME_WIDTH) + cells.map((cell) => String(cell).padStart(CELL_WIDTH)).join('');
    const names = [...this.rows.keys()];
    const idle = names.filter((name) => this.of(name).hits === 0 && !names.some((other) => other.startsWith(`${name}.`)));
    return [
      `${this.histories} histories; scopes with a hit and with a wake-up, summed over all checks; findings withdrawn`,
      line('', ['rules', 'that hit', 'hits', 'due', 'withdrawn']),
      ...kinds.map(([name, c]) => line(name, [c.rules, c.rulesThatHit, c.hits, c.due, c.withdrawn])),
      ...(idle.length > 0 && this.histories >= MANY_HISTORIES ? [`no rule with one of these hit: ${idle.join(', ')}`] : []),
    ].join('\n');
  }
}
