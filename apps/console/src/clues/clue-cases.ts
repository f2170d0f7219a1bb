import { isAllowed, Reach, requireAction, type Actor, type AuditLog, type Reveals, type UserStore } from '@tianyan/access';
import {
  seesAll,
  soonUntilMs,
  STEP_TABLE,
  type ClueFilter,
  type ClueQueries,
  type Clues,
  type ClueDetail as StoredDetail,
  type HandlingRules,
  type StepReceipt,
} from '@tianyan/cases';
import type { WorkingCalendar } from '@tianyan/calendar';
import { RefusedError, type Clock } from '@tianyan/kernel';
import type { NamesDirectory } from '@tianyan/rules';
import type { z } from 'zod';
import {
  CLUE_STATE_LABELS,
  CLUE_STATES,
  type ClueCounts,
  type ClueDetail,
  type clueFilterSchema,
  type ClueHandlerList,
  type ClueList,
  type clueListQuerySchema,
  type CluePerson,
  type ClueStepRequest,
  type ClueSummary,
  type RegisterClueRequest,
} from '../api/index.js';
import type { FindingCases } from '../findings/finding-cases.js';
import { allowedSteps, clueAnswer, maskOf, personAnswer, stepAnswer, type ClueWords } from './clue-answers.js';

type Filter = z.output<typeof clueFilterSchema>;

/** What a signed-in person can do with clues, within the person's reach: what lies outside answers like what is not there. */
export class ClueCases {
  constructor(
    private readonly parts: {
      clues: Clues;
      queries: ClueQueries;
      findings: FindingCases;
      users: Pick<UserStore, 'list' | 'everybody'>;
      names: NamesDirectory;
      audit: AuditLog;
      reveals: Reveals;
      countyClock: Clock;
      calendar: WorkingCalendar;
      rules: HandlingRules;
    },
  ) {}

  async list(actor: Actor, query: z.output<typeof clueListQuerySchema>): Promise<ClueList> {
    const words = await this.words();
    const page = { cursor: query.cursor ?? null, limit: query.limit };
    const { items, nextCursor } = await this.parts.queries.list(Reach.of(actor), filterOf(actor, query, words), page);
    return { items: items.map((clue) => clueAnswer(clue, words)), nextCursor };
  }

  async counts(actor: Actor, query: Filter): Promise<ClueCounts> {
    const words = await this.words();
    const count = (asked: Filter) => this.parts.queries.counts(Reach.of(actor), filterOf(actor, asked, words));
    const { urgency: _, ...all } = query;
    const [counted, soon, overdue] = await Promise.all([
      count(query),
      count({ ...all, urgency: 'soon' }),
      count({ ...all, urgency: 'overdue' }),
    ]);
    return {
      total: sumOf(counted),
      byState: CLUE_STATES.map((key) => ({ key, label: CLUE_STATE_LABELS[key], count: counted.get(key) ?? 0 })),
      soon: sumOf(soon),
      overdue: sumOf(overdue),
    };
  }

  async get(actor: Actor, id: string): Promise<ClueDetail> {
    const [found, words] = await Promise.all([this.find(actor, id), this.words()]);
    const [findings, sameSubject] = await Promise.all([
      this.parts.findings.listed(actor, found.facts.findingIds),
      this.parts.queries.aboutTheSame(Reach.of(actor), found.facts.findingIds),
    ]);
    const { position } = found.facts;
    const mask = maskOf(found.people);
    return {
      ...clueAnswer(found.clue, words),
      revision: found.clue.revision,
      findings,
      people: found.people.map((person) => personAnswer(person, mask)),
      steps: found.steps.map((step) => stepAnswer(step, { detail: found, words })),
      linked: found.linked.map((clue) => clueAnswer(clue, words)),
      sameSubject: sameSubject.map((clue) => clueAnswer(clue, words)),
      proposal:
        position.state === 'awaiting-approval'
          ? {
              disposal: position.proposal.disposal,
              ladder: [...position.proposal.ladder],
              approved: position.proposal.approvedBy.length,
            }
          : null,
      unbroken: found.unbroken,
      allowedSteps: allowedSteps(found, { role: actor.user.role, userId: actor.user.id }),
    };
  }

  /** Registering is deciding on a finding: an analyst's work. */
  async register(actor: Actor, request: RegisterClueRequest): Promise<ClueDetail> {
    const { clues } = this.parts;
    const { findingIds } = request;
    const reason = request.reason ?? null;
    const receipt = await clues.register(Reach.of(actor), actor.user, { findingIds, reason });
    await this.note(actor, 'register-clue', receipt, reason);
    return this.get(actor, receipt.clueId);
  }

  async take(actor: Actor, id: string, { revision, step: request }: ClueStepRequest): Promise<ClueDetail> {
    const { audit, clues } = this.parts;
    await requireAction(audit, actor, STEP_TABLE[request.step].action, `clue/${id}/${request.step}`);
    // What joins a clue is decided on as one that is made a clue by itself.
    if (request.step === 'add-findings') await requireAction(audit, actor, 'decide-finding', `clue/${id}`);
    const receipt = await clues.take(Reach.of(actor), actor.user, { clueId: id, revision, request });
    await this.note(actor, 'take-clue-step', receipt, 'reason' in request ? (request.reason ?? null) : null);
    return this.get(actor, id);
  }

  async handlers(actor: Actor, id: string): Promise<ClueHandlerList> {
    const { users, queries, countyClock } = this.parts;
    const { clue, facts } = await this.find(actor, id);
    const [accounts, loads] = await Promise.all([users.list(), queries.workloads(countyClock.nowMs())]);
    const able = accounts.filter((user) => isAllowed(user.role, 'handle-clues') && seesAll(Reach.of({ user }), clue.townships));
    return {
      items: able.map((user) => ({
        userId: user.id,
        name: user.displayName,
        ...(loads.get(user.id) ?? { open: 0, overdue: 0 }),
        recused: facts.recusedIds.includes(user.id),
        current: facts.assigneeId === user.id,
      })),
    };
  }

  async people(actor: Actor, id: string, reason: string): Promise<{ items: CluePerson[] }> {
    const { people } = await this.find(actor, id);
    await this.parts.reveals.permit(actor, { action: 'read-clue-people', object: `clue/${id}/people`, reason });
    return { items: people.map((person) => personAnswer(person, null)) };
  }

  /** Clues about the same thing as a finding, which may be joined. */
  async ofFinding(actor: Actor, findingId: string): Promise<{ items: ClueSummary[] }> {
    const [finding] = await this.parts.findings.listed(actor, [findingId]);
    if (!finding) throw new RefusedError('not-found', '没有这条疑点，可能链接有误，请回到列表重新打开');
    const [found, words] = await Promise.all([this.parts.queries.aboutTheSame(Reach.of(actor), [findingId]), this.words()]);
    return { items: found.map((clue) => clueAnswer(clue, words)) };
  }

  private async find(actor: Actor, id: string): Promise<StoredDetail> {
    const found = await this.parts.queries.get(Reach.of(actor), id);
    if (!found) throw new RefusedError('not-found', '没有这条线索，可能链接有误，请回到列表重新打开。');
    return found;
  }

  /** The hash of the step stands a second time where nobody changes it. */
  private async note(
    actor: Actor,
    action: 'register-clue' | 'take-clue-step',
    { clueId, seq, hash }: StepReceipt,
    reason: string | null,
  ): Promise<void> {
    await this.parts.audit.record(actor, {
      action,
      object: `clue/${clueId}/step/${seq}@${hash}`,
      ...(reason === null ? {} : { reason }),
    });
  }

  private async words(): Promise<ClueWords> {
    const { names, users, countyClock, rules, calendar } = this.parts;
    const [current, accounts] = await Promise.all([names.refresh(), users.everybody()]);
    const nowMs = countyClock.nowMs();
    return {
      names: current,
      people: new Map(accounts.map(({ id, displayName }) => [id, displayName])),
      nowMs,
      soonMs: soonUntilMs(nowMs, rules, calendar),
    };
  }
}

function filterOf(actor: Actor, query: Filter, { nowMs, soonMs }: ClueWords): ClueFilter {
  return {
    ...(query.state && { states: query.state }),
    ...(query.mine === 'true' && { assigneeId: actor.user.id }),
    ...(query.urgency && { urgency: { kind: query.urgency, nowMs, soonMs } }),
    ...(query.text && { text: query.text }),
  };
}

const sumOf = (counts: ReadonlyMap<string, number>): number => [...counts.values()].reduce((sum, count) => sum + count, 0);
