import { RefusedError, sha256Hex, type Clock } from '@tianyan/kernel';
import { inTransaction, maybeRow, rows, type ClientBase, type Pool } from '@tianyan/postgres';
import { InvalidRuleError, parameterSettingsSchema, parseRule, type RuleDefinition, type RuleText } from '@tianyan/rules';
import { z } from 'zod';
import { untriedReasonOf } from '../drafts/untried.js';
import { takeCommitLock } from '../commit-lock.js';
import { beginEpoch, currentEpoch, setMemberSchema, type EpochCause, type SetMember } from './epoch.js';
import { filesToTake, RULE_ORIGINS } from './files-to-take.js';
import { asSet, type FitsRecords } from './parameter-settings.js';
import {
  approvedText,
  assertNewest,
  beginShadow,
  endShadow,
  keepVersion,
  letStand,
  notePublished,
  publishable,
  retire,
  type PersonsCause,
  type PublishedAs,
} from './publications.js';
import {
  MEMBER_PROGRESS,
  RULE_PROGRESS,
  retiredSchema,
  shadowSchema,
  toVersion,
  VERSION_COLUMNS,
  type RetiredRule,
  type RuleProgress,
  type RuleVersion,
  type ShadowRule,
  versionSchema,
} from './rule-versions.js';
import { shadowIdOf } from './shadow.js';

/** What is judged in one epoch, each rule under the name by which it answers. Never changed: a newer set takes its place. */
export interface RuleSet {
  epoch: number;
  rules: readonly { rule: RuleDefinition; member: SetMember }[];
}

/** What files changed when a process was started with them. */
export interface TakenFiles {
  published: readonly string[];
  retired: readonly string[];
  /** Left as they are: a newer version was published at the console, or a person has retired the rule. */
  left: readonly string[];
}

/** Texts of one answer: those of one rule, or one each of all rules. A county runs some hundreds. */
const MAX_SHOWN_VERSIONS = 2_000;

/** Null where a set is empty. */
const memberSchema = z.object({
  epoch: z.int(),
  member: setMemberSchema.nullable(),
  rule_id: z.string().nullable(),
  yaml: z.string().nullable(),
  settings: parameterSettingsSchema.nullable(),
});
const progressSchema = z.object({ rule_id: z.string(), progress: z.enum(RULE_PROGRESS) });
const publishedSchema = z.object({
  ruleId: z.string(),
  digest: z.string().nullable(),
  version: z.int(),
  filesUpTo: z.int().nullable(),
  origin: z.enum(RULE_ORIGINS),
  actor: z.string().nullable(),
});
const textSchema = z.object({ yaml: z.string(), stands: z.boolean() });
const TEXT_OF_RULE = `SELECT v.yaml, coalesce(p.digest = v.digest, false) AS stands FROM finding_rule_version v
  LEFT JOIN finding_published_rule p USING (rule_id) WHERE v.rule_id = $1 AND v.digest = $2`;
const NO_SHADOW = '这条规则没有在影子运行，请刷新页面';

/**
 * The rules in PostgreSQL: every text that was ever published, whole; which of them stand; and, epoch by epoch, what is judged.
 * Publishing, retiring and switching begin an epoch; correlators take it over at the border of a batch.
 */
export class RuleSets {
  /** Texts never change, so what one means is worked out once. */
  private parsed: ReadonlyMap<string, RuleDefinition> = new Map();

  /** @param clock the machine's */
  constructor(
    private readonly pool: Pool,
    private readonly clock: Clock,
    /** Where the rules are judged: whether one fits the records. What a county set must not end what its text alone says. */
    private readonly fits: FitsRecords = () => true,
  ) {}

  async epoch(): Promise<number> {
    return currentEpoch(this.pool);
  }

  /** The newest set. Throws RefusedError where it has a rule that this program cannot read. */
  async newest(): Promise<RuleSet> {
    // One statement: the rules of one epoch under the number of another would withdraw what they do not name.
    const members = await rows(
      this.pool,
      memberSchema,
      `SELECT e.epoch, m.member, v.rule_id, v.yaml,
         (SELECT c.settings FROM finding_parameter_change c WHERE c.digest = m.member ->> 'overlay' LIMIT 1) AS settings FROM finding_rule_epoch e LEFT JOIN finding_rule_set s USING (epoch)
       LEFT JOIN LATERAL jsonb_array_elements(s.rules) WITH ORDINALITY AS m (member, n) ON true
       LEFT JOIN finding_rule_version v ON v.digest = m.member ->> 'digest' ORDER BY m.n`,
    );
    const rules = members.flatMap(({ member, rule_id: id, yaml, settings }) => {
      if (member === null) return [];
      if (id === null || yaml === null) throw new Error(`no text of a rule has the digest ${member.digest}, which the set names`);
      const text = this.read(id, member.digest, yaml);
      const set = asSet(text, settings ?? [], this.fits).rule;
      const limited = member.sources === null ? set : { ...set, sources: [...member.sources] };
      return [{ rule: member.shadow ? { ...limited, id: shadowIdOf(id) } : limited, member, text }];
    });
    // Texts that have left the set are forgotten with it.
    this.parsed = new Map(rules.map(({ member, text }) => [member.digest, text]));
    return { epoch: members[0]?.epoch ?? 0, rules: rules.map(({ rule, member }) => ({ rule, member })) };
  }

  /** The texts that stand, judged or switched off. */
  async published(): Promise<readonly RuleVersion[]> {
    return this.versionsWhere('p.digest = v.digest', []);
  }

  /** The rules that were taken away, each with the text that stood last. */
  async retired(): Promise<readonly RetiredRule[]> {
    const found = await rows(
      this.pool,
      retiredSchema,
      `SELECT DISTINCT ON (v.rule_id COLLATE "C") ${VERSION_COLUMNS},
         p.actor AS retired_by, p.reason AS retired_reason, p.changed_at_ms AS retired_at_ms
       FROM finding_published_rule p JOIN finding_rule_version v USING (rule_id, version) WHERE p.digest IS NULL
       ORDER BY v.rule_id COLLATE "C", v.published_at_ms DESC LIMIT ${MAX_SHOWN_VERSIONS}`,
    );
    return found.map((row) => ({
      last: toVersion(row, readOrNull(row.yaml)),
      actor: row.retired_by,
      reason: row.retired_reason,
      retiredAtMs: row.retired_at_ms,
    }));
  }

  /** One text; null: there is none. */
  async version(digest: string): Promise<RuleVersion | null> {
    return (await this.versionsWhere('v.digest = $1', [digest]))[0] ?? null;
  }

  /** All texts of a rule that was ever published, newest first. */
  async versionsOf(ruleId: string): Promise<readonly RuleVersion[]> {
    return this.versionsWhere('v.rule_id = $1', [ruleId]);
  }

  /** How far each rule of the newest set is, by the name under which it is judged. */
  async progress(): Promise<ReadonlyMap<string, RuleProgress>> {
    const members = await rows(this.pool, progressSchema, MEMBER_PROGRESS);
    return new Map(members.map((member) => [member.rule_id, member.progress]));
  }

  /** Makes what stands what the files say, as far as no person has decided otherwise since. For the start of a correlator. */
  async takeFiles(files: readonly RuleText[]): Promise<TakenFiles> {
    return this.change({ actor: null, reason: '程序启动时载入规则文件', atMs: this.clock.nowMs() }, async (client, cause) => {
      const standing = await rows(
        client,
        publishedSchema,
        'SELECT rule_id AS "ruleId", digest, version, files_up_to AS "filesUpTo", origin, actor FROM finding_published_rule',
      );
      const texts = files.map((file) => ({ ...file, digest: sha256Hex(file.yaml) }));
      const plan = filesToTake(texts, standing);
      for (const text of plan.publish) {
        await keepVersion(client, text, cause);
        await letStand(client, { ...text, ruleId: text.rule.id, version: text.rule.version }, cause);
      }
      for (const ruleId of plan.retire) await retire(client, ruleId, { ...cause, reason: '规则文件已不在' });
      const taken = { published: plan.publish.map(({ rule }) => rule.id), retired: plan.retire, left: plan.left };
      return { hasChanged: plan.publish.length + plan.retire.length > 0, result: taken };
    });
  }

  /**
   * Publishes the text of a draft as a second person has approved it; it is judged as soon as a correlator has evaluated all that
   * there is by it. Throws InvalidRuleError for no rule, RefusedError where nobody has approved exactly this text, where it was not
   * tried over the records and nobody says why, or where the version is not newer than all that there were.
   * @param check throws where the rule does not fit the catalogue
   * @returns the rule, and the reason that is kept for not trying it; null: it was tried
   */
  async publishDraft(
    input: { draftId: string; as: PublishedAs; actor: string; reason: string; untriedReason: string | null },
    check: (yaml: string) => RuleDefinition,
  ): Promise<{ rule: RuleDefinition; untriedReason: string | null }> {
    return this.byPerson(input, async (client, cause) => {
      const { yaml, isTried } = await approvedText(client, input.draftId);
      const untriedReason = untriedReasonOf(isTried, input.untriedReason);
      const rule = check(yaml);
      await assertNewest(client, rule);
      const text = publishable(rule, yaml);
      await keepVersion(client, text, cause, untriedReason);
      if (input.as === 'shadow') await beginShadow(client, rule.id, text.digest, cause);
      else await letStand(client, { ...text, ruleId: rule.id, version: rule.version }, cause);
      await notePublished(client, input.draftId, input.as, { ...cause, untriedReason });
      return { rule, untriedReason };
    });
  }

  /**
   * Lets a text stand again that was published before: in the place of a newer one, of one that was taken away, or of the shadow that
   * it was judged as. Throws RefusedError where there is none, or it stands.
   * @param check throws where the rule does not fit the catalogue by now
   */
  async restore(
    input: { ruleId: string; digest: string; actor: string; reason: string },
    check: (yaml: string) => RuleDefinition,
  ): Promise<RuleDefinition> {
    return this.byPerson(input, async (client, cause) => {
      const { ruleId, digest } = input;
      const text = await maybeRow(client, textSchema, TEXT_OF_RULE, [ruleId, digest]);
      if (!text) throw new RefusedError('not-found', '没有发布过这一版，请刷新页面');
      if (text.stands) throw new RefusedError('conflict', '现行的就是这一版，不用恢复');
      const rule = check(text.yaml);
      await letStand(client, { ruleId, digest, version: rule.version, origin: 'console' }, cause);
      return rule;
    });
  }

  /** Lets the text speak that is judged in shadow; what it finds is new to everybody. Throws RefusedError `not-found`. */
  async makeLive(
    input: { ruleId: string; actor: string; reason: string },
    check: (yaml: string) => RuleDefinition,
  ): Promise<RuleDefinition> {
    const shadow = (await this.shadows()).find(({ text }) => text.ruleId === input.ruleId);
    if (!shadow) throw new RefusedError('not-found', NO_SHADOW);
    return this.restore({ ...input, digest: shadow.text.digest }, check);
  }

  /** What it had found is forgotten. Throws RefusedError `not-found`. */
  async endShadow(input: { ruleId: string; actor: string; reason: string }): Promise<void> {
    await this.byPerson(input, async (client) => {
      if ((await endShadow(client, input.ruleId)) === null) throw new RefusedError('not-found', NO_SHADOW);
    });
  }

  /** No correlator judges the rule any more, nor in shadow; what it had found is withdrawn. Throws RefusedError `not-found`. */
  async retire(input: { ruleId: string; actor: string; reason: string }): Promise<void> {
    await this.byPerson(input, async (client, cause) => {
      if (!(await retire(client, input.ruleId, cause)))
        throw new RefusedError('not-found', '没有这条规则，或者它已经撤下，请刷新页面');
      await endShadow(client, input.ruleId);
    });
  }

  /** The rules that are judged in shadow, by id. */
  async shadows(): Promise<readonly ShadowRule[]> {
    const found = await rows(
      this.pool,
      shadowSchema,
      `SELECT ${VERSION_COLUMNS}, s.actor AS shadow_by, s.reason AS shadow_reason, s.changed_at_ms AS shadow_since_ms
       FROM finding_shadow_rule s JOIN finding_rule_version v USING (digest)
       LEFT JOIN finding_published_rule p ON p.rule_id = v.rule_id ORDER BY v.rule_id COLLATE "C" LIMIT ${MAX_SHOWN_VERSIONS}`,
    );
    return found.map((one) => ({
      text: toVersion(one, readOrNull(one.yaml)),
      actor: one.shadow_by,
      reason: one.shadow_reason,
      sinceMs: one.shadow_since_ms,
    }));
  }

  private async byPerson<T>(
    { actor, reason }: { actor: string; reason: string },
    work: (client: ClientBase, cause: PersonsCause) => Promise<T>,
  ): Promise<T> {
    const cause = { actor, reason, atMs: this.clock.nowMs() };
    return this.change(cause, async (client) => ({ hasChanged: true, result: await work(client, cause) }));
  }

  private async change<T>(
    cause: EpochCause,
    work: (client: ClientBase, cause: EpochCause) => Promise<{ hasChanged: boolean; result: T }>,
  ): Promise<T> {
    return inTransaction(this.pool, async (client) => {
      await takeCommitLock(client);
      const { hasChanged, result } = await work(client, cause);
      if (hasChanged) await beginEpoch(client, cause);
      return result;
    });
  }

  private async versionsWhere(condition: string, values: readonly unknown[]): Promise<readonly RuleVersion[]> {
    const found = await rows(
      this.pool,
      versionSchema,
      `SELECT ${VERSION_COLUMNS} FROM finding_rule_version v LEFT JOIN finding_published_rule p ON p.rule_id = v.rule_id
       WHERE ${condition} ORDER BY v.rule_id COLLATE "C", v.published_at_ms DESC, v.version DESC LIMIT ${MAX_SHOWN_VERSIONS}`,
      values,
    );
    return found.map((row) => toVersion(row, this.parsed.get(row.digest) ?? readOrNull(row.yaml)));
  }

  private read(id: string, digest: string, yaml: string): RuleDefinition {
    const known = this.parsed.get(digest);
    if (known) return known;
    try {
      return parseRule(yaml);
    } catch (error) {
      if (!(error instanceof InvalidRuleError)) throw error;
      throw new RefusedError(
        'conflict',
        `规则库里的规则 ${id} 用到了本版本程序不认识的写法，请用发布它的版本（或更新的版本）启动。${error.message}`,
      );
    }
  }
}

/** A text of long ago may be in a language that is no longer spoken: it is shown all the same. */
function readOrNull(yaml: string): RuleDefinition | null {
  try {
    return parseRule(yaml);
  } catch (error) {
    if (error instanceof InvalidRuleError) return null;
    throw error;
  }
}
