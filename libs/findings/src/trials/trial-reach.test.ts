import { expect, test } from '@jest/globals';
import { Reach } from '@tianyan/access';
import { builtInCatalogue } from '@tianyan/contracts';
import { loadPack, type Evaluation, type RuleDefinition } from '@tianyan/rules';
import { hitsWithin } from './trial-reach.js';

const reachOf = (townshipCodes: readonly string[] | null, problemClasses: readonly string[] | null) =>
  Reach.of({ user: { id: 'p', townshipCodes, problemClasses } } as Parameters<typeof Reach.of>[0]); // only what a reach is made of
const ruleOf = (id: string) => {
  const rule = loadPack().find((one) => one.id === id);
  if (!rule) throw new Error(`${id} is not shipped`);
  return rule;
};
const hit = { subjects: { townshipCode: 'T1' } } as unknown as Evaluation; // only the place is asked

test('a rule over findings says nothing to whoever may not see findings of every class', () => {
  const overFindings: RuleDefinition = { ...ruleOf('order-ping-pong'), inputs: { sign: { type: 'platform.finding' } } };
  const isSeen = (problemClasses: readonly string[] | null) =>
    hitsWithin(reachOf(null, problemClasses), overFindings, builtInCatalogue)(hit);
  expect([isSeen(null), isSeen([overFindings.class])]).toEqual([true, false]);
});

test('any other rule speaks to whoever sees its class, of the places within reach', () => {
  const rule = ruleOf('order-ping-pong');
  const isSeen = (townships: readonly string[] | null, classes: readonly string[] | null) =>
    hitsWithin(reachOf(townships, classes), rule, builtInCatalogue)(hit);
  expect([isSeen(null, [rule.class]), isSeen(['T1'], null), isSeen(['T2'], null), isSeen(null, [])]).toEqual([
    true,
    true,
    false,
    false,
  ]);
});
