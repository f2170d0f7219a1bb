import { afterEach, beforeEach, expect, test } from '@jest/globals';
import { RefusedError } from '@tianyan/kernel';
import { readConfig } from '@tianyan/runtime';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { runCheckRules } from './check-rules-command.js';

let folder: string;
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'tianyan-own-rules-'));
});
afterEach(() => rmSync(folder, { recursive: true }));

const rule = (id: string, expected: string) => `id: ${id}
version: 1
title: 办结申请被驳回
class: 形式主义
severity: low
basis: [{ document: 测试依据, demands: 测试要求 }]
description: 供测试的规则。
scope: [orderId]
inputs:
  rejected: { type: hotline.order-event, where: { action: completion-rejected } }
kind: match
of: rejected
explanation: '工单 {orderId} 的办结申请被驳回 {count} 次。'
examples:
  - name: 驳回一次
    now: '2026-06-01T09:00:00+08:00'
    records:
      - { type: hotline.order-event, id: e1, at: '2026-03-02T09:00:00+08:00', orderId: A1, action: completion-rejected }
    expect: [${expected}]
`;
const RIGHT = '{ scope: A1, hit: true, evidence: [e1], figures: { count: 1 }, explanation: 被驳回 1 次 }';

async function check(files: Readonly<Record<string, string | Buffer>>, path = folder) {
  for (const [name, text] of Object.entries(files)) writeFileSync(join(folder, name), text);
  const lines: string[] = [];
  const code = await runCheckRules({ config: readConfig({}), path, say: (line) => lines.push(line.replace(folder, '规则')) });
  return { code, lines };
}

test('a rule whose examples come out is passed', async () => {
  expect(await check({ 'good.yaml': rule('good', RIGHT) })).toEqual({
    code: 0,
    lines: ['规则/good.yaml（good）', '  通过 驳回一次', '', '规则文件 1 个，写法都对；例子 1 个，通过 1 个，未通过 0 个。'],
  });
});

test('an example that fails is told with what was expected and what came, once for sweep and live', async () => {
  const { code, lines } = await check({
    'a.yaml': rule('a', '{ scope: A1, hit: true, evidence: [], figures: { count: 2 }, explanation: 驳回两次 }'),
    'b.yaml': rule('b', ''),
    'c.yaml': rule('c', `${RIGHT}, { scope: A2, hit: true }`),
    'd.yaml': rule('d', "{ scope: A1, hit: false, dueAt: '2026-07-01T00:00:00+08:00' }"),
  });
  expect(code).toBe(1);
  expect(lines).toEqual([
    '规则/a.yaml（a）',
    '  未通过 驳回一次',
    '    判断对象 A1：evidence 应为 []，实际为 [e1]',
    '    判断对象 A1：figures.count 应为 2，实际为 1',
    '    判断对象 A1：explanation 应含有“驳回两次”，实际为“工单 A1 的办结申请被驳回 1 次。”',
    '规则/b.yaml（b）',
    '  未通过 驳回一次',
    '    判断对象 A1：应当没有（expect 里没有列出），实际命中（发生时刻 2026-03-02T09:00:00.000+08:00，证据 [e1]）',
    '规则/c.yaml（c）',
    '  未通过 驳回一次',
    '    判断对象 A2：应为命中，实际没有命中，将来也不会变',
    '规则/d.yaml（d）',
    '  未通过 驳回一次',
    '    判断对象 A1：应为未命中，实际命中（发生时刻 2026-03-02T09:00:00.000+08:00，证据 [e1]）',
    '',
    '规则文件 4 个，写法都对；例子 4 个，通过 0 个，未通过 4 个。',
  ]);
});

test('an unknown item is told with its line and those there are; the other files are tried all the same', async () => {
  const { code, lines } = await check({
    'a.yaml': rule('a', RIGHT).replace('severity', 'severty'),
    'b.yaml': rule('b', RIGHT),
    'c.yaml': rule('b', RIGHT),
    'd.yaml': rule('d', RIGHT).replace('action: completion-rejected }', 'acton: completion-rejected }'),
    'e.yaml': 'id: a\n  title: b\n :',
    'f.yaml': Buffer.from([0x69, 0x3a, 0x20, 0xb5, 0xa5, 0xce, 0xbb]), // `i: 单位` in GB18030
    'g.yaml': '工单编号,受理时间\n1,2026-03-01\n',
  });
  expect(code).toBe(1);
  expect(lines).toEqual([
    '规则/a.yaml',
    '  有误 severity：缺少这一项，只能是 low、medium、high',
    expect.stringMatching(/^ {2}有误 第 5 行，severty：没有这一项，请检查拼写和缩进。可用的有：.*、severity、/),
    '规则/b.yaml（b）',
    '  通过 驳回一次',
    '规则/c.yaml（b）',
    expect.stringMatching(/^ {2}有误 第 1 行，id：与 .*b\.yaml 的规则编号重复$/),
    '规则/d.yaml（d）',
    expect.stringMatching(/^ {2}有误 第 10 行，inputs\.rejected\.where\.acton：.*没有字段 acton.*action/),
    '规则/e.yaml',
    expect.stringMatching(/^ {2}有误 第 1 行：不是合法的 YAML/),
    expect.stringMatching(/^ {2}有误 第 1 行：不是合法的 YAML/),
    '规则/f.yaml',
    '  有误 全文：不是 UTF-8 编码，请在编辑器里另存为 UTF-8',
    '规则/g.yaml',
    '  有误 全文：不是一条规则：应是若干“名称: 值”，如 id、version、title',
    '',
    '规则文件 7 个，其中 6 个有误；例子 1 个，通过 1 个，未通过 0 个。',
  ]);
});

test('a record of an example that no table takes is told with its field and what it takes', async () => {
  const withRecord = (more: string) => rule('a', RIGHT).replace('orderId: A1, action', `orderId: A1, ${more}, action`);
  const said = async (more: string) => (await check({ 'a.yaml': withRecord(more) }, join(folder, 'a.yaml'))).lines[2];
  expect(await said('stepNo: 1.5')).toBe('    记录 e1 不合数据契约：stepNo（步骤序号）类型不对：应为整数');
  expect(await said("extendedToMs: '1980-01-01T00:00:00+08:00'")).toMatch(
    /extendedToMs（.*）时间超出范围（应在 1990 年至 2100 年之间）$/,
  );
  const contract = "{ type: assets.contract, id: C1, at: '2026-03-02T09:00:00+08:00', signedOn: '2026-02-30' }";
  const text = withRecord('stepNo: 1').replace('    records:\n', `    records:\n      - ${contract}\n`);
  const { lines } = await check({ 'a.yaml': text }, join(folder, 'a.yaml'));
  expect(lines[2]).toMatch(/^ {4}记录 C1 不合数据契约：signedOn（.*）日期不存在，或不在 1949-10-01 至 2149-12-31 之间$/);
});

test('one file may be named; a folder without rules passes nothing; a path that is not there is refused', async () => {
  const files = { 'good.yaml': rule('good', RIGHT), 'bad.yaml': 'id: 1' };
  expect((await check(files, join(folder, 'none.txt')).catch((error: unknown) => error)) instanceof RefusedError).toBe(true);
  expect((await check(files, join(folder, 'good.yaml'))).code).toBe(0);
  const empty = mkdtempSync(join(folder, 'empty-'));
  expect(await check({}, empty)).toMatchObject({ code: 1, lines: [expect.stringContaining('没有规则文件')] });
});
