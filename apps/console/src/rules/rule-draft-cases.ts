import { isAllowed, Reach, type Actor, type AuditAction, type AuditLog } from '@tianyan/access';
import type { Catalogue } from '@tianyan/contracts';
import type { Draft, DraftText, RuleDrafts, RuleSets, Trials } from '@tianyan/findings';
import { RefusedError } from '@tianyan/kernel';
import { InvalidRuleError, parseRule, type ExampleProcess } from '@tianyan/rules';
import type {
  CreateDraftRequest,
  DraftDetail,
  DraftStepRequest,
  DraftSummary,
  EditDraftRequest,
  KeepTrialRequest,
  PublishDraftRequest,
  PublishedRuleAnswer,
  ReviewDraftRequest,
  SubmitDraftRequest,
} from '../api/index.js';
import { checkedRule } from './checked-rule.js';
import { assertPassed } from './passed-examples.js';
import type { ShownSamples } from './shown-samples.js';

/** Rules on their way from a draft over a second person to a publication. Saving publishes nothing. */
export class RuleDraftCases {
  constructor(
    private readonly parts: {
      drafts: RuleDrafts;
      sets: RuleSets;
      trials: Trials;
      catalogue: Catalogue;
      audit: AuditLog;
      examples: Pick<ExampleProcess, 'tried'>;
      shown: ShownSamples;
    },
  ) {}

  async list(): Promise<{ items: DraftSummary[] }> {
    return { items: [...(await this.parts.drafts.list())] };
  }

  async get(actor: Actor, id: string): Promise<DraftDetail> {
    const draft = await this.find(actor, id);
    const { sets, shown } = this.parts;
    const standing = (await sets.published()).find(({ ruleId }) => ruleId === draft.ruleId);
    const { digest, basedOn: _basedOn, events, trial, ...rest } = draft;
    return {
      ...rest,
      problem: this.problemOf(draft.yaml),
      standing: standing ? { version: standing.version, yaml: standing.yaml } : null,
      trial: trial && (await shown.result(trial)),
      events: events.map(({ digest: of, ...event }) => ({ ...event, isOfThisText: of === digest })),
      mayReview:
        draft.state === 'submitted' && isAllowed(actor.user.role, 'review-rules') && !hadAHand(draft, actor.user.account),
    };
  }

  async create(actor: Actor, { yaml, basedOn }: CreateDraftRequest): Promise<DraftDetail> {
    if (basedOn !== null && !(await this.parts.sets.version(basedOn)))
      throw new RefusedError('not-found', '没有作底稿的那一版，请刷新页面后重新选择');
    const id = await this.parts.drafts.create({ ...draftText(yaml), basedOn }, actor.user.account);
    await this.note(actor, 'draft-rule', id);
    return this.get(actor, id);
  }

  /** What was submitted or approved is a draft again: it is another text. */
  async edit(actor: Actor, id: string, { yaml, revision }: EditDraftRequest): Promise<DraftDetail> {
    await this.parts.drafts.edit({ id, revision, actor: actor.user.account }, draftText(yaml));
    await this.note(actor, 'edit-rule-draft', id);
    return this.get(actor, id);
  }

  /** Keeps what came of the person's trial of exactly this text, for whoever reviews it. */
  async keepTrial(actor: Actor, id: string, { trialId, revision }: KeepTrialRequest): Promise<DraftDetail> {
    const { drafts, trials } = this.parts;
    const trial = await trials.find(Reach.of(actor), trialId);
    if (!trial?.result || trial.digest === null)
      throw new RefusedError('not-found', '没有这次试一试的结果，或者已过期，请再试一次');
    const step = { id, revision, actor: actor.user.account };
    await drafts.noteTrial(step, { digest: trial.digest, result: trial.result, reach: trial.reach });
    if (trial.result.examples.every(({ differences }) => differences.length === 0)) await drafts.notePassed(step);
    return this.get(actor, id);
  }

  /** Its examples are run first, where they have not passed yet: whoever reviews it need not ask for that. */
  async submit(actor: Actor, id: string, { revision, reason, untriedReason }: SubmitDraftRequest): Promise<DraftDetail> {
    const { drafts, catalogue, examples } = this.parts;
    const { yaml, hasPassed, revision: newest } = await this.find(actor, id);
    const rule = checkedRule(yaml, catalogue);
    await this.assertNewer(rule.id, rule.version);
    const step = { id, revision, actor: actor.user.account };
    // Of another revision the next step says so.
    if (!hasPassed && newest === revision) {
      assertPassed(await examples.tried(yaml), '没有提交');
      await drafts.notePassed(step);
    }
    const kept = await drafts.submit(step, reason, untriedReason ?? null);
    await this.note(actor, 'submit-rule-draft', id, withUntried(reason, kept));
    return this.get(actor, id);
  }

  async review(actor: Actor, id: string, { revision, verdict, reason }: ReviewDraftRequest): Promise<DraftDetail> {
    await this.parts.drafts.review({ id, revision, actor: actor.user.account }, verdict, reason);
    await this.note(actor, verdict === 'approved' ? 'approve-rule-draft' : 'return-rule-draft', id, reason);
    return this.get(actor, id);
  }

  async discard(actor: Actor, id: string, { revision, reason }: DraftStepRequest): Promise<DraftDetail> {
    await this.parts.drafts.discard({ id, revision, actor: actor.user.account }, reason);
    await this.note(actor, 'discard-rule-draft', id, reason);
    return this.get(actor, id);
  }

  /** The approved text, byte for byte. */
  async publish(actor: Actor, id: string, { as, reason, untriedReason }: PublishDraftRequest): Promise<PublishedRuleAnswer> {
    const { sets, catalogue, audit } = this.parts;
    // Where there is none it says so; the store would say that nobody has approved it.
    await this.find(actor, id);
    const publication = { draftId: id, as, actor: actor.user.account, reason, untriedReason: untriedReason ?? null };
    const { rule, untriedReason: kept } = await sets.publishDraft(publication, (yaml) => checkedRule(yaml, catalogue));
    const action = as === 'live' ? 'publish-rule' : 'shadow-rule';
    await audit.record(actor, { action, object: `rule/${rule.id}@${rule.version}`, reason: withUntried(reason, kept) });
    return { id: rule.id, version: rule.version, title: rule.title };
  }

  private async find(actor: Actor, id: string): Promise<Draft> {
    const draft = await this.parts.drafts.get(Reach.of(actor), id);
    if (!draft) throw new RefusedError('not-found', '没有这份草稿，请回到列表重新打开');
    // A text that was tried can be read; what it found is of its class.
    const rule = this.problemOf(draft.yaml) === null ? checkedRule(draft.yaml, this.parts.catalogue) : null;
    return Reach.of(actor).coversClass(rule?.class ?? null) ? draft : { ...draft, trial: null };
  }

  /** Said when it is handed in, not when somebody has read it and wants to publish it. */
  private async assertNewer(ruleId: string, version: number): Promise<void> {
    const newest = Math.max(0, ...(await this.parts.sets.versionsOf(ruleId)).map((one) => one.version));
    if (version <= newest)
      throw new RefusedError('conflict', `规则 ${ruleId} 已有第 ${newest} 版，请把 version 改为 ${newest + 1} 或更大的数再提交`);
  }

  private problemOf(yaml: string): string | null {
    try {
      checkedRule(yaml, this.parts.catalogue);
      return null;
    } catch (error) {
      if (error instanceof InvalidRuleError) return error.message;
      throw error;
    }
  }

  private async note(actor: Actor, action: AuditAction, id: string, reason?: string): Promise<void> {
    await this.parts.audit.record(actor, { action, object: `rule-draft/${id}`, ...(reason === undefined ? {} : { reason }) });
  }
}

/** As it is put on record. */
function withUntried(reason: string, untriedReason: string | null): string {
  return untriedReason === null ? reason : `${reason}（没有试过：${untriedReason}）`;
}

/** As the store decides it; here it only says whether the button is of use. */
function hadAHand({ events }: Draft, account: string): boolean {
  return events.some(
    ({ event, actor }) => actor === account && (event === 'created' || event === 'edited' || event === 'submitted'),
  );
}

/** What an unfinished text says of itself; what cannot be read yet stays empty. */
export function draftText(yaml: string): DraftText {
  try {
    const { id, title } = parseRule(yaml);
    return { yaml, ruleId: id, title };
  } catch (error) {
    if (!(error instanceof InvalidRuleError)) throw error;
    return { yaml, ruleId: lineOf(yaml, 'id'), title: lineOf(yaml, 'title') };
  }
}

/** Characters of a name that is shown before the text is a rule. */
const MAX_NAME_CHARS = 100;

function lineOf(yaml: string, name: 'id' | 'title'): string {
  return (new RegExp(`^${name}:[ \\t]*(.*)$`, 'm').exec(yaml)?.[1] ?? '').trim().slice(0, MAX_NAME_CHARS);
}
