import { expect, test } from '@jest/globals';
import { stepDraftOf, titleOf, type ChosenStep } from './chosen-step.js';

test('a step in the place of another says so, and has a draft of its own', () => {
  const own: ChosenStep = { step: 'report', deputy: null };
  const inPlace: ChosenStep = { step: 'report', deputy: { forId: 'u-wang', forName: '王芳' } };
  expect([titleOf(own), titleOf(inPlace)]).toEqual(['报告办理情况', '代王芳：报告办理情况']);
  const names = [own, inPlace, { ...inPlace, deputy: { forId: 'u-li', forName: '李强' } }].map((step) => stepDraftOf('C1', step));
  expect(new Set(names).size).toBe(3);
});
