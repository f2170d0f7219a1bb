import { describe, expect, test } from '@jest/globals';
import { CommanderError, type Command } from 'commander';
import { commandLine } from './command-line.js';

/** What a command line does and says. */
async function run(...words: string[]) {
  const called: unknown[][] = [];
  const out: string[] = [];
  const note =
    (name: string) =>
    (...values: unknown[]): Promise<void> => {
      called.push([name, ...values.slice(0, 2)]);
      return Promise.resolve();
    };
  const program = commandLine({
    start: note('start'),
    importFile: note('import'),
    clock: note('clock'),
    checkRules: note('check-rules'),
    resetPassword: note('reset-password'),
    verifyDossier: note('verify-dossier'),
  });
  const say = (text: string) => void out.push(text);
  const everyCommand = (command: Command): Command[] => [command, ...command.commands.flatMap(everyCommand)];
  for (const command of everyCommand(program)) command.exitOverride().configureOutput({ writeOut: say, writeErr: say });
  let code = 0;
  try {
    await program.parseAsync(words, { from: 'user' });
  } catch (error) {
    if (!(error instanceof CommanderError)) throw error;
    code = error.exitCode;
  }
  return { code, called, said: out.join('') };
}

test('each command does what it is named for; none starts the platform', async () => {
  expect((await run()).called).toEqual([['start']]);
  expect((await run('start')).called).toEqual([['start']]);
  expect((await run('clock')).called).toEqual([['clock', 'show']]);
  expect((await run('clock', 'reset')).called).toEqual([['clock', 'reset']]);
  expect((await run('check-rules', 'a')).called).toEqual([['check-rules', 'a']]);
  expect((await run('reset-password', 'a')).called).toEqual([['reset-password', 'a']]);
  expect((await run('verify-dossier', 'a')).called).toEqual([['verify-dossier', 'a', {}]]);
  expect((await run('verify-dossier', 'a', '--key', 'k')).called).toEqual([['verify-dossier', 'a', { key: 'k' }]]);
  expect((await run('import', '--mapping', 'm', 'f')).called).toEqual([['import', 'f', { mapping: 'm' }]]);
  expect((await run('import', 'f', '--mapping', 'm', '--source', 's')).called).toEqual([
    ['import', 'f', { mapping: 'm', source: 's' }],
  ]);
});

describe('a command line that cannot be understood does nothing, and says in Chinese what may be written', () => {
  test.each([
    [
      ['bogus'],
      '没有命令 bogus，可用的命令：start、import、clock、check-rules、reset-password、verify-dossier、help。说明见：npm run tianyan -- --help',
    ],
    [['check-rule', 'a'], '没有命令 check-rule，可用的命令：'],
    [['--bogus'], '没有选项 --bogus，可用的选项：-h, --help'],
    [['start', 'now'], 'start 后面不写别的，多出：now'],
    [['clock', 'bogus'], '<动作>只能是 show、accept、reset，不能是 bogus。说明见：npm run tianyan -- clock --help'],
    [['clock', 'show', 'more'], 'clock 后面最多写 1 项，多出：more'],
    [['clock', '--bogus'], '没有选项 --bogus，可用的选项：-h, --help'],
    [['check-rules'], '缺少 <路径>：规则文件（YAML），或放着规则文件的文件夹'],
    [['check-rules', 'a', 'b'], 'check-rules 后面最多写 1 项，多出：b'],
    [['check-rules', 'a', '--fast'], '没有选项 --fast，可用的选项：-h, --help'],
    [['reset-password'], '缺少 <账号>：登录用的账号'],
    [['import'], '缺少'],
    [['import', 'f'], '缺少选项 --mapping <映射文件>：映射文件（YAML）'],
    [['import', '--mapping', 'm'], '缺少 <文件>：表格文件'],
    [['import', 'f', '--mapping'], '选项 --mapping <映射文件> 后面没有写值：映射文件（YAML）'],
    [
      ['import', 'f', '--mapping', 'm', '--map', 'm'],
      '没有选项 --map，可用的选项：--mapping <映射文件>、--source <名称>、-h, --help',
    ],
    [['import', 'f', 'g', '--mapping', 'm'], 'import 后面最多写 1 项，多出：g'],
    [['help', 'bogus'], '没有命令 bogus，可用的命令：start、import'],
  ])('%j', async (words, told) => {
    const { code, called, said } = await run(...words);
    expect({ code, called }).toEqual({ code: 2, called: [] });
    expect(said).toContain(`[天眼] ${told}`);
    expect(said).not.toMatch(/error|Allowed|required|unknown|expected|missing|Did you mean/i);
    expect(said.split('\n')).toHaveLength(2);
  });
});

describe('help is Chinese', () => {
  test.each([
    [['help'], 'clock [show|accept|reset]'],
    [['--help'], 'check-rules <路径>'],
    [['help', 'clock'], 'show、accept、reset；不写即 show'],
    [['clock', '-h'], '用法： npm run tianyan -- clock [show|accept|reset]'],
    [['import', '--help'], '--mapping <映射文件>'],
    [['check-rules', '--help'], '参数：'],
    [['start', '--help'], '启动整个平台'],
  ])('%j', async (words, told) => {
    const { code, called, said } = await run(...words);
    expect({ code, called }).toEqual({ code: 0, called: [] });
    expect(said).toContain(told);
    expect(said).not.toMatch(/Usage|Options|Arguments|Commands|display|choices|default|\boptions\b|\bcommand\b/);
  });
});
