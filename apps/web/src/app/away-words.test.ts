import { expect, test } from '@jest/globals';
import { awayWords } from './away-words.js';

test('that what was typed is kept is said where it is, and nowhere else', () => {
  for (const connection of ['no-network', 'no-server'] as const) {
    expect(awayWords(connection, true)).toContain('已填内容保存在本机');
    expect(awayWords(connection, false)).toContain('请不要关闭页面');
    expect(awayWords(connection, false)).not.toContain('保存');
  }
});
