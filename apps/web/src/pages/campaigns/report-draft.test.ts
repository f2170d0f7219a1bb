import { expect, test } from '@jest/globals';
import { reportDraftOf } from './report-draft.js';

test('what was typed of a result is found again after a photograph, and not after the order was sent back', () => {
  const begun = { id: 'T1', revision: 3, resultRevision: 3 };
  const photographed = { ...begun, revision: 4 };
  expect(reportDraftOf(photographed)).toBe(reportDraftOf(begun));
  expect(reportDraftOf({ ...begun, resultRevision: 5 })).not.toBe(reportDraftOf(begun));
});

test('what was begun in somebody’s place is not filled in under one’s own name', () => {
  const task = { id: 'T1', resultRevision: 3 };
  const names = [null, { forId: 'u-wang', forName: '王芳' }, { forId: 'u-li', forName: '李强' }].map((deputy) =>
    reportDraftOf(task, deputy),
  );
  expect(new Set(names).size).toBe(3);
});
