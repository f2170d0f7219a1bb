import { RefusedError, sha256Hex, type Clock } from '@tianyan/kernel';
import { execute, inTransaction, row, rows, type ClientBase, type Pool } from '@tianyan/postgres';
import { InvalidRuleError, parameterSettingsSchema, parseRule, type RuleDefinition, type RuleText } from '@tianyan/rules';
import { z } from 'zod';
import { takeCommitLock } from '../commit-lock.js';
import { beginEpoch, currentEpoch, setMemberSchema, type EpochCause, type SetMember } from './epoch.js';
import { asSet, type FitsRecords } from './parameter-settings.js';
import { filesToTake, RULE_ORIGINS, type RuleOrigin } from './files-to-take.js';
import {
  MEMBER_PROGRESS,
  RULE_PROGRESS,
  retiredSchema,
  toVersion,
  VERSION_COLUMNS,
  type RetiredRule,
  type RuleProgress,
  type RuleVersion,
  versionSchema,
} from './rule-versions.js';

/** What is judged in one epoch. Never changed: a newer set takes its place. */
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
  origin: z.enum(RULE_ORIGINS),
  actor: z.string().nullable(),
});
const newestSchema = z.object({ newest: z.int().nullable() });

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
      const rule = member.sources === null ? set : { ...set, sources: [...member.sources] };
      return [{ rule, member, text }];
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

  /** How far each rule of the newest set is, by id. */
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
        'SELECT rule_id AS "ruleId", digest, version, origin, actor FROM finding_published_rule',
      );
      const texts = files.map((file) => ({ ...file, digest: sha256Hex(file.yaml) }));
      const plan = filesToTake(texts, standing);
      for (const text of plan.publish) await publish(client, text, cause);
      for (const ruleId of plan.retire) await retire(client, ruleId, { ...cause, reason: '规则文件已不在' });
      const taken = { published: plan.publish.map(({ rule }) => rule.id), retired: plan.retire, left: plan.left };
      return { hasChanged: plan.publish.length + plan.retire.length > 0, result: taken };
    });
  }

  /**
   * Publishes a rule that a person has written; it is judged as soon as a correlator has evaluated all that there is by it.
   * Throws InvalidRuleError for no rule, RefusedError where the version is not newer than all that there were.
   * @param check throws where the rule does not fit the catalogue
   */
  async publish(
    input: { yaml: string; actor: string; reason: string },
    check: (rule: RuleDefinition) => void,
  ): Promise<RuleDefinition> {
    const rule = parseRule(input.yaml);
    check(rule);
    return this.change({ actor: input.actor, reason: input.reason, atMs: this.clock.nowMs() }, async (client, cause) => {
      const { newest: before } = await row(
        client,
        newestSchema,
        'SELECT max(version) AS newest FROM finding_rule_version WHERE rule_id = $1',
        [rule.id],
      );
      const newest = before ?? 0;
      if (rule.version <= newest)
        throw new RefusedError(
          'conflict',
          `规则 ${rule.id} 的第 ${newest} 版已经发布过，请把 version 改为 ${newest + 1} 或更大的数再发布`,
        );
      await publish(client, { rule, yaml: input.yaml, origin: 'console', digest: sha256Hex(input.yaml) }, cause);
      return { hasChanged: true, result: rule };
    });
  }

  /** No correlator judges the rule any more; what it had found is withdrawn. Throws RefusedError `not-found`. */
  async retire(input: { ruleId: string; actor: string; reason: string }): Promise<void> {
    await this.change({ actor: input.actor, reason: input.reason, atMs: this.clock.nowMs() }, async (client, cause) => {
      if (!(await retire(client, input.ruleId, cause)))
        throw new RefusedError('not-found', '没有这条规则，或者它已经撤下，请刷新页面');
      return { hasChanged: true, result: undefined };
    });
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

async function publish(client: ClientBase, text: Publishable, cause: EpochCause): Promise<void> {
  const { rule, yaml, origin, digest } = text;
  await execute(
    client,
    `INSERT INTO finding_rule_version (digest, rule_id, version, yaml, sources, origin, actor, reason, published_at_ms)
     VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9) ON CONFLICT (digest) DO NOTHING`,
    [digest, rule.id, rule.version, yaml, rule.sources ?? null, origin, cause.actor, cause.reason, cause.atMs],
  );
  await execute(
    client,
    `INSERT INTO finding_published_rule (rule_id, digest, version, origin, actor, reason, changed_at_ms) VALUES ($1, $2, $3, $4, $5, $6, $7)
     ON CONFLICT (rule_id) DO UPDATE SET digest = excluded.digest, version = excluded.version, origin = excluded.origin,
       actor = excluded.actor, reason = excluded.reason, changed_at_ms = excluded.changed_at_ms`,
    [rule.id, digest, rule.version, origin, cause.actor, cause.reason, cause.atMs],
  );
}

interface Publishable {
  rule: RuleDefinition;
  yaml: string;
  origin: RuleOrigin;
  digest: string;
}

async function retire(client: ClientBase, ruleId: string, cause: EpochCause): Promise<boolean> {
  const retired = await execute(
    client,
    `UPDATE finding_published_rule SET digest = NULL, actor = $2, reason = $3, changed_at_ms = $4 WHERE rule_id = $1 AND digest IS NOT NULL`,
    [ruleId, cause.actor, cause.reason, cause.atMs],
  );
  return retired === 1;
}
