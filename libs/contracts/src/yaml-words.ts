import { YAMLParseError, type ErrorCode } from 'yaml';

/** What people get wrong in YAML, by the code of the library. */
const MISTAKES: Partial<Record<ErrorCode, string>> = {
  BAD_INDENT: '缩进不对',
  TAB_AS_INDENT: '缩进用了制表符，请改成空格',
  DUPLICATE_KEY: '同一个名称写了两次',
  MISSING_CHAR: '引号、括号没有成对，或缺少冒号、逗号',
  MULTILINE_IMPLICIT_KEY: '缺少冒号，或缩进不对',
  BLOCK_AS_IMPLICIT_KEY: '一行里有两个冒号，或缩进不对；含冒号的文字要加引号',
  BLOCK_IN_FLOW: '括号里不能换成缩进的写法，多半是括号没有成对',
  MULTIPLE_DOCS: '一个文件只能写一份，不能用 --- 隔开几份',
  BAD_SCALAR_START: '以 @、` 等符号开头的文字要加引号',
  BAD_DQ_ESCAPE: '双引号里的 \\ 有特别的意思，请改用单引号',
  BAD_ALIAS: '以 *、& 开头的文字要加引号',
  UNEXPECTED_TOKEN: '有多余的符号；含逗号、括号、引号的文字要加引号',
};

/** What is wrong with a text that is no YAML, in Chinese. */
export function yamlMistake(error: Pick<YAMLParseError, 'code'>): string {
  return MISTAKES[error.code] ?? '请检查缩进、冒号后的空格、引号和括号是否成对';
}

/** The same with the line, where there is one. Of other errors too: of more references (`*`) to one part than anybody writes. */
export function notYaml(error: unknown): string {
  if (!(error instanceof YAMLParseError)) return '不是有效的 YAML：以 *、& 开头的文字要加引号';
  const [at] = error.linePos ?? [];
  return `不是有效的 YAML：${at ? `第 ${at.line} 行附近，` : ''}${yamlMistake(error)}`;
}
