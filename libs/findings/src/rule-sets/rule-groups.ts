import type { WorkingCalendar } from '@tianyan/calendar';
import { platformFinding, type Catalogue } from '@tianyan/contracts';
import { sha256Hex } from '@tianyan/kernel';
import {
  compileRules,
  LANGUAGE_VERSION,
  toldNames,
  withYearsWithoutNotice,
  type CompiledRule,
  type Evaluation,
  type KnownNotices,
  type RuleDefinition,
} from '@tianyan/rules';
import { causeQuery } from '../cause-query.js';
import type { EvaluationGroup, FindingRule } from '../ports.js';
import type { SetMember } from './epoch.js';

export interface RuleGroupsInput {
  rules: readonly RuleDefinition[];
  /** The epoch in which they are judged; missing: there are no sets, as in a trial of some rules. */
  epoch?: number;
  /** As which members of that epoch's set; missing: as above. */
  members?: ReadonlyMap<string, SetMember>;
  catalogue: Catalogue;
  /** Changes with the working calendar: the rules that count working days must then be swept. */
  calendarFingerprint: string;
  /** With it touched scopes are judged in this process. It must be the one in the calendar's table. */
  calendar?: WorkingCalendar;
  /** Findings whose deadlines were counted in years without a notice say so; missing: nobody asks. */
  notices?: KnownNotices;
  /** Chinese text that names the figures. */
  explain(rule: RuleDefinition, evaluation: Evaluation): string;
}

/** Compiles rules into the groups that are evaluated together. Throws InvalidRuleError, in Chinese. */
export function evaluationGroups(input: RuleGroupsInput): EvaluationGroup[] {
  return compileRules(input.rules, input.catalogue).map((group) => {
    const definitions = group.rules.map(({ rule }) => rule);
    const judge = input.calendar && group.inProcess(input.calendar);
    const byId = new Map(definitions.map((rule) => [rule.id, rule]));
    return {
      groupId: group.groupId,
      ...(group.everyMs !== undefined && { everyMs: group.everyMs }),
      ...(group.cohorts && { cohorts: group.cohorts }),
      epoch: input.epoch ?? null,
      recordTypes: group.recordTypes,
      rules: group.rules.map((compiled) => findingRule(compiled, input)),
      touched: (type, batches) => group.touched(type, batches),
      touchedByKeys: (type, rows) => group.touchedByKeys(type, rows),
      // What is judged whole is changed by no batch in particular.
      touching: (type, batches, scopes) =>
        group.everyMs === undefined
          ? causeQuery({ rules: definitions, catalogue: input.catalogue, type, batches, scopes })
          : null,
      evaluate: (evaluation) => group.evaluate(evaluation),
      ...(judge && { sampled: (slice, limit) => group.sampled(slice, limit) }),
      parseRow: (row) => group.parseRow(row).map((evaluation) => noted(evaluation, byId.get(evaluation.ruleId), input.notices)),
      isUndecided: (scope, nowMs) => group.isUndecided(scope, nowMs),
      canWait: () => group.canWait,
      ...(judge && {
        inProcess: {
          judge: async (scopes, nowMs, ask, how) =>
            (await judge.judge(scopes, nowMs, ask, how)).map((evaluation) =>
              noted(evaluation, byId.get(evaluation.ruleId), input.notices),
            ),
        },
      }),
      explain: (evaluation) => {
        const rule = byId.get(evaluation.ruleId);
        if (!rule) throw new Error(`${evaluation.ruleId} does not belong to group ${group.groupId}`);
        return input.explain(rule, evaluation);
      },
      only: (ids) => evaluationGroups({ ...input, rules: definitions.filter(({ id }) => ids.includes(id)) })[0] ?? null,
    };
  });
}

function noted(evaluation: Evaluation, rule: RuleDefinition | undefined, notices: KnownNotices | undefined): Evaluation {
  return rule && notices ? withYearsWithoutNotice(rule, evaluation, notices) : evaluation;
}

/** Examples and words for people change no answer; a rule that differs only there need not be swept. */
function findingRule({ rule, usesCalendar }: CompiledRule, { calendarFingerprint, members }: RuleGroupsInput): FindingRule {
  const { examples: _examples, description: _description, basis: _basis, explanation: _explanation, ...rest } = rule;
  const { amountAtStake, ...said } = rest;
  // Which of its numbers are told is part of an answer, and the explanation decides it.
  const told = toldNames(rule);
  return {
    id: rule.id,
    version: rule.version,
    title: rule.title,
    problemClass: rule.class,
    severity: rule.severity,
    member: members?.get(rule.id) ?? null,
    ...(amountAtStake !== undefined && { amountFigure: amountAtStake }),
    readsFindings: Object.values(rule.inputs).some(({ type }) => type === platformFinding.type),
    fingerprint: sha256Hex(
      JSON.stringify([said, usesCalendar ? calendarFingerprint : null, LANGUAGE_VERSION, ...(told.length > 0 ? [told] : [])]),
    ),
  };
}
