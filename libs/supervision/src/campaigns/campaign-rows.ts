import { allWithinTownships, withinTownships } from '@tianyan/access';
import type { EpochMs } from '@tianyan/kernel';
import { z } from 'zod';
import {
  CAMPAIGN_STATES,
  CAMPAIGN_TASK_STATES,
  CHECK_RESULTS,
  keptPickSchema,
  keptQuestionSchema,
  type Answer,
  type CampaignPick,
  type CampaignState,
  type CampaignTaskState,
  type CheckResult,
  type Question,
} from '../api/index.js';

export interface Campaign {
  id: string;
  seriesId: string;
  name: string;
  basis: string;
  /** China days. */
  beginsOn: string;
  endsOn: string;
  leadId: string;
  openerId: string;
  /** Null: the whole county's. */
  townships: readonly string[] | null;
  pick: CampaignPick;
  checklist: readonly string[];
  questions: readonly Question[];
  weekly: boolean;
  seed: string | null;
  population: number;
  populationDigest: string;
  picked: number;
  state: CampaignState;
  openedAtMs: EpochMs;
  changedAtMs: EpochMs;
  revision: number;
  headHash: string;
}

export const CAMPAIGN_COLUMNS = `c.id, c.series_id, c.name, c.basis, to_char(c.begins_on, 'YYYY-MM-DD') AS begins_on,
  to_char(c.ends_on, 'YYYY-MM-DD') AS ends_on, c.lead_id, c.opener_id, c.townships, c.pick, c.checklist, c.questions, c.weekly, c.seed, c.population,
  c.population_digest, c.picked, c.state, c.opened_at_ms, c.changed_at_ms, c.steps, c.head_hash`;

export const campaignSchema = z
  .object({
    id: z.string(),
    series_id: z.string(),
    name: z.string(),
    basis: z.string(),
    begins_on: z.string(),
    ends_on: z.string(),
    lead_id: z.string(),
    opener_id: z.string(),
    townships: z.array(z.string()).nullable(),
    pick: keptPickSchema,
    checklist: z.array(z.string()),
    questions: z.array(keptQuestionSchema),
    weekly: z.boolean(),
    seed: z.string().nullable(),
    population: z.int(),
    population_digest: z.string(),
    picked: z.int(),
    state: z.enum(CAMPAIGN_STATES),
    opened_at_ms: z.int(),
    changed_at_ms: z.int(),
    steps: z.int(),
    head_hash: z.string(),
  })
  .transform((row): Campaign => ({
    id: row.id,
    seriesId: row.series_id,
    name: row.name,
    basis: row.basis,
    beginsOn: row.begins_on,
    endsOn: row.ends_on,
    leadId: row.lead_id,
    openerId: row.opener_id,
    townships: row.townships,
    pick: row.pick,
    checklist: row.checklist,
    questions: row.questions,
    weekly: row.weekly,
    seed: row.seed,
    population: row.population,
    populationDigest: row.population_digest,
    picked: row.picked,
    state: row.state,
    openedAtMs: row.opened_at_ms,
    changedAtMs: row.changed_at_ms,
    revision: row.steps,
    headHash: row.head_hash,
  }));

/** One picked order, and where it stands. */
export interface CampaignTask {
  id: string;
  campaignId: string;
  orderId: string;
  unitCode: string | null;
  townshipCode: string | null;
  acceptedAtMs: EpochMs;
  returns: number;
  state: CampaignTaskState;
  inspectorId: string | null;
  /** Who reported the result in that one's place; null: that one did, or nobody yet. */
  deputyId: string | null;
  result: CheckResult | null;
  problemKinds: readonly string[];
  answers: readonly (Answer | null)[];
  changedAtMs: EpochMs;
  revision: number;
  headHash: string;
}

export const TASK_COLUMNS = `t.id, t.campaign_id, t.order_id, t.unit_code, t.township_code, t.accepted_at_ms, t.returns, t.state, t.inspector_id, t.deputy_id,
  t.result, t.problem_kinds, t.answers, t.changed_at_ms, t.steps, t.head_hash`;

export const taskSchema = z
  .object({
    id: z.string(),
    campaign_id: z.string(),
    order_id: z.string(),
    unit_code: z.string().nullable(),
    township_code: z.string().nullable(),
    accepted_at_ms: z.int(),
    returns: z.int(),
    state: z.enum(CAMPAIGN_TASK_STATES),
    inspector_id: z.string().nullable(),
    deputy_id: z.string().nullable(),
    result: z.enum(CHECK_RESULTS).nullable(),
    problem_kinds: z.array(z.string()),
    answers: z.array(z.union([z.boolean(), z.int(), z.string()]).nullable()),
    changed_at_ms: z.int(),
    steps: z.int(),
    head_hash: z.string(),
  })
  .transform((row): CampaignTask => ({
    id: row.id,
    campaignId: row.campaign_id,
    orderId: row.order_id,
    unitCode: row.unit_code,
    townshipCode: row.township_code,
    acceptedAtMs: row.accepted_at_ms,
    returns: row.returns,
    state: row.state,
    inspectorId: row.inspector_id,
    deputyId: row.deputy_id,
    result: row.result,
    problemKinds: row.problem_kinds,
    answers: row.answers,
    changedAtMs: row.changed_at_ms,
    revision: row.steps,
    headHash: row.head_hash,
  }));

/** Whether `supervision_campaign c` may be seen: all of its orders lay within reach when they were picked. */
export const isCampaignSeen = (reach: `$${number}`): string => allWithinTownships('c.townships', reach);

/** Whether `supervision_campaign_task t` may be seen: its order lies within reach, also where the campaign holds others besides. */
export const isTaskSeen = (reach: `$${number}`): string => withinTownships('t.township_code', reach);

/** A row where the campaign, or the order of one, `$2` is seen within a reach. */
export const CAMPAIGN_SEEN = `SELECT 1 FROM supervision_campaign c WHERE ${isCampaignSeen('$1')} AND c.id = $2`;
export const TASK_SEEN = `SELECT 1 FROM supervision_campaign_task t WHERE ${isTaskSeen('$1')} AND t.id = $2`;
