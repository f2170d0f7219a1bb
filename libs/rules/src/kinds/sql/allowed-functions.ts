/**
 * What a query may call. A list of what is allowed, because ClickHouse has some thousand functions and gets new ones: among them are ones that
 * read files, other servers, settings and the table behind a dictionary. Left out besides: what answers otherwise each time it is asked
 * (`now`, `rand`, `any`, `uniq`), for two judgements of the same records must agree, what depends on the time zone of the server, and what makes
 * numbers of texts that nobody reads any more (hashes): a person could be told by one.
 */
const AGGREGATES = `
  count countIf sum sumIf avg avgIf min max minIf maxIf argMin argMax argMinIf argMaxIf uniqExact uniqExactIf
  groupArray groupArrayIf groupUniqArray groupUniqArrayIf groupBitOr groupBitAnd medianExact medianExactIf quantileExact quantileExactIf
  quantilesExact quantileExactLow quantileExactHigh stddevPop stddevSamp varPop varSamp corr covarPop covarSamp skewPop kurtPop
  row_number rank dense_rank lagInFrame leadInFrame ntile`;
const CONDITIONS = `if multiIf coalesce ifNull nullIf isNull isNotNull assumeNotNull toNullable least greatest equals notEquals less greater not and or xor`;
const NUMBERS = `
  abs round floor ceil intDiv intDivOrZero modulo moduloOrZero positiveModulo plus minus multiply divide negate pow sqrt exp log log2 log10 sign
  bitAnd bitOr bitXor bitTest bitCount toInt8 toInt16 toInt32 toInt64 toUInt8 toUInt16 toUInt32 toUInt64 toFloat64 toInt64OrNull toInt64OrZero
  toInt64OrDefault toFloat64OrNull toFloat64OrZero toString cast`;
const TEXTS = `
  length lengthUTF8 lower upper lowerUTF8 upperUTF8 concat substring substringUTF8 leftUTF8 rightUTF8 trimLeft trimRight trimBoth replaceAll
  replaceOne position positionUTF8 positionCaseInsensitiveUTF8 startsWith endsWith splitByChar splitByString match multiSearchAny like notLike
  leftPad rightPad leftPadUTF8 rightPadUTF8 reverseUTF8 ngramDistanceUTF8 ngramDistance empty notEmpty`;
const LISTS = `
  array arrayMap arrayFilter arraySort arrayReverseSort arrayDistinct arrayConcat arrayCount arrayExists arrayAll arraySum arrayMin arrayMax
  arrayAvg arraySlice arrayElement arrayZip arrayEnumerate arrayEnumerateUniq arrayJoin arrayUniq arrayDifference arrayCumSum arrayFlatten
  arrayIntersect arrayStringConcat arrayCompact arrayFirst arrayLast arrayFirstIndex arrayLastIndex arrayReverse arrayPushBack arrayPushFront
  arrayPopBack arrayPopFront arrayWithConstant has hasAny hasAll indexOf countEqual range tuple tupleElement`;
const DAYS = `
  toDate32 toYear toQuarter toMonth toDayOfMonth toDayOfWeek toDayOfYear toYYYYMM toYYYYMMDD toStartOfMonth toStartOfQuarter toStartOfYear
  toMonday toLastDayOfMonth addDays addWeeks addMonths addYears subtractDays subtractMonths subtractYears dateDiff age`;

export const ALLOWED_FUNCTIONS: ReadonlySet<string> = new Set(
  [AGGREGATES, CONDITIONS, NUMBERS, TEXTS, LISTS, DAYS].flatMap((names) => names.trim().split(/\s+/)),
);

/** What to call instead, for those that people reach for. */
export const INSTEAD: Readonly<Record<string, string>> = {
  any: 'min、max 或 argMax（any 每次可能不同）',
  anylast: 'argMax（anyLast 每次可能不同）',
  first_value: 'argMin',
  last_value: 'argMax',
  uniq: 'uniqExact（uniq 是近似值）',
  quantile: 'quantileExact（quantile 是近似值）',
  median: 'medianExact（median 是近似值）',
  now: '{now}（研判时刻，毫秒）',
  now64: '{now}（研判时刻，毫秒）',
  today: '{now}（研判时刻，毫秒）',
  todate: 'atDay，或 toDate32',
  todatetime: 'atMs，或 atDay、atHour',
  extract: 'substring、splitByChar',
};

/** What to write instead of words that are refused; of the others it is said that a query only reads. */
export const INSTEAD_OF_WORDS: Readonly<Record<string, string>> = {
  EXISTS: '请改用 IN 或 JOIN',
  INTERVAL: '请改用 addDays、addMonths 等函数',
  REPLACE: '请改用 replaceAll、replaceOne',
  FINAL: '每个输入本来就是最新的版本，去掉即可',
  SAMPLE: '请用 where 或 WHERE 挑选',
  PREWHERE: '请改用 WHERE',
  COLUMNS: '请逐个写列名',
};
