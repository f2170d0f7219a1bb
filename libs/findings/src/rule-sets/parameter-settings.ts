import { RefusedError, sha256Hex, type Clock, type EpochMs } from '@tianyan/kernel';
import { execute, inTransaction, maybeRow, rows, type ClientBase, type Pool, type Queryable } from '@tianyan/postgres';
import {
  contradictions,
  overlaid,
  parameterSettingsSchema,
  type OverlaidRule,
  type ParameterSetting,
  type RuleDefinition,
} from '@tianyan/rules';
import { z } from 'zod';
import { takeCommitLock } from '../commit-lock.js';
import { beginEpoch } from './epoch.js';

/** Changes shown of one rule, the newest; a county sets the values of a rule some times a year. */
export const MAX_SHOWN_PARAMETER_CHANGES = 100;

/** Whether a rule fits the record types that there are. */
export type FitsRecords = (rule: RuleDefinition) => boolean;

/** All settings of a rule, as they stood from one change to the next. */
export interface ParameterChange {
  ruleId: string;
  /** Null: there are none any more. */
  digest: string | null;
  settings: readonly ParameterSetting[];
  /** Sign-in name. */
  actor: string;
  reason: string;
  /** Machine clock. */
  changedAtMs: EpochMs;
}

const changeSchema = z
  .object({
    rule_id: z.string(),
    digest: z.string().nullable(),
    settings: parameterSettingsSchema,
    actor: z.string(),
    reason: z.string(),
    changed_at_ms: z.int(),
  })
  .transform(({ rule_id: ruleId, changed_at_ms: changedAtMs, ...rest }): ParameterChange => ({ ruleId, changedAtMs, ...rest }));
const digestSchema = z.object({ digest: z.string().nullable() });
const settingsSchema = z.object({ settings: parameterSettingsSchema });

const CHANGES = 'SELECT rule_id, digest, settings, actor, reason, changed_at_ms FROM finding_parameter_change';
const NO_LONGER_FITS = '规则的文字改了，按这些参数已经不能研判，现在按规则自己的取值研判';

/**
 * A rule with a county's settings. Where it would fit no records with them, which only a newer text can bring about, the text alone is
 * judged and every setting is told as a misfit: one county's number must not stop all rules.
 */
export function asSet(rule: RuleDefinition, settings: readonly ParameterSetting[], fits: FitsRecords): OverlaidRule {
  const set = overlaid(rule, settings);
  if (set.rule === rule || fits(set.rule)) return set;
  return { rule, misfits: settings.map((setting) => ({ setting, reason: NO_LONGER_FITS })) };
}

/** What a county has set for the parameters of rules, with every change there was. */
export class ParameterSettings {
  /** @param clock the machine's */
  constructor(
    private readonly pool: Pool,
    private readonly clock: Clock,
  ) {}

  /** The settings that stand, of each rule that has some. */
  async standing(): Promise<ReadonlyMap<string, ParameterChange>> {
    const newest = await rows(
      this.pool,
      changeSchema,
      `SELECT * FROM (SELECT DISTINCT ON (rule_id) rule_id, digest, settings, actor, reason, changed_at_ms
       FROM finding_parameter_change ORDER BY rule_id, seq DESC) newest WHERE digest IS NOT NULL`,
    );
    return new Map(newest.map((change) => [change.ruleId, change]));
  }

  /** Changes of one rule, newest first. */
  async historyOf(ruleId: string): Promise<readonly ParameterChange[]> {
    return rows(this.pool, changeSchema, `${CHANGES} WHERE rule_id = $1 ORDER BY seq DESC LIMIT ${MAX_SHOWN_PARAMETER_CHANGES}`, [
      ruleId,
    ]);
  }

  /** Settings as they stood once; empty for null. */
  async version(digest: string | null): Promise<readonly ParameterSetting[]> {
    if (digest === null) return [];
    const found = await maybeRow(
      this.pool,
      settingsSchema,
      'SELECT settings FROM finding_parameter_change WHERE digest = $1 LIMIT 1',
      [digest],
    );
    return found?.settings ?? [];
  }

  /** Throws RefusedError `conflict` where other settings stand than those that the person has seen. */
  async assertStanding(ruleId: string, before: string | null): Promise<void> {
    await assertStandingIn(this.pool, ruleId, before);
  }

  /**
   * Sets all values of a rule anew, and begins an epoch: the rule alone is judged again.
   * @param input.before digest of the settings that the person has seen; throws RefusedError `conflict` where others stand by now
   * @param input.also what stands or falls with it, such as its entry in the audit log
   */
  async save(input: {
    ruleId: string;
    settings: readonly ParameterSetting[];
    before: string | null;
    actor: string;
    reason: string;
    also?: (client: ClientBase) => Promise<void>;
  }): Promise<void> {
    const { ruleId, before, actor, reason, also } = input;
    const settings = checkedSettings(input.settings);
    const digest = settings.length === 0 ? null : sha256Hex(JSON.stringify([ruleId, settings]));
    const changedAtMs = this.clock.nowMs();
    await inTransaction(this.pool, async (client) => {
      // Before the lock, so that live work does not wait for it; what is refused is undone all the same.
      await also?.(client);
      await takeCommitLock(client);
      await assertStandingIn(client, ruleId, before);
      if (digest === before) throw new RefusedError('invalid', '参数没有改动，不用保存');
      await execute(
        client,
        `INSERT INTO finding_parameter_change (rule_id, digest, settings, actor, reason, changed_at_ms) VALUES ($1, $2, $3, $4, $5, $6)`,
        [ruleId, digest, JSON.stringify(settings), actor, reason, changedAtMs],
      );
      await beginEpoch(client, { actor, reason, atMs: changedAtMs });
    });
  }
}

async function assertStandingIn(client: Queryable, ruleId: string, before: string | null): Promise<void> {
  const standing = await maybeRow(
    client,
    digestSchema,
    'SELECT digest FROM finding_parameter_change WHERE rule_id = $1 ORDER BY seq DESC LIMIT 1',
    [ruleId],
  );
  if ((standing?.digest ?? null) !== before)
    throw new RefusedError('conflict', '别人刚刚改过这条规则的参数，请刷新页面，看过现在的取值再改');
}

/** Throws RefusedError where settings contradict each other. */
export function checkedSettings(settings: readonly ParameterSetting[]): readonly ParameterSetting[] {
  const problems = contradictions(settings);
  if (problems.length > 0) throw new RefusedError('invalid', problems.join('\n'));
  return parameterSettingsSchema.parse(settings);
}
