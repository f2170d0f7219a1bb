import { RefusedError } from '@tianyan/kernel';
import type { CheckedExample } from '@tianyan/rules';

/** Differences shown of examples that fail; more than the first say the same. */
const MAX_SHOWN_DIFFERENCES = 20;

/** Throws RefusedError that says what came otherwise than the examples say. @param refused what was not done, Chinese */
export function assertPassed(examples: readonly CheckedExample[], refused: string): void {
  const failed = examples.filter(({ differences }) => differences.length > 0);
  if (failed.length === 0) return;
  const lines = failed.flatMap(({ name, differences }) => differences.map((line) => `- 例子“${name}”：${line}`));
  const more = lines.length > MAX_SHOWN_DIFFERENCES ? [`- ……另有 ${lines.length - MAX_SHOWN_DIFFERENCES} 处不同`] : [];
  throw new RefusedError(
    'invalid',
    [
      `${refused}：${examples.length} 个例子里有 ${failed.length} 个没有通过。请改规则或改例子：`,
      ...lines.slice(0, MAX_SHOWN_DIFFERENCES),
      ...more,
    ].join('\n'),
  );
}
