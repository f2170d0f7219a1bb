import { Argument, Command, type ErrorOptions, type Help } from 'commander';

export const CLOCK_ACTIONS = ['show', 'accept', 'reset'] as const;
export type ClockAction = (typeof CLOCK_ACTIONS)[number];

/** What the commands do; each throws what `main` tells. */
export interface Commands {
  start(): Promise<void>;
  importFile(file: string, options: { mapping: string; source?: string }): Promise<void>;
  clock(action: ClockAction): Promise<void>;
  checkRules(path: string): Promise<void>;
  resetPassword(account: string): Promise<void>;
  verifyDossier(file: string, options: { key?: string }): Promise<void>;
}

/** A command line that cannot be understood ends with it, and nothing was done; 1 is for what was tried and did not succeed. */
export const MISUSE_CODE = 2;

const CALL = 'npm run tianyan --';

/** The command line of the product. Everything that it says is Chinese. */
export function commandLine(commands: Commands): Command {
  const program = new ChineseCommand(CALL)
    .usage('[命令]')
    .description('天眼：汇聚监督数据，跨源发现疑点，供人核实')
    .helpOption('-h, --help', '显示说明')
    .helpCommand(false)
    .configureHelp(CHINESE_HELP);
  program
    .command('start', { isDefault: true })
    .description('启动整个平台（不写命令时就是它）')
    .usage(' ')
    .action(() => commands.start());
  program
    .command('import')
    .description('把一张表格按映射文件导入（平台停止时）')
    .usage('--mapping <映射文件> [--source <名称>] <文件>')
    .argument('<文件>', '表格文件（CSV、XLSX、XLS、ODS），可为 .gz')
    .requiredOption('--mapping <映射文件>', '映射文件（YAML），例子见 docs/examples')
    .option('--source <名称>', '记入哪个数据源；不写则为 import- 加映射的名称')
    .action((file: string, options: { mapping: string; source?: string }) => commands.importFile(file, options));
  program
    .command('clock')
    .description('查看机器时间和研判时钟；两者相差过大、研判停止时用 accept 或 reset 处理')
    .usage(`[${CLOCK_ACTIONS.join('|')}]`)
    .addArgument(
      new Argument('[动作]', 'show：只查看；accept：机器时间无误，继续研判；reset：研判时钟有误，改回机器时间并全部重算')
        .choices(CLOCK_ACTIONS)
        .default('show'),
    )
    .action((action: ClockAction) => commands.clock(action));
  program
    .command('check-rules')
    .description('检查自己写的规则，并跑每条规则里的例子（平台不必停止）')
    .usage('<路径>')
    .argument('<路径>', '规则文件（YAML），或放着规则文件的文件夹')
    .action((path: string) => commands.checkRules(path));
  program
    .command('reset-password')
    .description('给一个账号重新生成初始密码（平台停止时；只在控制台里没有人能办时用）')
    .usage('<账号>')
    .argument('<账号>', '登录用的账号，例如 security')
    .action((account: string) => commands.resetPassword(account));
  program
    .command('verify-dossier')
    .description('核验一份卷宗是不是封存时的样子，有改动的说出第一处（平台不必停止，也可以在别的机器上）')
    .usage('[--key <公钥文件>] <文件>')
    .argument('<文件>', '卷宗（ZIP），不要解压')
    .option('--key <公钥文件>', '平台的卷宗公钥（PEM），在控制台线索页下载；写了才核验是不是本平台封存的')
    .action((file: string, options: { key?: string }) => commands.verifyDossier(file, options));
  return withHelpCommand(program);
}

/** In place of the library's, which answers an unknown name with all of the help and code 1. */
function withHelpCommand(program: Command): Command {
  program
    .command('help')
    .description('显示说明')
    .usage('[命令]')
    .argument('[命令]', '哪个命令；不写则列出所有命令')
    .action((name: string | undefined) => {
      const command = name === undefined ? program : program.commands.find((one) => one.name() === name);
      if (!command) return program.error(unknownCommand(program, name ?? ''));
      return command.outputHelp();
    });
  return program;
}

const TITLES: Readonly<Record<string, string>> = {
  'Usage:': '用法：',
  'Arguments:': '参数：',
  'Options:': '选项：',
  'Commands:': '命令：',
};

const CHINESE_HELP: Partial<Help> = {
  styleTitle: (title) => TITLES[title] ?? title,
  subcommandTerm: (command) => `${command.name()} ${command.usage()}`.trim(),
  argumentDescription: ({ description, argChoices, defaultValue }) =>
    `${description}${argChoices ? `（只能是 ${argChoices.join('、')}${defaultValue === undefined ? '' : `；不写即 ${String(defaultValue)}`}）` : ''}`,
};

class ChineseCommand extends Command {
  override createCommand(name?: string): Command {
    return new ChineseCommand(name);
  }

  /** Every mistake of a command line passes here, with the library's English and a code for its kind. */
  override error(message: string, options?: ErrorOptions): never {
    const words = options?.code === undefined ? message : mistakeWords(this, options.code, quoted(message));
    const help = this.parent && wasNamed(this) ? `${CALL} ${this.name()} --help` : `${CALL} --help`;
    super.error(`[天眼] ${words}。说明见：${help}`, { exitCode: MISUSE_CODE, code: options?.code ?? 'tianyan.misuse' });
  }
}

/** A word that is no command is taken for an argument of the default one, which then was not named. */
function wasNamed(command: Command): boolean {
  return command.parent?.args[0] === command.name();
}

/** The name or value that the library quotes. */
function quoted(message: string): string {
  return /'([^']*)'/.exec(message)?.[1] ?? '';
}

function mistakeWords(command: Command, code: string, name: string): string {
  switch (code) {
    case 'commander.missingArgument': {
      const missing = command.registeredArguments.find((argument) => argument.name() === name);
      return `缺少 <${name}>：${missing?.description ?? ''}`;
    }
    case 'commander.missingMandatoryOptionValue':
      return `缺少选项 ${name}：${command.options.find(({ flags }) => flags === name)?.description ?? ''}`;
    case 'commander.optionMissingArgument':
      return `选项 ${name} 后面没有写值：${command.options.find(({ flags }) => flags === name)?.description ?? ''}`;
    case 'commander.unknownOption':
      return `没有选项 ${name}，可用的选项：${command
        .createHelp()
        .visibleOptions(command)
        .map(({ flags }) => flags)
        .join('、')}`;
    case 'commander.invalidArgument':
      return valueWords(command);
    case 'commander.excessArguments':
      return excessWords(command);
    default:
      return `命令写法不对（${code}）`;
  }
}

function valueWords(command: Command): string {
  const [index, argument] = [...command.registeredArguments.entries()].find(([, { argChoices }]) => argChoices) ?? [];
  const value = command.args[index ?? 0] ?? '';
  return `<${argument?.name() ?? ''}>只能是 ${argument?.argChoices?.join('、') ?? ''}，不能是 ${value}`;
}

function excessWords(command: Command): string {
  const program = command.parent;
  if (program && !wasNamed(command)) return unknownCommand(program, command.args[0] ?? '');
  const most = command.registeredArguments.length;
  return `${command.name()} 后面${most === 0 ? '不写别的' : `最多写 ${most} 项`}，多出：${command.args.slice(most).join(' ')}`;
}

function unknownCommand(program: Command, name: string): string {
  return `没有命令 ${name}，可用的命令：${program.commands.map((one) => one.name()).join('、')}`;
}
