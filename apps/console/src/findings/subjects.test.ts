import { expect, test } from '@jest/globals';
import { builtInCatalogue } from '@tianyan/contracts';
import { loadPack } from '@tianyan/rules';
import { describeRule } from '../rules/rule-description.js';
import { shownSubjects, subjectLabel } from './subjects.js';

const NAMES = { unit: () => undefined, division: () => undefined };

test('what shipped rules are about has a Chinese name, whatever it is', () => {
  const kinds = loadPack().flatMap((rule) => describeRule(rule, builtInCatalogue).subjectKinds);
  expect(kinds.length).toBeGreaterThan(100);
  expect([...new Set(kinds)].filter((kind) => !/^[\u4e00-\u9fff]/.test(subjectLabel(kind, builtInCatalogue)))).toEqual([]);
});

test("what a county's own rule is about is called as its field; what no record has keeps its name, and is masked as a text", () => {
  const shown = shownSubjects(
    { voucherId: 'PZ1', somebody: '王小明' },
    { names: NAMES, catalogue: builtInCatalogue, confidential: false },
  );
  expect(shown.map(({ kindLabel }) => kindLabel)).toEqual(['凭证号', 'somebody']);
  expect(shown[0]?.code).toBe('PZ1');
});
