import { DAY_MS, HOUR_MS, type Clock } from '@tianyan/kernel';
import { execute, inTransaction, row, rows, type Pool } from '@tianyan/postgres';
import { z } from 'zod';
import type { Delivery } from './delivery.js';
import { ESCALATION_BUNDLE } from './escalation.js';
import { announceNotice } from './event-channel.js';
import { severityOfRank } from './severity.js';

/** A summary waits until nothing has been added to it for so many settling times: a load is judged piece by piece. */
export const SUMMARY_QUIET_SETTLES = 2;
/** It is sent after so long even if more is added: a trickle of old findings must not put it off for ever. */
export const MAX_SUMMARY_WAIT_MS = HOUR_MS;
/** What a team hears of that it has no place for this week. */
export const BEYOND_BUDGET = 'beyond-budget';
/** It is gathered for so long: more often would be the noise that a budget is to keep out. */
export const DIGEST_AFTER_MS = DAY_MS;
/** So few findings of one load or sweep are told one by one: each with its own words and its own page. */
export const MAX_TOLD_SINGLY = 5;
/** Summaries made in one round; each is one transaction. */
const SUMMARIES_PER_ROUND = 100;
/** Rules and townships named in a summary; the list behind it has all. */
const MAX_NAMED = 20;

const DUE = `
  SELECT channel, recipient, kind, bundle FROM notice_delivery WHERE state = 'waiting' AND bundle IS NOT NULL
  GROUP BY channel, recipient, kind, bundle
  HAVING max(next_attempt_at_ms) <= $1 OR min(created_at_ms) <= $1 - CASE WHEN bundle = '${BEYOND_BUDGET}' THEN $4::bigint ELSE $2::bigint END
  ORDER BY min(created_at_ms), channel, recipient, kind, bundle LIMIT $3`;

// Waits for whoever is just withdrawing one of them; what another notifier has bundled meanwhile does not match any more.
const MEMBERS = `
  SELECT id, team_id, severity, title, rule_id, township_code, occurred_at_ms FROM notice_delivery
  WHERE state = 'waiting' AND channel = $1 AND recipient = $2 AND kind = $3 AND bundle = $4 ORDER BY id FOR UPDATE`;

const INSERT = `
  INSERT INTO notice_delivery (subject_kind, subject_id, round, kind, channel, recipient, team_id, severity, title, body, occurred_at_ms, path,
    state, next_attempt_at_ms, created_at_ms)
  VALUES ('finding', 'summary:' || gen_random_uuid(), 0, $1, $2, $3, $4, $5, $6, $7, $8, $9, 'waiting', $10::bigint, $10::bigint) RETURNING id`;

/**
 * What of a summary still stands: of one that was tried already, and may have arrived, nothing is taken apart; but what is withdrawn or moved since is
 * not named again with the next attempt.
 */
const STANDING = `
  SELECT m.id, m.team_id, m.severity, m.title, m.rule_id, m.township_code, m.occurred_at_ms, m.kind, m.bundle FROM notice_delivery m
  WHERE m.bundled_into = $1 AND m.state = 'bundled' AND (m.kind IN ('withdrawn', 'moved') OR NOT EXISTS (
    SELECT 1 FROM notice_delivery e WHERE e.subject_kind = 'finding' AND e.subject_id = m.subject_id AND e.round = m.round
      AND e.channel = m.channel AND e.recipient = m.recipient AND e.kind IN ('withdrawn', 'moved')))
  ORDER BY m.id`;
const REWRITE = `
  UPDATE notice_delivery SET severity = $2, title = $3, body = $4, occurred_at_ms = $5, path = $6 WHERE id = $1`;

const bundleSchema = z.object({
  channel: z.string(),
  recipient: z.string(),
  kind: z.enum(['opened', 'withdrawn', 'moved', 'escalated']),
  bundle: z.string(),
});
type Bundle = z.output<typeof bundleSchema>;

const memberSchema = z.object({
  id: z.int(),
  team_id: z.string(),
  severity: z.int(),
  title: z.string(),
  rule_id: z.string().nullable(),
  township_code: z.string().nullable(),
  occurred_at_ms: z.int(),
});
type Member = z.output<typeof memberSchema>;
const standingSchema = memberSchema.extend(bundleSchema.pick({ kind: true, bundle: true }).shape);

const summarySchema = z.object({ id: z.int() });

/** Makes one message of what was found together. */
export class Summaries {
  constructor(private readonly input: { pool: Pool; clock: Clock }) {}

  /** Bundles what is due; to be called before anything is delivered. Returns how many recipients' bundles were handled. */
  async make(): Promise<number> {
    const nowMs = this.input.clock.nowMs();
    const due = await rows(this.input.pool, bundleSchema, DUE, [
      nowMs,
      MAX_SUMMARY_WAIT_MS,
      SUMMARIES_PER_ROUND,
      DIGEST_AFTER_MS,
    ]);
    for (const bundle of due) await this.bundle(bundle, nowMs);
    return due.length;
  }

  /**
   * A summary in the words of what stands of it at this moment, which are kept; what is no summary, as it is. Null: nothing of it stands, so that
   * there is nothing to send.
   */
  async asItStands<T extends Delivery>(delivery: T): Promise<T | null> {
    if (!SUMMARY_KINDS.has(delivery.kind)) return delivery;
    const { pool } = this.input;
    const members = await rows(pool, standingSchema, STANDING, [delivery.id]);
    const [first] = members;
    if (first === undefined) return null;
    const words = wordsOf(first, members);
    const { severity, title, text, occurredAtMs, path } = words;
    await execute(pool, REWRITE, [delivery.id, severity, title, text, occurredAtMs, path]);
    return { ...delivery, ...words, severity: severityOfRank(severity) };
  }

  private async bundle(bundle: Bundle, nowMs: number): Promise<void> {
    await inTransaction(this.input.pool, async (client) => {
      const { channel, recipient, kind } = bundle;
      const members = await rows(client, memberSchema, MEMBERS, [channel, recipient, kind, bundle.bundle]);
      const ids = members.map(({ id }) => id);
      if (isToldSingly(bundle, members.length)) {
        await execute(client, 'UPDATE notice_delivery SET bundle = NULL WHERE id = ANY($1)', [ids]);
      } else {
        const summary = await row(client, summarySchema, INSERT, summaryOf(bundle, members, nowMs));
        await execute(
          client,
          `UPDATE notice_delivery SET state = 'bundled', bundled_into = $2, delivered_at_ms = $3 WHERE id = ANY($1)`,
          [ids, summary.id, nowMs],
        );
      }
      await announceNotice(client, String(ids.at(-1) ?? ''));
    });
  }
}

const KINDS = {
  opened: 'summary',
  withdrawn: 'summary-withdrawn',
  moved: 'summary-moved',
  escalated: 'summary-escalated',
} as const;
const SUMMARY_KINDS: ReadonlySet<string> = new Set(Object.values(KINDS));
const WORDS = { opened: '待核实', withdrawn: '已撤回', moved: '已转出', escalated: '无人签收' } as const;

/** None at all: everything was withdrawn, or another notifier was faster. */
function isToldSingly({ bundle }: Bundle, count: number): boolean {
  const mayBeSingle = bundle === 'moved' || ['load:', 'sweep:', ESCALATION_BUNDLE].some((start) => bundle.startsWith(start));
  return count === 0 || (mayBeSingle && count <= MAX_TOLD_SINGLY);
}

function summaryOf(bundle: Bundle, members: readonly Member[], nowMs: number): unknown[] {
  const { channel, recipient, kind } = bundle;
  const { severity, title, text, occurredAtMs, path } = wordsOf(bundle, members);
  return [KINDS[kind], channel, recipient, members[0]?.team_id, severity, title, text, occurredAtMs, path, nowMs];
}

/** @param members at least one */
function wordsOf(bundle: Pick<Bundle, 'kind' | 'bundle'>, members: readonly Member[]) {
  const { kind } = bundle;
  return {
    severity: Math.max(...members.map(({ severity }) => severity)),
    title: `汇总：${members.length} 条疑点${WORDS[kind]}`,
    text: `${whyTogether(bundle)}${byRule(members)}。`,
    occurredAtMs: Math.max(...members.map(({ occurred_at_ms: atMs }) => atMs)),
    path: bundle.bundle === BEYOND_BUDGET ? behindPath(members) : listPath(kind, members),
  };
}

function whyTogether({ kind, bundle }: Pick<Bundle, 'kind' | 'bundle'>): string {
  if (kind === 'withdrawn') return '此前汇总告知的疑点，有的已不再成立，原因见各自的经过：';
  if (kind === 'moved') return '此前告知的疑点，所属乡镇或级别有变，不再由本组负责：';
  if (kind === 'escalated') return '监督组收到预警后一直没有人签收的疑点：';
  if (bundle === 'moved') return '所属乡镇或级别有变，现由本组负责的疑点：';
  if (bundle === BEYOND_BUDGET) return '本周名额已满，排在后面的新疑点（不逐条告知，都在清单里）：';
  if (bundle.startsWith('load:')) return '来自一次成批载入的数据：';
  if (bundle.startsWith('sweep:')) return '来自对全部数据的一次研判（首次载入历史、规则改变或巡检）：';
  return '发生在较早以前、新近才发现的疑点：';
}

/** The most frequent first. */
function byRule(members: readonly Member[]): string {
  const counts = [...Map.groupBy(members, ({ title }) => title)].map(([title, { length }]) => ({ title, length }));
  counts.sort((a, b) => b.length - a.length || (a.title < b.title ? -1 : 1));
  const named = counts.slice(0, MAX_NAMED).map(({ title, length }) => `${title} ${length} 条`);
  const more = counts.slice(MAX_NAMED).reduce((sum, { length }) => sum + length, 0);
  return [...named, ...(more > 0 ? [`其他 ${more} 条`] : [])].join('，');
}

/** What waits behind the team's week. */
function behindPath(members: readonly Member[]): string {
  return `/findings?${new URLSearchParams({ status: 'open', team: members[0]?.team_id ?? '', place: 'behind' }).toString()}`;
}

/** The list of findings with the filters that come closest; as the console's pages read them from the address. */
function listPath(kind: Bundle['kind'], members: readonly Member[]): string {
  const search = new URLSearchParams({ status: kind === 'withdrawn' ? 'withdrawn' : 'open' });
  const rules = new Set(members.flatMap(({ rule_id: ruleId }) => ruleId ?? []));
  if (rules.size > 0 && rules.size <= MAX_NAMED) search.set('rule', [...rules].toSorted().join(','));
  const townships = new Set(members.map(({ township_code: code }) => code));
  const codes = [...townships].flatMap((code) => code ?? []).toSorted();
  if (!townships.has(null) && townships.size <= MAX_NAMED) search.set('township', codes.join(','));
  return `/findings?${search.toString()}`;
}
