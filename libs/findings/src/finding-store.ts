import { maskText } from '@tianyan/access';
import type { IdSource } from '@tianyan/kernel';
import { execute, inSnapshot, inTransaction, notify, row, rows, type ClientBase, type Pool } from '@tianyan/postgres';
import { answerKey, type Evaluation } from '@tianyan/rules';
import { z } from 'zod';
import { takeCommitLock } from './commit-lock.js';
import { writeTouchedCohorts, type CohortTouch } from './cohorts/touched-cohorts.js';
import { writeLateWork, type LateWork } from './late-scopes.js';
import { digestOf, NO_HIT_DIGEST } from './digest.js';
import { setAsideAmong } from './exemptions/set-aside.js';
import type { EvaluationTicket } from './evaluation-tickets.js';
import { FINDINGS_CHANNEL, formatChanges, type FindingChange } from './finding-changes.js';
import { FINDING_COLUMNS, findingSchema, severityOfRank } from './finding-rows.js';
import { holdWakeUps, writeFindings, writeGuards, writeHistory, type HeldScope, type PlannedScope } from './finding-writes.js';
import { nobodyWaits, type WaitingScopes } from './loads/waiting-scopes.js';
import { FINDING_STATUSES, type Cause, type Finding, type FindingEvent } from './model.js';
import { heldPlan, planScope, type StoredScope } from './plan.js';
import type { EvaluationGroup, FindingAlerts, FindingRule, Traced } from './ports.js';
import type { DriftSide } from './sweep-queries.js';
import type { RunningRules } from './rule-sets/running-rules.js';
import { noteRecords } from './records/finding-record-rows.js';
import { isShadowId } from './rule-sets/shadow.js';

/** One group's answers for some scopes. A rule that says nothing of one of `scopes` does not hold there any more. */
export interface EvaluatedScopes {
  group: EvaluationGroup;
  /** At most MAX_SCOPES_PER_CALL. */
  scopes: readonly string[];
  evaluations: readonly Evaluation[];
}

/** What a commit needs of them. */
export type CommittedScopes = Omit<EvaluatedScopes, 'group'> & { group: Pick<EvaluationGroup, 'rules' | 'explain'> };

/** Announcements up to here, exclusive, are reflected in what is committed. */
export interface PartitionOffset {
  topic: string;
  partition: number;
  nextOffset: number;
}

export interface CommitInput {
  ticket: EvaluationTicket;
  evaluated: readonly CommittedScopes[];
  /** Why the answer of this rule in this scope may have changed; asked only for findings that do change. */
  causeOf: (ruleId: string, scope: string) => Cause;
  offsets: readonly PartitionOffset[];
  /** Scopes whose answers may rest on a part of a load; nobody's without it. */
  waiting?: WaitingScopes;
  /** The announced load that is judged by this: teams hear of it as one. */
  load?: string;
  /** What is done about late scopes; nothing without it. */
  late?: LateWork;
  /** Cohorts to be judged later; none without it. */
  touched?: readonly CohortTouch[];
}

export interface CommitResult {
  events: Readonly<Partial<Record<FindingEvent, number>>>;
  /** Answers not written because a newer evaluation had been there; it saw all that this one saw. */
  superseded: number;
  /** Answers of one rule in one scope that would have changed a finding and wait for a load instead. */
  held: number;
  /** Changes by the name under which the rule is judged, also in shadow. */
  byRule: ReadonlyMap<string, Readonly<Partial<Record<FindingEvent, number>>>>;
}

/** An answer that differs from what is stored. */
export interface Difference {
  ruleId: string;
  scope: string;
  /** `wake-up`: only the next instant differs. */
  kind: 'finding' | 'wake-up';
  stored: DriftSide;
  evaluated: DriftSide;
}

export interface Comparison {
  differences: readonly Difference[];
  supersededScopes: readonly string[];
}

/** The evaluation took so long that it was given up for dead: its answers may be older than what was cleaned up. Evaluate again. */
export class TicketExpiredError extends Error {
  override readonly name = 'TicketExpiredError';
}

const offsetSchema = z.object({ partition: z.int(), next_offset: z.int() });
const supportedSchema = z.object({ rule_id: z.string(), scope: z.string() });
const endedSchema = z.object({ ended: z.boolean(), older: z.boolean() });
// Of these two a commit reads one for each rule in each scope, tens of thousands: no column more than is compared.
const guardSchema = z.object({
  rule_id: z.string(),
  scope: z.string(),
  ticket: z.int(),
  hit: z.boolean(),
  due_at_ms: z.int().nullable(),
  digest: z.string(),
});
const storedFindingSchema = z.object({
  rule_id: z.string(),
  scope: z.string(),
  id: z.string(),
  status: z.enum(FINDING_STATUSES),
  holds: z.boolean(),
  severity: z.int(),
  rule_version: z.int(),
  rule_overlay: z.string().nullable(),
  township_code: z.string().nullable(),
  unit_id: z.string().nullable(),
  problem_class: z.string(),
});

/** Keeps findings and wake-ups equal to what the rules say, and remembers every change. */
export class FindingStore {
  constructor(
    private readonly input: {
      pool: Pool;
      ids: IdSource;
      alerts: FindingAlerts;
      running: RunningRules;
    },
  ) {}

  /**
   * Findings, history, wake-ups, alerts and offsets in one transaction: all or nothing. Answers older than what is
   * stored are left out; so are those that wait for a load. Throws {@link TicketExpiredError}, ScopeMovedError, OtherEpochError where a newer
   * set of rules counts, or RefusedError where rules are judged in another way by now; then nothing was written.
   */
  async commit(input: CommitInput): Promise<CommitResult> {
    return inTransaction(this.input.pool, async (client) => {
      await takeCommitLock(client);
      await this.input.running.assertRunning(client, input.ticket.epoch);
      const olderUnderWay = await endEvaluation(client, input.ticket);
      const planned: PlannedScope[] = [];
      const held: HeldScope[] = [];
      let superseded = 0;
      for (const evaluated of input.evaluated) {
        for (const scope of await this.plan(client, input, evaluated, olderUnderWay, held)) {
          if (scope.plan.superseded) superseded++;
          else planned.push(scope);
        }
      }
      await writeGuards(client, input.ticket, planned);
      await holdWakeUps(client, input.ticket, held);
      const changed = planned.filter((scope) => scope.plan.event !== null);
      await writeFindings(client, input.ticket, changed, this.input.ids);
      const written = await writeHistory(client, input.ticket, changed, input.causeOf, input.load);
      // Nobody hears of what a rule in shadow finds.
      const changes = written.filter(({ ruleId }) => !isShadowId(ruleId));
      const secondLevel = changed.filter(({ rule }) => rule.readsFindings).map(({ rule }) => rule.id);
      const ids = changes.map(({ id }) => id);
      const aside = await setAsideAmong(client, ids);
      await noteRecords(client, ids, secondLevel, aside);
      const moved = new Set(changed.filter(concernsOthers).map(({ finding }) => finding?.id ?? ''));
      await this.enqueueAlerts(client, changes, { moved, aside });
      if (input.late) await writeLateWork(client, input.ticket, input.late, input.evaluated);
      await writeTouchedCohorts(client, input.touched ?? []);
      await writeOffsets(client, input.offsets);
      if (changes.length > 0) await notify(client, FINDINGS_CHANNEL, formatChanges(changes));
      const byRule = new Map([...Map.groupBy(written, ({ ruleId }) => ruleId)].map(([id, of]) => [id, countEvents(of)]));
      return { events: countEvents(changes), superseded, held: held.length, byRule };
    });
  }

  /**
   * What a commit of these answers would change, without changing anything. Scopes that a newer evaluation has reached
   * are told apart: they prove nothing.
   */
  async compare(ticket: EvaluationTicket, evaluated: EvaluatedScopes): Promise<Comparison> {
    // One snapshot: a commit between the two reads would look like a difference.
    const stored = await inSnapshot(this.input.pool, (client) => readStored(client, evaluated.group.rules, evaluated.scopes));
    return compareAnswers(ticket, evaluated, stored);
  }

  /** The next offset to be processed per partition of the topic; partitions never seen are missing. */
  async offsets(topic: string): Promise<ReadonlyMap<number, number>> {
    const offsets = await rows(
      this.input.pool,
      offsetSchema,
      'SELECT partition, next_offset FROM finding_offset WHERE topic = $1',
      [topic],
    );
    return new Map(offsets.map(({ partition, next_offset: nextOffset }) => [partition, nextOffset]));
  }

  /** Which of the scopes have a finding that the data supported so far, as [ruleId, scope]. */
  async supported(ruleIds: readonly string[], scopes: readonly string[]): Promise<readonly (readonly [string, string])[]> {
    const supported = await rows(
      this.input.pool,
      supportedSchema,
      'SELECT rule_id, scope FROM finding WHERE holds AND rule_id = ANY($1) AND scope = ANY($2)',
      [ruleIds, scopes],
    );
    return supported.map(({ rule_id: ruleId, scope }) => [ruleId, scope] as const);
  }

  private async plan(
    client: ClientBase,
    input: CommitInput,
    evaluated: CommittedScopes,
    olderUnderWay: boolean,
    held: HeldScope[],
  ): Promise<PlannedScope[]> {
    const { group, scopes } = evaluated;
    const waiting = input.waiting ?? nobodyWaits;
    const stored = await readStored(client, group.rules, scopes, 'FOR UPDATE');
    const answers = Map.groupBy(evaluated.evaluations, ({ ruleId }) => ruleId);
    const planned: PlannedScope[] = [];
    for (const rule of group.rules) {
      const answersOf = new Map((answers.get(rule.id) ?? []).map((evaluation) => [evaluation.scope, evaluation]));
      const storedOf = stored.get(rule.id);
      if (!olderUnderWay && answersOf.size === 0 && !storedOf?.size) continue;
      for (const scope of scopes) {
        const evaluation = answersOf.get(scope) ?? null;
        const before = storedOf?.get(scope) ?? NOTHING_STORED;
        // Most rules say nothing of most scopes, and never did: hundreds of thousands of pairs in a round after an outage.
        if (!olderUnderWay && evaluation === null && before === NOTHING_STORED) continue;
        const judged = planScope({ rule, evaluation, stored: before, ticket: input.ticket.ticket, olderUnderWay });
        const loads = judged.event === null ? [] : waiting.loadsOf(group, scope);
        if (loads.length > 0) held.push({ ruleId: rule.id, scope, loads });
        const plan = loads.length > 0 ? heldPlan(olderUnderWay) : judged;
        if (!plan.superseded && plan.guard === 'keep' && plan.event === null) continue;
        const digest = evaluation ? digestOf(evaluation, rule.version) : NO_HIT_DIGEST;
        const explanation =
          plan.event !== null && evaluation?.hit ? withoutPersonalData(group.explain(evaluation), evaluation) : null;
        planned.push({ rule, scope, evaluation, digest, explanation, plan, finding: before.finding });
      }
    }
    return planned;
  }

  private async enqueueAlerts(
    client: ClientBase,
    changes: readonly Traced<FindingChange>[],
    { moved, aside }: { moved: ReadonlySet<string>; aside: ReadonlySet<string> },
  ): Promise<void> {
    const { alerts } = this.input;
    const told = changes.filter(({ id }) => !aside.has(id));
    const opened = told.filter(({ event }) => event === 'opened' || event === 'reopened');
    const withdrawn = changes.filter(({ event }) => event === 'withdrawn');
    if (opened.length > 0) await alerts.enqueue(client, await tracedFindings(client, opened));
    const others = told.filter(({ id }) => moved.has(id));
    if (others.length > 0) await alerts.enqueueMoved(client, await tracedFindings(client, others));
    if (withdrawn.length > 0) await alerts.enqueueWithdrawn(client, withdrawn);
  }
}

async function tracedFindings(client: ClientBase, changes: readonly Traced<FindingChange>[]): Promise<Traced<Finding>[]> {
  const byId = new Map(changes.map((change) => [change.id, change]));
  const findings = await rows(
    client,
    findingSchema,
    `SELECT ${FINDING_COLUMNS} FROM finding f LEFT JOIN finding_scope s USING (rule_id, scope) WHERE f.id = ANY($1) ORDER BY f.id`,
    [[...byId.keys()]],
  );
  return findings.map((finding) => {
    const { traces = [], bundle } = byId.get(finding.id) ?? {};
    return { ...finding, traces, ...(bundle === undefined ? {} : { bundle }) };
  });
}

/** An open finding of which other teams may have to hear than were told. */
function concernsOthers({ rule, evaluation, plan, finding }: PlannedScope): boolean {
  if (plan.event !== 'changed' || plan.statusAfter !== 'open' || !finding) return false;
  const { townshipCode = null, unitId = null } = evaluation?.subjects ?? {};
  return (
    finding.severity !== rule.severity ||
    finding.problemClass !== rule.problemClass ||
    finding.townshipCode !== townshipCode ||
    finding.unitId !== unitId
  );
}

/** By rule and scope. */
type Stored = ReadonlyMap<string, ReadonlyMap<string, StoredScope>>;

const NOTHING_STORED: StoredScope = { guard: null, finding: null };

/**
 * A rule may cite no protected field; a free text that it may cite, such as the name of a contract, can hold a telephone all
 * the same. From here the words go to the list, the alerts and out to webhooks.
 */
function withoutPersonalData(explanation: string, evaluation: Evaluation): string {
  return maskText(explanation, { keep: [evaluation.scope, ...Object.values(evaluation.subjects)] });
}

/** Takes the ticket out of the evaluations under way; tells whether an older one is still among them. */
async function endEvaluation(client: ClientBase, ticket: EvaluationTicket): Promise<boolean> {
  const sql = `WITH own AS (DELETE FROM finding_evaluation WHERE ticket = $1 RETURNING ticket)
    SELECT EXISTS (SELECT FROM own) AS ended, EXISTS (SELECT FROM finding_evaluation WHERE ticket < $1) AS older`;
  const { ended, older } = await row(client, endedSchema, sql, [ticket.ticket]);
  if (!ended) throw new TicketExpiredError(`evaluation ${ticket.ticket} was given up for dead`);
  return older;
}

async function readStored(
  client: ClientBase,
  rules: readonly FindingRule[],
  scopes: readonly string[],
  /** Locked for a commit: a person may decide at the same moment, and what is planned rests on the status. */
  lock: 'FOR UPDATE' | '' = '',
): Promise<Stored> {
  const key = [rules.map((rule) => rule.id), scopes];
  const guards = await rows(
    client,
    guardSchema,
    'SELECT rule_id, scope, ticket, hit, due_at_ms, digest FROM finding_scope WHERE rule_id = ANY($1) AND scope = ANY($2)',
    key,
  );
  const findings = await rows(
    client,
    storedFindingSchema,
    `SELECT rule_id, scope, id, status, holds, severity, rule_version, rule_overlay, township_code, unit_id, problem_class FROM finding WHERE rule_id = ANY($1) AND scope = ANY($2) ${lock}`,
    key,
  );
  const stored = new Map(rules.map(({ id }) => [id, new Map<string, StoredScope>()]));
  for (const { rule_id: ruleId, scope, ticket, hit, due_at_ms: dueAtMs, digest } of guards)
    stored.get(ruleId)?.set(scope, { guard: { ticket, hit, dueAtMs, digest }, finding: null });
  for (const {
    rule_id: ruleId,
    scope,
    id,
    status,
    holds,
    severity,
    rule_version: ruleVersion,
    rule_overlay: ruleOverlay,
    township_code: townshipCode,
    unit_id: unitId,
    problem_class: problemClass,
  } of findings) {
    const ofRule = stored.get(ruleId);
    const before = ofRule?.get(scope) ?? NOTHING_STORED;
    const finding = {
      id,
      status,
      holds,
      severity: severityOfRank(severity),
      townshipCode,
      unitId,
      problemClass,
      ruleVersion,
      ruleOverlay,
    };
    ofRule?.set(scope, { ...before, finding });
  }
  return stored;
}

function compareAnswers(ticket: EvaluationTicket, evaluated: EvaluatedScopes, stored: Stored): Comparison {
  const answers = new Map(
    evaluated.evaluations.map((evaluation) => [answerKey(evaluation.ruleId, evaluation.scope), evaluation]),
  );
  const differences: Difference[] = [];
  const superseded = new Set<string>();
  for (const rule of evaluated.group.rules) {
    for (const scope of evaluated.scopes) {
      const { guard, finding } = stored.get(rule.id)?.get(scope) ?? NOTHING_STORED;
      const evaluation = answers.get(answerKey(rule.id, scope)) ?? null;
      if (guard && guard.ticket > ticket.ticket) {
        superseded.add(scope);
        continue;
      }
      const holds = finding?.holds ?? false;
      const before = { hit: guard?.hit ?? false, dueAtMs: guard?.dueAtMs ?? null, digest: guard?.digest ?? NO_HIT_DIGEST };
      const after = {
        hit: evaluation?.hit ?? false,
        dueAtMs: evaluation?.dueAtMs ?? null,
        digest: evaluation ? digestOf(evaluation, rule.version) : NO_HIT_DIGEST,
      };
      const sameFinding = before.hit === after.hit && before.digest === after.digest && holds === after.hit;
      if (sameFinding && before.dueAtMs === after.dueAtMs) continue;
      differences.push({ ruleId: rule.id, scope, kind: sameFinding ? 'wake-up' : 'finding', stored: before, evaluated: after });
    }
  }
  return { differences, supersededScopes: [...superseded] };
}

async function writeOffsets(client: ClientBase, offsets: readonly PartitionOffset[]): Promise<void> {
  for (const offset of offsets) {
    await execute(
      client,
      `INSERT INTO finding_offset (topic, partition, next_offset) VALUES ($1, $2, $3)
       ON CONFLICT (topic, partition) DO UPDATE SET next_offset = greatest(finding_offset.next_offset, excluded.next_offset)`,
      [offset.topic, offset.partition, offset.nextOffset],
    );
  }
}

function countEvents(changes: readonly FindingChange[]): CommitResult['events'] {
  const events: Partial<Record<FindingEvent, number>> = {};
  for (const { event } of changes) events[event] = (events[event] ?? 0) + 1;
  return events;
}
