import type { EpochMs } from '@tianyan/kernel';
import { z } from 'zod';
import type { SwitchPreview } from './switch-preview.js';
import { decisionCountsSchema } from './trial-decisions.js';
import type { TrialReach } from './trial-reach.js';

/** Months shown by themselves, at most; what came about before stands together. */
export const TRIAL_MONTHS = 24;
/** Townships shown; a county has some dozens. */
export const TRIAL_TOWNSHIPS = 100;
/** Units shown, those with most hits first. */
export const TRIAL_UNITS = 20;
/** Hits shown whole, the newest. A person reads some, to see whether the rule finds what is meant. */
export const TRIAL_SAMPLES = 20;
/** Of what would be found or lost against what stands, each. */
export const TRIAL_CHANGE_SAMPLES = 10;
/** Records of evidence shown with one of them; how many there are is said. */
export const TRIAL_SAMPLE_EVIDENCE = 20;

const countSchema = z.object({ key: z.string(), count: z.int() });

const sampleSchema = z.object({
  scope: z.string(),
  occurredAtMs: z.int(),
  /** Chinese, names the figures. */
  explanation: z.string(),
  subjects: z.record(z.string(), z.string()),
  evidence: z.array(z.object({ type: z.string(), id: z.string(), atMs: z.int(), role: z.string() })),
  evidenceCount: z.int(),
});
/** A hit, as it would become a finding. */
export type TrialSample = z.output<typeof sampleSchema>;

/** What differs from the findings that stand now. */
const changesSchema = z.object({
  /** Findings of the rule that the data support now, as stored. */
  standing: z.int(),
  gained: z.int(),
  lost: z.int(),
  gainedSamples: z.array(sampleSchema),
  lostSamples: z.array(sampleSchema),
  /** Each of the three by what people have found out; missing in results of before. */
  decided: z.object({ standing: decisionCountsSchema, gained: decisionCountsSchema, lost: decisionCountsSchema }).optional(),
});
export type TrialChanges = z.output<typeof changesSchema>;

/** What came of a trial. Stored as it is; codes are named when it is shown. */
export const trialResultSchema = z.object({
  rule: z.object({ id: z.string(), version: z.int(), title: z.string() }),
  /** Chinese names of the roles of evidence, where the rule names them. */
  roles: z.record(z.string(), z.string()),
  /** The instant at which everything was judged, on the county's clock. */
  nowMs: z.int(),
  /** Only problems that came about in it were counted; null, or missing in results of before: all. */
  period: z.object({ fromMs: z.int(), beforeMs: z.int() }).nullable().optional(),
  /** As it was known then; null, or missing in results of before: by all records. */
  knownAtMs: z.int().nullable().optional(),
  examples: z.array(z.object({ name: z.string(), differences: z.array(z.string()) })),
  /** Scopes with records that the rule looks at. Null: of less than the county nobody can say it. */
  scopes: z.int().nullable(),
  /** Rows that its queries have read; missing in results of before. */
  readRows: z.int().optional(),
  hits: z.int(),
  /** Without a hit: why, in a sentence, Chinese. Null: there are hits; missing in results of before. */
  nothing: z.string().nullable().optional(),
  /** No hit now, but by time alone there may be one. Null for less than the county: where it would be is not known before. */
  due: z.int().nullable(),
  /** China months of `occurredAt`, `YYYY-MM`, oldest first, without gaps: of the period, or up to the month of `nowMs`. */
  perMonth: z.array(countSchema),
  /** Hits that came about before those months. */
  earlier: z.int(),
  /** By township code, empty for hits without one; most first. */
  perTownship: z.array(countSchema),
  /** By unit id; most first. Hits without a unit are left out. */
  perUnit: z.array(countSchema),
  /** Units there are beyond those named. */
  furtherUnits: z.int(),
  samples: z.array(sampleSchema),
  inputs: z.array(
    z.object({
      input: z.string(),
      type: z.string(),
      /** Null: records of the type name no township, and who tried sees some townships alone. */
      records: z.int().nullable(),
      passing: z.int().nullable(),
      fields: z.array(z.object({ field: z.string(), empty: z.int() })),
    }),
  ),
  /** Things of the rule's scope of which a finding of any rule, of the period, was confirmed. Null: too many to compare; missing in results of before. */
  confirmed: z
    .object({
      subjects: z.int(),
      hit: z.int(),
      /** The first of the others, by their key. */
      missed: z.array(z.string()),
    })
    .nullable()
    .optional(),
  /** Numbers of known cases that somebody has typed in; null: none. */
  known: z
    .object({ hit: z.array(z.string()), missed: z.array(z.string()) })
    .nullable()
    .optional(),
  /** Null: no version of the rule stands, or its scopes are of another kind and cannot be compared. */
  changes: changesSchema.nullable(),
  /** What stands of the rule, with which it was compared, was not all there yet: it had not been evaluated over everything. Missing in results of before. */
  underWay: z.boolean().optional(),
  /** The version that stands; null: none. */
  standingVersion: z.int().nullable(),
});
export type TrialResult = z.output<typeof trialResultSchema>;

/** `[fromMs, beforeMs)` of `occurredAt`. */
export interface TrialPeriod {
  fromMs: EpochMs;
  beforeMs: EpochMs;
}

export const TRIAL_STATES = ['queued', 'running', 'done', 'failed', 'cancelled'] as const;
export type TrialState = (typeof TRIAL_STATES)[number];

/**
 * Announced loads beside it: none; one that is not judged yet, of which it saw a part at most; or one that has been judged since it began to read, by which
 * what it says is outdated.
 */
export const TRIAL_LOADS = ['none', 'open', 'taken-in'] as const;
export type TrialLoads = (typeof TRIAL_LOADS)[number];

/** A trial as it is now. */
export interface Trial {
  id: string;
  state: TrialState;
  /** 0 to 1. */
  progress: number;
  /** With `done`, of one rule. */
  result: TrialResult | null;
  /** With `done`, of a switch of several. */
  switched: SwitchPreview | null;
  /** With `failed`, Chinese. */
  failure: string | null;
  /** Machine clock. */
  askedAtMs: EpochMs;
  /** Of the text that is tried; null: it was tried with other values for its parameters, over other sources, or asked by a program of before. */
  digest: string | null;
  /** Of whoever asked. */
  reach: TrialReach;
  loads: TrialLoads;
}
