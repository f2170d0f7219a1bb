import type { EpochMs } from '@tianyan/kernel';
import { rows, type Queryable } from '@tianyan/postgres';
import { packOf, type RuleDefinition, type RulePack } from '@tianyan/rules';
import { z } from 'zod';

/** What a person has set for a pack or a rule. */
export interface RuleSwitch {
  enabled: boolean;
  /** Only records of these sources make a problem; null: of all. */
  sources: readonly string[] | null;
  reason: string;
  /** Sign-in name. */
  actor: string;
  /** Machine clock. */
  changedAtMs: EpochMs;
}

/** All switches. A pack or rule that is missing is on, for all sources. */
export interface SwitchState {
  packs: ReadonlyMap<string, RuleSwitch>;
  rules: ReadonlyMap<string, RuleSwitch>;
}

/** Rules that are switched together: a pack, by a switch of its own, or some of them, each by its own. */
export type SwitchTarget = { kind: 'pack'; id: string } | { kind: 'rules'; ids: readonly string[] };

/** What a person sets at once. */
export interface SwitchChange {
  target: SwitchTarget;
  enabled: boolean;
  /** Null: of all. */
  sources: readonly string[] | null;
}

/** Whether the change is about this rule. */
export function isSwitched({ target }: SwitchChange, ruleId: string): boolean {
  return target.kind === 'pack' ? packOf(ruleId) === target.id : target.ids.includes(ruleId);
}

/** The switches as they would stand after the change. */
export function switched({ packs, rules }: SwitchState, { target, enabled, sources }: SwitchChange): SwitchState {
  const to: RuleSwitch = { enabled, sources, reason: '', actor: '', changedAtMs: 0 };
  if (target.kind === 'pack') return { packs: new Map([...packs, [target.id, to]]), rules };
  return { packs, rules: new Map([...rules, ...target.ids.map((id) => [id, to] as const)]) };
}

/** The switches as they would stand were this rule limited to these sources, null: to none. */
export function limitedBy({ packs, rules }: SwitchState, ruleId: string, sources: readonly string[] | null): SwitchState {
  const unset: RuleSwitch = { enabled: true, sources: null, reason: '', actor: '', changedAtMs: 0 };
  return { packs, rules: new Map([...rules, [ruleId, { ...(rules.get(ruleId) ?? unset), sources }]]) };
}

export const NOTHING_SWITCHED: SwitchState = { packs: new Map(), rules: new Map() };

const switchSchema = z.object({
  kind: z.enum(['pack', 'rule']),
  id: z.string(),
  enabled: z.boolean(),
  sources: z.array(z.string()).nullable(),
  reason: z.string(),
  actor: z.string(),
  changed_at_ms: z.int(),
});
type SwitchRow = z.output<typeof switchSchema>;

function toSwitch({ enabled, sources, reason, actor, changed_at_ms: changedAtMs }: SwitchRow): RuleSwitch {
  return { enabled, sources, reason, actor, changedAtMs };
}

export async function readSwitches(client: Queryable): Promise<SwitchState> {
  const set = await rows(client, switchSchema, 'SELECT * FROM finding_rule_switch');
  const of = (kind: SwitchRow['kind']) => new Map(set.filter((row) => row.kind === kind).map((row) => [row.id, toSwitch(row)]));
  return { packs: of('pack'), rules: of('rule') };
}

/** What the switches mean for one rule. */
export interface EffectiveSwitch {
  pack: RulePack;
  enabled: boolean;
  /** Null: all. */
  sources: readonly string[] | null;
}

/**
 * A rule runs when both its pack and itself are on; over the sources that its file, its pack and its own switch all allow. A
 * rule to which no source is left does not run.
 */
export function effectiveSwitch(rule: Pick<RuleDefinition, 'id' | 'sources'>, state: SwitchState): EffectiveSwitch {
  const pack = packOf(rule.id);
  const switches = [state.packs.get(pack), state.rules.get(rule.id)].filter((one) => one !== undefined);
  const limits = [rule.sources ?? null, ...switches.map(({ sources }) => sources)].filter((limit) => limit !== null);
  const [first, ...others] = limits;
  const sources = first?.filter((source) => others.every((limit) => limit.includes(source))).toSorted() ?? null;
  return { pack, enabled: switches.every(({ enabled }) => enabled) && sources?.length !== 0, sources };
}
