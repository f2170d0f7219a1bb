import { checkRuleFiles, type CheckedExample, type CheckedFile, type PlacedProblem } from '@tianyan/rules';
import { configuredHolidays, type TianyanConfig } from '@tianyan/runtime';

export interface CheckRulesCommand {
  config: TianyanConfig;
  /** A rule file, or a folder of them. */
  path: string;
  /** Takes one line for the person at the terminal. */
  say: (line: string) => void;
}

/**
 * Tries somebody's own rules: says what is wrong with each file, and runs its examples. Beside a platform that runs, it may run too:
 * its tables are its own. Returns the exit code: 1 if anything is wrong, or nothing was tried. Throws RefusedError when there is no
 * such path.
 */
export async function runCheckRules({ config, path, say }: CheckRulesCommand): Promise<number> {
  const files: CheckedFile[] = [];
  for await (const file of checkRuleFiles(path, configuredHolidays(config))) {
    for (const line of fileLines(file)) say(line);
    files.push(file);
  }
  if (files.length === 0) {
    say(`${path} 里没有规则文件（.yaml 或 .yml；不看下级文件夹）。`);
    return 1;
  }
  const examples = files.flatMap((file) => file.examples);
  const failed = examples.filter(({ differences }) => differences.length > 0).length;
  const wrong = files.filter(({ problems }) => problems.length > 0).length;
  say('');
  say(
    `规则文件 ${files.length} 个${wrong > 0 ? `，其中 ${wrong} 个有误` : '，写法都对'}；例子 ${examples.length} 个，通过 ${examples.length - failed} 个，未通过 ${failed} 个。`,
  );
  return wrong + failed > 0 ? 1 : 0;
}

function fileLines({ file, ruleId, problems, examples }: CheckedFile): string[] {
  return [`${file}${ruleId === null ? '' : `（${ruleId}）`}`, ...problems.map(problemText), ...examples.flatMap(exampleLines)];
}

function problemText({ line, path, message }: PlacedProblem): string {
  const place = [...(line === null ? [] : [`第 ${line} 行`]), ...(path === '' ? [] : [path])].join('，');
  return `  有误 ${place || '全文'}：${message}`;
}

function exampleLines({ name, differences }: CheckedExample): string[] {
  return differences.length === 0 ? [`  通过 ${name}`] : [`  未通过 ${name}`, ...differences.map((line) => `    ${line}`)];
}
