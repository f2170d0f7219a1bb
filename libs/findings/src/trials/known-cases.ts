import type { Evaluation } from '@tianyan/rules';
import type { TrialResult } from './trial.js';

/** Confirmed subjects that are missed and named; who wants more of them asks for the findings. */
const MAX_MISSED_SUBJECTS = 20;

/**
 * Which known cases a rule hits, in whichever period: those that people have confirmed, and those whose numbers somebody has typed in. A number is met by a
 * hit that is about it (its scope, its subjects, what its words name) or proved by a record of that number.
 */
export class KnownCases {
  private readonly missed: Set<string> | null;
  private readonly unmet: Set<string>;

  constructor(
    /** See `StandingFindings.confirmed`. */
    private readonly confirmed: ReadonlySet<string> | null,
    private readonly numbers: readonly string[],
  ) {
    this.missed = confirmed && new Set(confirmed);
    this.unmet = new Set(numbers);
  }

  /** @param hit that whoever asks may see */
  meet({ scope, subjects, figures, evidence }: Evaluation): void {
    this.missed?.delete(scope);
    if (this.unmet.size === 0) return;
    this.unmet.delete(scope);
    for (const code of Object.values(subjects)) this.unmet.delete(code);
    for (const figure of Object.values(figures)) if (typeof figure === 'string') this.unmet.delete(figure);
    for (const { id } of evidence) this.unmet.delete(id);
  }

  result(): Required<Pick<TrialResult, 'confirmed' | 'known'>> {
    const missed = this.missed && [...this.missed].toSorted();
    return {
      confirmed: this.confirmed &&
        missed && {
          subjects: this.confirmed.size,
          hit: this.confirmed.size - missed.length,
          missed: missed.slice(0, MAX_MISSED_SUBJECTS),
        },
      known:
        this.numbers.length === 0
          ? null
          : {
              hit: this.numbers.filter((number) => !this.unmet.has(number)),
              missed: this.numbers.filter((number) => this.unmet.has(number)),
            },
    };
  }
}
