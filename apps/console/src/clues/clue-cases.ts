import {
  isAllowed,
  isTrespass,
  Reach,
  requireAction,
  ROLE_LABELS,
  type Action,
  type Actor,
  type AuditLog,
  type Delegations,
  type Reveals,
  type UserStore,
} from '@tianyan/access';
import {
  actionFor,
  NameKnownError,
  rungName,
  sees,
  seesClue,
  soonUntilMs,
  STEP_TABLE,
  type ClueFiles,
  type ClueFilter,
  type ClueQueries,
  type Clues,
  type ClueDetail as StoredDetail,
  type HandlingRules,
} from '@tianyan/cases';
import type { WorkingCalendar } from '@tianyan/calendar';
import { RefusedError, type Clock } from '@tianyan/kernel';
import type { NamesDirectory } from '@tianyan/rules';
import type { z } from 'zod';
import {
  CLUE_STATE_LABELS,
  CLUE_STATES,
  type AskedStep,
  type ClueAfterStep,
  type ClueCounts,
  type ClueDetail,
  type clueFilterSchema,
  type ClueHandlerList,
  type ClueList,
  type clueListQuerySchema,
  type CluePerson,
  type ClueReaderList,
  type ClueStepRequest,
  type ClueSummary,
  type RegisterClueRequest,
} from '../api/index.js';
import type { FindingCases } from '../findings/finding-cases.js';
import {
  allowedSteps,
  circleAnswer,
  clueAnswer,
  clueFileAnswer,
  deputySteps,
  maskOf,
  mayAttach,
  personAnswer,
  stepAnswer,
  type ClueWords,
} from './clue-answers.js';
import { identityRecord, stepRecord } from './step-record.js';

type Filter = z.output<typeof clueFilterSchema>;

/** What a signed-in person can do with clues, within the person's reach: what lies outside answers like what is not there. */
export class ClueCases {
  constructor(
    private readonly parts: {
      clues: Clues;
      delegations: Pick<Delegations, 'standingFor'>;
      queries: ClueQueries;
      clueFiles: Pick<ClueFiles, 'list'>;
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

  /** For an export: of one instant, so that a clue that is worked on meanwhile is not missed. One more than `most` where there are more. */
  async ledger(actor: Actor, query: Filter, most: number): Promise<readonly ClueSummary[]> {
    const words = await this.words();
    const found = await this.parts.queries.ledger(Reach.of(actor), filterOf(actor, query, words), most);
    return found.map((clue) => clueAnswer(clue, words));
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
    return this.answer(actor, found, words);
  }

  private async answer(actor: Actor, found: StoredDetail, words: ClueWords): Promise<ClueDetail> {
    const { id } = found.clue;
    const [findings, sameSubject, files] = await Promise.all([
      this.parts.findings.listed(actor, found.facts.findingIds),
      this.parts.queries.aboutTheSame(Reach.of(actor), found.facts.findingIds),
      this.parts.clueFiles.list(id),
    ]);
    const { position } = found.facts;
    const person = { role: actor.user.role, userId: actor.user.id };
    const mask = maskOf(found.people);
    return {
      ...clueAnswer(found.clue, words),
      revision: found.clue.revision,
      findings,
      people: found.people.map((person) => personAnswer(person, mask)),
      steps: found.steps.map((step) => stepAnswer(step, { detail: found, files, words, userId: actor.user.id })),
      files: files.map((file) => clueFileAnswer(file, { detail: found, words })),
      mayAttach: mayAttach(found, person),
      linked: found.linked.map((clue) => clueAnswer(clue, words)),
      sameSubject: sameSubject.map((clue) => clueAnswer(clue, words)),
      proposal:
        position.state === 'awaiting-approval'
          ? {
              disposal: position.proposal.disposal,
              ladder: position.proposal.ladder.map(rungName),
              approved: position.proposal.approvedBy.length,
            }
          : null,
      extension: found.facts.extension && {
        askedByName: words.people.get(found.facts.extension.askedBy) ?? found.facts.extension.askedBy,
        workingDays: found.facts.extension.workingDays,
      },
      recoveredFen: found.facts.recoveredFen,
      improvements: found.facts.improvements,
      campaignTask: found.clue.campaignTask,
      circle: circleAnswer(found, words),
      unbroken: found.unbroken,
      allowedSteps: allowedSteps(found, person),
      recused: found.facts.recusedIds.includes(actor.user.id),
      deputySteps: deputySteps(found, await this.parts.delegations.standingFor(actor.user), actor.user),
    };
  }

  /** Registering is deciding on a finding: an analyst's work. */
  async register(actor: Actor, request: RegisterClueRequest, key: string | null): Promise<ClueDetail> {
    const { findingIds } = request;
    const reason = request.reason ?? null;
    const sent = { key, record: stepRecord(this.parts.audit, actor, 'register-clue', reason) };
    const receipt = await this.parts.clues.register(Reach.of(actor), actor.user, { findingIds, reason }, sent);
    return this.get(actor, receipt.clueId);
  }

  async take(actor: Actor, id: string, asked: ClueStepRequest, key: string | null): Promise<ClueAfterStep> {
    const { revision, step: request, forId } = asked;
    const { audit, clues, queries } = this.parts;
    // In the place of another it is that one's role that has to allow it: asked where the delegation is held.
    if (forId === undefined)
      await requireAction(audit, actor, await this.actionOf(actor, id, request.step), `clue/${id}/${request.step}`);
    // What joins a clue is decided on as one that is made a clue by itself.
    if (request.step === 'add-findings') await requireAction(audit, actor, 'decide-finding', `clue/${id}`);
    const reason = 'reason' in request && request.step !== 'unrestrict' ? (request.reason ?? null) : null;
    const sent = { key, record: identityRecord(audit, actor, request, stepRecord(audit, actor, 'take-clue-step', reason)) };
    try {
      await clues.take(Reach.of(actor), actor.user, { clueId: id, revision, request, forId }, sent);
    } catch (error) {
      // Whoever says nothing of a person is told that the name is known. Not below the clue, whose dossier would tell so, too.
      if (error instanceof NameKnownError)
        await audit.record(actor, { action: 'refused', object: `clue-people/same-name/${id}`, succeeded: false });
      if (isTrespass(error))
        await audit.record(actor, { action: 'refused', object: `clue/${id}/${request.step}`, succeeded: false });
      throw error;
    }
    // Whoever has recused themselves from a clue kept to a circle is in it no longer; what they asked for is done.
    const [after, words] = await Promise.all([queries.get(Reach.of(actor), id), this.words()]);
    return after ? this.answer(actor, after, words) : { id, hidden: true };
  }

  /**
   * Who approves depends on the rung; everything else on the step alone. Of whoever may approve some rung, the step judges which, under lock: the clue
   * as it is here may have that person's own approval behind it, sent before, and who looks at an old page is late and no trespasser.
   */
  private async actionOf(actor: Actor, id: string, kind: AskedStep): Promise<Action> {
    if (kind !== 'approve' && kind !== 'send-back') return STEP_TABLE[kind].action;
    if (isAllowed(actor.user.role, 'manage-clues')) return 'manage-clues';
    return actionFor((await this.find(actor, id)).facts, kind);
  }

  async handlers(actor: Actor, id: string): Promise<ClueHandlerList> {
    const { users, queries, countyClock } = this.parts;
    const { clue, facts } = await this.find(actor, id);
    const [accounts, loads, recused] = await Promise.all([
      users.list(),
      queries.workloads(countyClock.nowMs()),
      queries.recusedFrom(Reach.of(actor), id),
    ]);
    const able = accounts.filter((user) => isAllowed(user.role, 'handle-clues') && seesClue(user, clue));
    return {
      items: able.map((user) => ({
        userId: user.id,
        name: user.displayName,
        ...(loads.get(user.id) ?? { open: 0, overdue: 0 }),
        recused: recused.has(user.id),
        current: facts.assigneeId === user.id,
      })),
    };
  }

  /** Who could be put in the know of a clue. */
  async readers(actor: Actor, id: string): Promise<ClueReaderList> {
    const { clue, facts } = await this.find(actor, id);
    const able = (await this.parts.users.list()).filter(
      (user) => isAllowed(user.role, 'read-clues') && sees(user, clue) && !facts.recusedIds.includes(user.id),
    );
    return {
      items: able.map(({ id: userId, displayName: name, role }) => ({ userId, name, roleLabel: ROLE_LABELS[role] })),
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

  async words(): Promise<ClueWords> {
    const { names, users, countyClock, rules, calendar } = this.parts;
    const [current, accounts, active] = await Promise.all([names.refresh(), users.everybody(), users.list()]);
    const nowMs = countyClock.nowMs();
    return {
      names: current,
      people: new Map(accounts.map(({ id, displayName }) => [id, displayName])),
      activeIds: new Set(active.map(({ id }) => id)),
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
