import { HandlingRules } from '@tianyan/cases';
import { RefusedError } from '@tianyan/kernel';
import { existsSync, readFileSync } from 'node:fs';
import type { TianyanConfig } from './config.js';

/**
 * Deadlines and approvals of clues, the same in every process: those shipped, and those of TIANYAN_CLUE_RULES_FILE in their place.
 * Throws RefusedError, in Chinese, if that file cannot be read or has another form.
 */
export function configuredHandlingRules({ clueRulesFile: file }: Pick<TianyanConfig, 'clueRulesFile'>): HandlingRules {
  if (file === null) return HandlingRules.of();
  const text = rulesText(file);
  try {
    return HandlingRules.of(text);
  } catch (error) {
    throw error instanceof RefusedError ? new RefusedError('invalid', `${file}：${error.message}`) : error;
  }
}

function rulesText(file: string): string {
  if (!existsSync(file)) throw new RefusedError('not-found', `没有线索办理规定文件 ${file}，请检查 TIANYAN_CLUE_RULES_FILE`);
  try {
    return readFileSync(file, 'utf8');
  } catch (error) {
    throw new RefusedError('not-found', `读不到线索办理规定文件 ${file}，请检查权限（${String(error)}）`);
  }
}
