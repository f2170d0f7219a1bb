import type { WorkingCalendar } from '@tianyan/calendar';
import { builtInCatalogue, type AnyRecord, type Catalogue } from '@tianyan/contracts';
import type { RuleDefinition } from '@tianyan/rules';
import { judgeAbsence } from './absence.js';
import { judgeCount, judgeMatch } from './count-and-match.js';
import { judgeDuration } from './duration.js';
import { judgeJoin } from './join.js';
import { isJudgedWhole } from './judged-whole.js';
import { newest, type OracleRecord } from './records.js';
import { RuleView, ScopeView, type Verdict } from './scope-view.js';
import { judgeOutlier } from './outlier.js';
import { judgeRatio } from './ratio.js';
import { judgeRotation } from './rotation.js';
import { judgeScore } from './score.js';
import { judgeSequence } from './sequence.js';
import { judgeSplit } from './split.js';
import { judgeSimilar } from './similar.js';
import { spokenOf } from './spoken.js';
import { judgeSql } from './sql.js';
import { toldNumbers } from './told.js';

export type { OracleRecord } from './records.js';

/** What the oracle says of one scope; scopes without hit and wake-up are left out. */
export interface OracleAnswer {
  scope: string;
  hit: boolean;
  occurredAtMs: number | null;
  dueAtMs: number | null;
  /** `type id version hash`, sorted, each once: the language does not say which role a record has that plays two. */
  evidence: string[];
  /** Null: there must be none. */
  figures: Record<string, string | number | null>;
  subjects: Record<string, string | null>;
}

/**
 * The rule language read word by word, without any thought of speed or SQL. It knows neither scopes touched nor
 * wake-ups: it looks at all versions of all records, every time.
 */
export function oracle(input: {
  rule: RuleDefinition;
  catalogue: Catalogue;
  calendar: WorkingCalendar;
  /** Every version that ever arrived. */
  versions: readonly OracleRecord[];
  nowMs: number;
}): OracleAnswer[] {
  const view = new RuleView(input.rule, input.catalogue, newest(input.versions), input.nowMs, input.calendar);
  const answers: OracleAnswer[] = [];
  for (const key of view.scopes()) {
    const scope = new ScopeView(view, key);
    const verdict = judge(input.rule, scope, input.calendar);
    // What is judged whole waits for its next turn, not for an instant.
    const instants = isJudgedWhole(input.rule)
      ? []
      : [...verdict.pendingMs, ...(verdict.undecided ? [] : scope.futureInstants())];
    const dueAtMs = instants.length > 0 ? Math.min(...instants) : null;
    if (!verdict.hit && dueAtMs === null) continue;
    const spoken = verdict.hit ? spokenOf(input.rule, scope, input.catalogue, verdict) : { figures: {}, subjects: {} };
    const evidence = [...new Set(verdict.evidence.map(({ record }) => evidenceText(record)))].sort();
    answers.push({
      scope: key,
      hit: verdict.hit,
      occurredAtMs: verdict.occurredAtMs,
      dueAtMs,
      evidence,
      figures: { ...verdict.figures, ...(verdict.hit ? toldNumbers(input.rule, scope) : {}), ...spoken.figures },
      subjects: spoken.subjects,
    });
  }
  return answers;
}

/** Of the versions of several histories those that are judged together: peers are found wherever they are. */
export function judgedTogether(
  { kind }: RuleDefinition,
  histories: readonly (readonly OracleRecord[])[],
): readonly (readonly OracleRecord[])[] {
  return kind === 'outlier' ? [histories.flat()] : histories;
}

export function evidenceText(record: { type: string; id: string; version: number; hash: string }): string {
  return `${record.type} ${record.id} v${record.version} ${record.hash}`;
}

function judge(rule: RuleDefinition, scope: ScopeView, calendar: WorkingCalendar): Verdict {
  switch (rule.kind) {
    case 'match':
      return judgeMatch(rule, scope);
    case 'count':
      return judgeCount(rule, scope);
    case 'ratio':
      return judgeRatio(rule, scope);
    case 'outlier':
      return judgeOutlier(rule, scope);
    case 'sequence':
      return judgeSequence(rule, scope);
    case 'absence':
      return judgeAbsence(rule, scope, calendar);
    case 'join':
      return judgeJoin(rule, scope, calendar);
    case 'duration':
      return judgeDuration(rule, scope);
    case 'rotation':
      return judgeRotation(rule, scope);
    case 'split':
      return judgeSplit(rule, scope);
    case 'similar':
      return judgeSimilar(rule, scope);
    case 'score':
      return judgeScore(rule, scope);
    case 'sql':
      return judgeSql(rule, scope);
  }
}

/** A version of a record as it came from the stream. */
export function oracleRecord(type: string, record: AnyRecord, streamOffset: number): OracleRecord {
  const { id, version, hash, atMs, source, op } = record;
  const fields = record.fields ?? {};
  const named = builtInCatalogue.get(type).order;
  const order = named === null ? 0 : Number(fields[named] ?? 0);
  return { type, id, version, streamOffset, hash, atMs, source, deleted: op === 'delete', fields, order };
}
