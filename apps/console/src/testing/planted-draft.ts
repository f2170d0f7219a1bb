import { sha256Hex } from '@tianyan/kernel';
import { shippedText } from '@tianyan/rules/testing';
import { ANALYST, COUNTY_NOW_MS, type ConsoleFixture } from './console-fixture.js';

/** A draft of the analyst, with what came of a trial of the whole county: one hit of this scope. Returns its id. */
export async function plantDraft(
  { drafts }: ConsoleFixture,
  { scope, townshipCode }: { scope: string; townshipCode: string },
): Promise<string> {
  const actor = ANALYST.account;
  const { yaml, rule } = shippedText('order-ping-pong');
  const { id: ruleId, title } = rule;
  const id = await drafts.create({ yaml, ruleId, title, basedOn: null }, actor);
  const result = {
    rule: { id: ruleId, version: 1, title },
    roles: {},
    nowMs: COUNTY_NOW_MS,
    examples: [],
    scopes: 1,
    hits: 1,
    due: 0,
    perMonth: [],
    earlier: 1,
    perTownship: [{ key: townshipCode, count: 1 }],
    perUnit: [],
    furtherUnits: 0,
    samples: [{ scope, occurredAtMs: 1, explanation: `工单 ${scope}`, subjects: {}, evidence: [], evidenceCount: 0 }],
    inputs: [],
    changes: null,
    standingVersion: 1,
  };
  await drafts.noteTrial(
    { id, revision: 1, actor },
    { digest: sha256Hex(yaml), result, reach: { townshipCodes: null, problemClasses: null } },
  );
  return id;
}
