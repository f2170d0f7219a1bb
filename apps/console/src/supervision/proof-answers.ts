import type { KeptFile } from '@tianyan/files';
import type { SupervisionStep } from '../api/index.js';

type Line = SupervisionStep['lines'][number];

/** Files of a step, in words. */
export function fileLines(
  step: { step: 'attach' | 'withdraw-file'; fileId: string; sha256: string; reason?: string },
  files: readonly KeptFile[],
): Line[] {
  return [
    { label: '文件', text: fileName(step.fileId, files) },
    { label: '校验值', text: step.sha256 },
    ...(step.reason === undefined ? [] : [{ label: '理由', text: step.reason }]),
  ];
}

/** Those that an answer named when it was given. */
export function namedFileLines(named: readonly { fileId: string }[] | undefined, files: readonly KeptFile[]): Line[] {
  if (named === undefined || named.length === 0) return [];
  return [{ label: '附件', text: named.map(({ fileId }) => fileName(fileId, files)).join('；') }];
}

const fileName = (fileId: string, files: readonly KeptFile[]): string =>
  files.find(({ id }) => id === fileId)?.name ?? '（已不在库中）';
