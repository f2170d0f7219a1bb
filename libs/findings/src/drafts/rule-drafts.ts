import type { Reach } from '@tianyan/access';
import { RefusedError, sha256Hex, type Clock, type IdSource } from '@tianyan/kernel';
import { execute, inTransaction, maybeRow, row, rows, type ClientBase, type Pool } from '@tianyan/postgres';
import { z } from 'zod';
import type { TrialResult } from '../trials/trial.js';
import { isTried, untriedReasonOf } from './untried.js';
import { isTrialWithin, type TrialReach } from '../trials/trial-reach.js';
import {
  DRAFT_COLUMNS,
  DRAFT_STATES,
  draftSchema,
  eventSchema,
  MAX_OPEN_DRAFTS,
  MAX_SHOWN_DRAFT_EVENTS,
  MAX_SHOWN_DRAFTS,
  SUMMARY_COLUMNS,
  summarySchema,
  type Draft,
  type DraftEventKind,
  type DraftState,
  type DraftSummary,
} from './draft.js';

/** What a text says of itself, as far as it can be read. */
export interface DraftText {
  yaml: string;
  ruleId: string;
  title: string;
}

/** Who does it, to which state of the draft. */
export interface DraftStep {
  id: string;
  /** The revision that the person has before them. */
  revision: number;
  /** Sign-in name. */
  actor: string;
}

const OPEN = `state NOT IN ('published', 'discarded')`;
/** What may become of a draft by which step; every other is refused. */
const MAY: Readonly<Record<'edit' | 'submit' | 'review' | 'discard', readonly DraftState[]>> = {
  edit: ['draft', 'submitted', 'returned', 'approved'],
  submit: ['draft', 'returned'],
  review: ['submitted'],
  discard: ['draft', 'submitted', 'returned', 'approved'],
};
const STATE_WORDS: Readonly<Record<DraftState, string>> = {
  draft: '还是草稿',
  submitted: '已提交，等人复核',
  returned: '已被退回',
  approved: '已复核同意',
  published: '已经发布',
  discarded: '已经作废',
};

const lockedSchema = z.object({
  state: z.enum(DRAFT_STATES),
  revision: z.int(),
  digest: z.string(),
  has_passed: z.boolean(),
  is_tried: z.boolean(),
});
const countSchema = z.object({ count: z.int() });
const writerSchema = z.object({ wrote: z.boolean() });

/**
 * Texts of rules that people write, alone or together. Each step locks its draft first, so that one person cannot approve what another
 * changes at the same moment. Publishing is `RuleSets.publishDraft`.
 */
export class RuleDrafts {
  constructor(private readonly parts: { pool: Pool; clock: Clock; ids: IdSource }) {}

  /** Those that are open, and the newest of the others; last changed first. */
  async list(): Promise<readonly DraftSummary[]> {
    return rows(
      this.parts.pool,
      summarySchema,
      `SELECT ${SUMMARY_COLUMNS} FROM finding_rule_draft ORDER BY ${OPEN} DESC, changed_at_ms DESC, id LIMIT ${MAX_SHOWN_DRAFTS}`,
    );
  }

  /** Null: there is none. What came of its trial only where the reach of who asks holds that of who tried it. */
  async get(reach: Reach, id: string): Promise<Draft | null> {
    const found = await maybeRow(this.parts.pool, draftSchema, `SELECT ${DRAFT_COLUMNS} FROM finding_rule_draft WHERE id = $1`, [
      id,
    ]);
    if (!found) return null;
    const events = await rows(
      this.parts.pool,
      eventSchema,
      `SELECT * FROM (SELECT seq, event, actor, reason, untried_reason, digest, at_ms FROM finding_rule_draft_event WHERE draft_id = $1
         ORDER BY seq DESC LIMIT ${MAX_SHOWN_DRAFT_EVENTS}) newest ORDER BY seq`,
      [id],
    );
    const trial = isTrialWithin(reach, found.trialReach) ? found.draft.trial : null;
    return { ...found.draft, trial, events };
  }

  /** Throws RefusedError beyond {@link MAX_OPEN_DRAFTS}. @returns its id */
  async create(text: DraftText & { basedOn: string | null }, actor: string): Promise<string> {
    const [id, atMs, digest] = [this.parts.ids.next(), this.parts.clock.nowMs(), sha256Hex(text.yaml)];
    await inTransaction(this.parts.pool, async (client) => {
      const { count } = await row(client, countSchema, `SELECT count(*) AS count FROM finding_rule_draft WHERE ${OPEN}`);
      if (count >= MAX_OPEN_DRAFTS)
        throw new RefusedError('too-many', `未发布的草稿已有 ${MAX_OPEN_DRAFTS} 份，请先发布或作废一些`);
      await execute(
        client,
        `INSERT INTO finding_rule_draft (id, rule_id, title, yaml, digest, based_on, state, revision, created_by, created_at_ms, changed_by, changed_at_ms)
         VALUES ($1, $2, $3, $4, $5, $6, 'draft', 1, $7, $8, $7, $8)`,
        [id, text.ruleId, text.title, text.yaml, digest, text.basedOn, actor, atMs],
      );
      await note(client, id, { event: 'created', actor, reason: null, digest, atMs });
    });
    return id;
  }

  /** Takes it back to a draft wherever it was: what was submitted or approved is another text. Throws RefusedError. */
  async edit(step: DraftStep, text: DraftText): Promise<void> {
    await this.step(step, 'edit', async (client, { digest: before }, atMs) => {
      const digest = sha256Hex(text.yaml);
      if (digest === before) return;
      await execute(
        client,
        `UPDATE finding_rule_draft SET rule_id = $2, title = $3, yaml = $4, digest = $5, state = 'draft', revision = revision + 1,
           changed_by = $6, changed_at_ms = $7 WHERE id = $1`,
        [step.id, text.ruleId, text.title, text.yaml, digest, step.actor, atMs],
      );
      await note(client, step.id, { event: 'edited', actor: step.actor, reason: null, digest, atMs });
    });
  }

  /** Notes that all examples of the text have passed. A text that was changed meanwhile is another. */
  async notePassed(step: DraftStep): Promise<void> {
    await this.noteOf(step, 'passed', (client) =>
      execute(client, 'UPDATE finding_rule_draft SET passed_digest = digest WHERE id = $1', [step.id]),
    );
  }

  /** Keeps what came of a trial of the text, for those who may see as much. */
  async noteTrial(step: DraftStep, trial: { digest: string; result: TrialResult; reach: TrialReach }): Promise<void> {
    await this.noteOf(step, 'tried', async (client, digest) => {
      if (digest !== trial.digest) throw new RefusedError('conflict', '试的不是这份全文，请再试一次');
      const { townshipCodes, problemClasses } = trial.reach;
      await execute(
        client,
        'UPDATE finding_rule_draft SET tried_digest = $2, trial = $3, trial_reach = $4, trial_classes = $5 WHERE id = $1',
        [step.id, digest, JSON.stringify(trial.result), townshipCodes, problemClasses],
      );
    });
  }

  /**
   * Throws RefusedError where its examples have not passed, or where it was not tried and nobody says why.
   * @returns the reason that is kept for not trying it; null: it was tried
   */
  async submit(step: DraftStep, reason: string, untried: string | null): Promise<string | null> {
    return this.step(step, 'submit', async (client, { digest, has_passed: hasPassed, is_tried: isTried }, atMs) => {
      const untriedReason = untriedReasonOf(isTried, untried);
      if (!hasPassed) throw new RefusedError('conflict', '这份全文的例子还没有都通过，不能提交复核');
      await move(client, step.id, 'submitted');
      await note(client, step.id, { event: 'submitted', actor: step.actor, reason, untriedReason, digest, atMs });
      return untriedReason;
    });
  }

  /**
   * Approves the text or sends it back. Throws RefusedError `forbidden` to whoever had a hand in this draft, or has written the same
   * text in another.
   */
  async review(step: DraftStep, verdict: 'approved' | 'returned', reason: string): Promise<void> {
    await this.step(step, 'review', async (client, { digest }, atMs) => {
      const { wrote } = await row(
        client,
        writerSchema,
        `SELECT EXISTS (SELECT FROM finding_rule_draft_event WHERE actor = $2 AND event IN ('created', 'edited', 'submitted')
           AND (draft_id = $1 OR digest = $3)) AS wrote`,
        [step.id, step.actor, digest],
      );
      if (wrote) throw new RefusedError('forbidden', '您写过、改过或提交过这份规则，要由另一个人复核');
      await move(client, step.id, verdict);
      await note(client, step.id, { event: verdict, actor: step.actor, reason, digest, atMs });
    });
  }

  /** It is kept, and nothing more becomes of it. */
  async discard(step: DraftStep, reason: string): Promise<void> {
    await this.step(step, 'discard', async (client, { digest }, atMs) => {
      await move(client, step.id, 'discarded');
      await note(client, step.id, { event: 'discarded', actor: step.actor, reason, digest, atMs });
    });
  }

  private async noteOf(
    step: DraftStep,
    event: DraftEventKind,
    work: (client: ClientBase, digest: string) => Promise<unknown>,
  ): Promise<void> {
    await this.step(step, 'edit', async (client, { digest }, atMs) => {
      await work(client, digest);
      await note(client, step.id, { event, actor: step.actor, reason: null, digest, atMs });
    });
  }

  private async step<T>(
    { id, revision }: DraftStep,
    may: keyof typeof MAY,
    work: (client: ClientBase, draft: z.output<typeof lockedSchema>, atMs: number) => Promise<T>,
  ): Promise<T> {
    return inTransaction(this.parts.pool, async (client) => {
      const draft = await maybeRow(
        client,
        lockedSchema,
        `SELECT state, revision, digest, coalesce(passed_digest = digest, false) AS has_passed, ${isTried('finding_rule_draft')} AS is_tried
         FROM finding_rule_draft WHERE id = $1 FOR UPDATE`,
        [id],
      );
      if (!draft) throw new RefusedError('not-found', '没有这份草稿，请回到列表重新打开');
      if (!MAY[may].includes(draft.state))
        throw new RefusedError('conflict', `这份草稿${STATE_WORDS[draft.state]}，不能再做这一步，请刷新页面`);
      if (draft.revision !== revision) throw new RefusedError('conflict', '这份草稿刚被别人改过，请刷新页面，看过新的全文再继续');
      return work(client, draft, this.parts.clock.nowMs());
    });
  }
}

async function move(client: ClientBase, id: string, state: DraftState): Promise<void> {
  await execute(client, 'UPDATE finding_rule_draft SET state = $2 WHERE id = $1', [id, state]);
}

async function note(
  client: ClientBase,
  id: string,
  what: {
    event: DraftEventKind;
    actor: string;
    reason: string | null;
    untriedReason?: string | null;
    digest: string;
    atMs: number;
  },
): Promise<void> {
  await execute(
    client,
    'INSERT INTO finding_rule_draft_event (draft_id, event, actor, reason, untried_reason, digest, at_ms) VALUES ($1, $2, $3, $4, $5, $6, $7)',
    [id, what.event, what.actor, what.reason, what.untriedReason ?? null, what.digest, what.atMs],
  );
}
