import type { Reach } from '@tianyan/access';
import { rows, type Pool } from '@tianyan/postgres';
import { scopeKey, type Evaluation, type RuleDefinition } from '@tianyan/rules';
import { z } from 'zod';
import { isFindingWithin } from '../finding-reach.js';
import { isShown } from '../rule-sets/shadow.js';
import type { TrialPeriod, TrialResult } from './trial.js';

/** Subjects of confirmed findings with which a trial is compared; they stand in memory. More have come of no county. */
export const MAX_CONFIRMED_SUBJECTS = 50_000;
/** Confirmed subjects that are missed and named; who wants more of them asks for the findings. */
export const MAX_MISSED_SUBJECTS = 20;

const subjectSchema = z.object({ parts: z.array(z.string()) });

/** What people have confirmed, whichever rule had found it. */
export class ConfirmedSubjects {
  constructor(private readonly pool: Pool) {}

  /**
   * Things of the kind that the rule judges (the order, the contract …) of which a finding was confirmed that came about in the period, by the key that
   * the rule would give them; null where there are more than {@link MAX_CONFIRMED_SUBJECTS}.
   */
  async of(reach: Reach, { scope }: RuleDefinition, period: TrialPeriod | null): Promise<Set<string> | null> {
    const found = await rows(
      this.pool,
      subjectSchema,
      `SELECT DISTINCT (SELECT array_agg(f.subjects ->> p.part ORDER BY p.n) FROM unnest($1::text[]) WITH ORDINALITY AS p (part, n)) AS parts
       FROM finding f WHERE f.status = 'promoted' AND f.subjects ?& $1::text[] AND ${isShown('f')} AND ${isFindingWithin('f', '$2')}
         AND ($3::bigint IS NULL OR f.occurred_at_ms >= $3) AND ($4::bigint IS NULL OR f.occurred_at_ms < $4)
       LIMIT ${MAX_CONFIRMED_SUBJECTS + 1}`,
      [[...scope], reach.parameter, period?.fromMs ?? null, period?.beforeMs ?? null],
    );
    return found.length > MAX_CONFIRMED_SUBJECTS ? null : new Set(found.map(({ parts }) => scopeKey(parts)));
  }
}

/**
 * Which known cases a rule hits, in whichever period: those that people have confirmed, and those whose numbers somebody has typed in. A number is met by a
 * hit that is about it (its scope, its subjects, what its words name) or proved by a record of that number.
 */
export class KnownCases {
  private readonly missed: Set<string> | null;
  private readonly unmet: Set<string>;

  constructor(
    /** See {@link ConfirmedSubjects.of}. */
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
