import { placeOf, plainIssues, wordsFor, yamlMistake } from '@tianyan/contracts';
import { RefusedError } from '@tianyan/kernel';
import { readFileSync } from 'node:fs';
import { parseDocument } from 'yaml';
import { z } from 'zod';
import { DISPOSALS, MAX_EXTENSION_DAYS, type ClueState, type Disposal } from './api/index.js';
import type { Proposal } from './machine/facts.js';

/** The place that stands for the whole county. */
export const COUNTY = 'county';
/** Longest time of a state: what may last longer needs no deadline. */
const MAX_WORKING_DAYS = 250;
/** Rungs of an approval: the county has no more leaders than that for one clue. */
const MAX_RUNGS = 4;
/** A deadline that is made longer more often is none. */
const MAX_EXTENSIONS = 5;
const MAX_REBOUND_DAYS = 3_650;
/** Longest text of a county's file: some dozens of places. */
export const MAX_HANDLING_RULES_CHARS = 64 * 1024;
/** Mistakes named at once. */
const SHOWN_PROBLEMS = 5;

/** States that have a deadline; of `closed` it is the re-visit. */
export const TIMED_STATES = [
  'registered',
  'verifying',
  'disposing',
  'awaiting-approval',
  'handling',
  'rectifying',
  'awaiting-acceptance',
  'concluding',
  'closed',
  'transferred',
  'awaiting-reopening',
] as const satisfies readonly ClueState[];

const daysSchema = z.int().min(1).max(MAX_WORKING_DAYS);
/** A name alone is a leader's; written out it may be a case manager's too. */
const rungSchema = z.union([
  z.string().min(2),
  z.strictObject({ name: z.string().min(2), action: z.enum(['manage-clues', 'approve-clues']) }),
]);
const ladderSchema = z.tuple([rungSchema], rungSchema).refine((rungs) => rungs.length <= MAX_RUNGS, `最多 ${MAX_RUNGS} 级`);
const countySchema = z.strictObject({
  basis: z.string().min(4),
  workingDays: z.record(z.enum(TIMED_STATES), daysSchema),
  remindWorkingDays: daysSchema,
  approvals: z.record(z.enum(DISPOSALS), ladderSchema),
  extensions: z.strictObject({ times: z.int().min(0).max(MAX_EXTENSIONS), workingDays: z.int().min(1).max(MAX_EXTENSION_DAYS) }),
  reboundDays: z.int().min(1).max(MAX_REBOUND_DAYS),
});
const placeSchema = countySchema.partial().extend({
  place: z.string().min(1),
  basis: z.string().min(4),
  workingDays: z.partialRecord(z.enum(TIMED_STATES), daysSchema).optional(),
  approvals: z.partialRecord(z.enum(DISPOSALS), ladderSchema).optional(),
});
const fileSchema = z.strictObject({ places: z.array(placeSchema) });

type CountyRules = z.output<typeof countySchema>;
type PlaceRules = z.output<typeof placeSchema>;

/** Deadlines and approvals of clues, by place. */
export class HandlingRules {
  private constructor(
    private readonly county: CountyRules,
    private readonly townships: ReadonlyMap<string, PlaceRules>,
  ) {}

  /**
   * The rules shipped, with those of a county's own file in their place where it names them.
   * Throws RefusedError, in Chinese, for a text of another form, or a place that is named twice.
   */
  static of(ownText: string | null = null): HandlingRules {
    const [shipped] = parsePlaces(readFileSync(new URL('../data/handling-rules.yaml', import.meta.url), 'utf8'));
    const own = ownText === null ? [] : parsePlaces(ownText);
    const county = own.find(({ place }) => place === COUNTY);
    const { place: _, ...rules } = { ...shipped, ...over(shipped, county) };
    return new HandlingRules(countySchema.parse(rules), new Map(own.map((one) => [one.place, one])));
  }

  /** Working days that a clue may stay in a state; null: as long as it takes. */
  workingDays(state: ClueState, townships: readonly string[] | null): number | null {
    const timed = TIMED_STATES.find((one) => one === state);
    if (!timed) return null;
    return this.ofPlace(townships)?.workingDays?.[timed] ?? this.county.workingDays[timed];
  }

  /** So many working days before the end somebody is reminded: one number, so that “near” means the same in every list. */
  remindWorkingDays(): number {
    return this.county.remindWorkingDays;
  }

  /** The rungs that have to approve, in order. */
  approvals(disposal: Disposal, townships: readonly string[] | null): Proposal['ladder'] {
    return this.ofPlace(townships)?.approvals?.[disposal] ?? this.county.approvals[disposal];
  }

  /** How often the deadline of one state may be made longer, and by how much at once. */
  extensions(townships: readonly string[] | null): { times: number; workingDays: number } {
    return this.ofPlace(townships)?.extensions ?? this.county.extensions;
  }

  /** Days after the closure in which the same problem again opens the clue again. */
  reboundDays(townships: readonly string[] | null): number {
    return this.ofPlace(townships)?.reboundDays ?? this.county.reboundDays;
  }

  /** A clue of several townships is the county's. */
  private ofPlace(townships: readonly string[] | null): PlaceRules | undefined {
    const [only, ...others] = townships ?? [];
    return only === undefined || others.length > 0 ? undefined : this.townships.get(only);
  }
}

function over(shipped: PlaceRules | undefined, own: PlaceRules | undefined): Partial<PlaceRules> {
  if (!own) return {};
  return {
    ...own,
    workingDays: { ...shipped?.workingDays, ...own.workingDays },
    approvals: { ...shipped?.approvals, ...own.approvals },
  };
}

function parsePlaces(text: string): PlaceRules[] {
  if (text.length > MAX_HANDLING_RULES_CHARS) throw refused(`全文不能超过 ${MAX_HANDLING_RULES_CHARS} 个字符`);
  const document = parseDocument(text, { uniqueKeys: true });
  const [mistake] = document.errors;
  if (mistake) throw refused(`第 ${mistake.linePos?.[0].line ?? 1} 行不是合法的 YAML：${yamlMistake(mistake)}`);
  const result = fileSchema.safeParse(document.toJS({ maxAliasCount: 0 }), { error: wordsFor });
  if (!result.success) {
    const words = plainIssues(result.error)
      .slice(0, SHOWN_PROBLEMS)
      .map(({ path, message }) => `${path.length === 0 ? '全文' : placeOf(path)}：${message}`);
    throw refused(words.join('；'));
  }
  const { places } = result.data;
  const twice = places.find(({ place }, index) => places.findIndex((one) => one.place === place) !== index);
  if (twice) throw refused(`${twice.place} 写了两次`);
  return places;
}

function refused(problem: string): RefusedError {
  return new RefusedError('invalid', `线索办理规定有误：${problem}`);
}
