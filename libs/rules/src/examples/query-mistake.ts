import { builtInCatalogue } from '@tianyan/contracts';
import { clickHouseErrorName } from '@tianyan/warehouse';
import { columnsOf, IN_THE_FUTURE, PERSON_IN_SCOPE } from '../kinds/sql/query.js';
import type { RuleDefinition } from '../language/rule.js';

/** What the database calls the mistakes that people make in a query, for them. */
const MISTAKES: Readonly<Record<string, string>> = {
  UNKNOWN_IDENTIFIER: '有不认识的列名',
  SYNTAX_ERROR: '语法有误',
  UNKNOWN_FUNCTION: '有不认识的函数',
  NOT_AN_AGGREGATE: '有一列既没有汇总，也不在 GROUP BY 里',
  ILLEGAL_AGGREGATION: '汇总函数用在了不能用的地方',
  ILLEGAL_TYPE_OF_ARGUMENT: '函数的参数类型不对',
  NUMBER_OF_ARGUMENTS_DOESNT_MATCH: '函数的参数个数不对',
  NO_COMMON_TYPE: '比较或合并的两边类型不同',
  TYPE_MISMATCH: '类型不合',
  CANNOT_CONVERT_TYPE: '类型转换不了：编号要是文字的列表，numbers 要是数',
  AMBIGUOUS_IDENTIFIER: '列名不明确，请写成 表.列',
  ILLEGAL_DIVISION: '除数为零，请用 intDivOrZero，或用 nullIf 让除数为空',
  FUNCTION_THROW_IF_VALUE_IS_NON_ZERO: '同一个判断对象有两行：请按 scope 的各部分 GROUP BY',
  TIMEOUT_EXCEEDED: '超过了时间上限',
  MEMORY_LIMIT_EXCEEDED: '超过了内存上限',
  TOO_MANY_ROWS: '读取的记录超过了上限',
  TOO_MANY_ROWS_OR_BYTES: '结果超过了上限',
};

/** What our part of the query makes it say. */
const OWN_MISTAKES: readonly (readonly [string, string])[] = [
  [PERSON_IN_SCOPE, '个人信息不能作判断对象'],
  [
    IN_THE_FUTURE,
    'occurredAtMs 晚于研判时刻：写了 group 的查询不随时间再判断，到那一刻没有人再问；请用已经发生的时刻，或在查询里用 {now} 写明条件（那样每次整体判断）',
  ],
];

/** Longest piece of the database's own words. */
const MAX_CHARS = 200;

/** In Chinese, with what the database says of it; null: it is not the database that says so. */
export function queryMistake(rule: RuleDefinition, error: unknown): string | null {
  const name = clickHouseErrorName(error);
  if (name === undefined || !isErrorLike(error)) return null;
  // What follows quotes the whole query, which the author has before them.
  const [words = ''] = error.message.split(/ in scope |: While | \(in query|\. Stack/, 1);
  const [, own] = OWN_MISTAKES.find(([said]) => error.message.includes(said)) ?? [];
  const mistake = own ?? MISTAKES[name] ?? '查询出错';
  return `数据库不接受这条查询：${mistake}${unknownColumn(rule, error.message)}（${words.slice(0, MAX_CHARS)}）`;
}

/** Which columns there are, or that the one that was asked for is kept from queries. */
function unknownColumn(rule: RuleDefinition, message: string): string {
  const [, asked] = /identifier `([^`]+)`/.exec(message) ?? [];
  if (asked === undefined) return '';
  const column = asked.split('.').at(-1) ?? asked;
  const inputs = Object.entries(rule.inputs).map(([name, { type }]) => ({ name, contract: builtInCatalogue.get(type) }));
  const kept = inputs.find(({ contract }) => contract.fields[column] !== undefined);
  if (kept) return `：${column} 是秘密字段，或是可能要求保密的文字，查询里没有；要按它挑选，写在输入 ${kept.name} 的 where 里`;
  const offered = inputs.map(
    ({ name, contract }) =>
      `${name}：${columnsOf(contract)
        .map((one) => one.name)
        .join('、')}`,
  );
  return ` ${column}，可用的列：${offered.join('；')}`;
}

/** Errors of the embedded engine are of another realm. */
function isErrorLike(error: unknown): error is { message: string } {
  return typeof error === 'object' && error !== null && 'message' in error && typeof error.message === 'string';
}
