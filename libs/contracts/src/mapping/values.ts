import type { FieldKind } from '../fields.js';
import { dateReader, zoneOf, type ReadDate } from './dates.js';
import type { KeyedDigest } from './digest.js';
import { isErrorValue, isShortened, MAX_EXACT_CODE, saysNothing } from './cells.js';
import { readFlag, readInteger, readNumber, readPercent, readScaled } from './numbers.js';
import { ErrorValueProblem, ValueProblem } from './problems.js';
import type { Reading, TextStep, ValueObject, ValueSpec } from './value-spec.js';
import { cellReader, conditionTest, trimmed, without, type Cell, type EmptyWords, type RowScope } from './rows.js';

/** Reads one value out of a row; throws ValueProblem. */
export type ReadValue = (scope: RowScope) => Cell;

/** What all values of one mapping share. */
export interface ValueSettings {
  zone: string;
  dates: readonly string[];
  /** Texts that mean that nothing stands there. */
  empty: EmptyWords;
  digest: KeyedDigest;
  /** Readers made so far, by formats and zone. */
  dateReaders: Map<string, ReturnType<typeof dateReader>>;
}

const READING_OF_KIND: Readonly<Record<FieldKind, Reading | null>> = {
  text: 'text',
  code: 'text',
  integer: 'integer',
  money: null,
  area: 'number',
  flag: 'flag',
  instant: 'instant',
  day: 'day',
};

/** Turns the description of a value into a function. Throws TypeError where the description makes no sense. */
export function compileValue(spec: ValueSpec, kind: FieldKind, settings: ValueSettings): ReadValue {
  const object: ValueObject = typeof spec === 'string' ? { from: spec } : spec;
  const base = compileBase(object, kind, settings);
  // A constant, a digest and a chosen branch are values already.
  const reading = object.as ?? (object.from === undefined && object.join === undefined ? null : READING_OF_KIND[kind]);
  if (reading === null && kind === 'money' && object.from !== undefined)
    throw new TypeError('金额须写明单位：as: fen（分）、yuan（元）或 wan-yuan（万元）');
  const shape = object.text ? compileText(object.text) : null;
  const lookUp = object.values ? compileValues(object) : null;
  const convert = reading === null ? null : compileReading(reading, kind, object, settings);
  const finish = compileFinish(object);
  const fallback = object.default ?? null;
  return (scope) => {
    let value = base(scope);
    if (value !== null && shape) value = shape(String(value));
    if (value !== null && lookUp) value = lookUp(value);
    if (value !== null && convert && !(lookUp && typeof value === 'boolean')) value = convert(value);
    if (value !== null && finish) value = finish(value, scope);
    return value ?? fallback;
  };
}

function compileBase(object: ValueObject, kind: FieldKind, settings: ValueSettings): ReadValue {
  if (object.value !== undefined) {
    const constant = object.value;
    return () => constant;
  }
  if (object.from !== undefined) {
    // What the mapping's own table of values names has a meaning there.
    const empty = without(settings.empty, new Set(Object.keys(object.values ?? {})));
    const columns = typeof object.from === 'string' ? [object.from] : object.from;
    const [first, ...others] = columns.map((path) => withoutErrors(cellReader(path, empty)));
    if (!first) throw new TypeError('`from` names no column');
    if (others.length === 0) return first;
    return (scope) => {
      let cell = first(scope);
      for (let i = 0; cell === null && i < others.length; i++) cell = others[i]?.(scope) ?? null;
      return cell;
    };
  }
  if (object.choose) {
    const branches = object.choose.map((branch) => ({
      test: conditionTest(branch.when, settings.empty),
      read: compileValue(branch.take, kind, settings),
    }));
    return (scope) => branches.find((branch) => branch.test(scope))?.read(scope) ?? null;
  }
  if (object.join) {
    const joined = compileParts(object.join, settings);
    const separator = object.with ?? '';
    return (scope) => joined(scope)?.join(separator) ?? null;
  }
  const parts = compileParts(object.digest ?? [], settings);
  return (scope) => {
    const texts = parts(scope);
    // Lengths stand between the parts, so that ("ab", "c") and ("a", "bc") differ.
    return texts === null ? null : settings.digest(texts.map((text) => `${text.length}:${text}`).join('|'));
  };
}

function withoutErrors(read: ReadValue): ReadValue {
  return (scope) => {
    const cell = read(scope);
    if (isErrorValue(cell)) throw new ErrorValueProblem(cell);
    return cell;
  };
}

/** The texts of all parts; null as soon as one is empty: half an id would be the id of something else. */
function compileParts(specs: readonly ValueSpec[], settings: ValueSettings): (scope: RowScope) => string[] | null {
  // Parts of an id or a digest are codes: two halves of a phone number that a spreadsheet has rounded would be one person.
  const reads = specs.map((spec) => compileValue(spec, 'code', settings));
  return (scope) => {
    const texts: string[] = [];
    for (const read of reads) {
      const value = read(scope);
      if (value === null) return null;
      texts.push(String(value));
    }
    return texts;
  };
}

function compileText(steps: readonly TextStep[]): (text: string) => string | null {
  const functions = steps.map(textFunction);
  return (text) => trimmed(functions.reduce((current, change) => change(current), text));
}

function textFunction(step: TextStep): (text: string) => string {
  switch (step) {
    case 'lower':
      return (text) => text.toLowerCase();
    case 'upper':
      return (text) => text.toUpperCase();
    case 'squeeze':
      return (text) => text.replaceAll(/[\s\u200b-\u200d\u2060\ufeff]+/g, '');
    case 'collapse':
      return (text) => text.replaceAll(/\s+/g, ' ');
    case 'half-width':
      return (text) => text.normalize('NFKC');
    default:
      return cutFunction(step);
  }
}

function cutFunction(step: Exclude<TextStep, string>): (text: string) => string {
  if ('first' in step) return (text) => text.slice(0, step.first);
  if ('last' in step) return (text) => text.slice(-step.last);
  if ('before' in step) return (text) => text.split(step.before, 1)[0] ?? '';
  return (text) => {
    const at = text.indexOf(step.after);
    return at < 0 ? '' : text.slice(at + step.after.length);
  };
}

function compileValues(object: ValueObject): (value: string | number | boolean) => Cell {
  const values = new Map(Object.entries(object.values ?? {}));
  const names = [...values.keys()].join('、');
  return (value) => {
    const found = values.get(String(value));
    if (found !== undefined) return found;
    if (object.otherwise === 'keep') return value;
    if (object.otherwise === 'empty') return null;
    throw new ValueProblem(`不在映射的取值表中，可用的是：${names}`, value);
  };
}

type Convert = (value: string | number | boolean) => Cell;

const SCALED_DIGITS = { fen: 0, yuan: 2, 'wan-yuan': 6 } as const;

function compileReading(reading: Reading, kind: FieldKind, object: ValueObject, settings: ValueSettings): Convert {
  if (reading === 'text') return kind === 'code' ? readCode : String;
  const convert = compileConversion(reading, object, settings);
  if (reading === 'flag') return convert;
  return (value) => (typeof value === 'string' && saysNothing(value) ? null : convert(value));
}

function readCode(value: string | number | boolean): string {
  if (typeof value === 'number' && Math.abs(value) > MAX_EXACT_CODE)
    throw new ValueProblem(`${DIGITS_LOST}（超过 15 位的编号存成了数字）`, value);
  if (typeof value === 'string' && isShortened(value)) throw new ValueProblem(`${DIGITS_LOST}（科学记数法）`, value);
  return String(value);
}

const DIGITS_LOST = '编号的末几位已被表格软件丢掉，请在来源文件中把这一列设为“文本”格式后重新导出';

function compileConversion(reading: Exclude<Reading, 'text'>, object: ValueObject, settings: ValueSettings): Convert {
  switch (reading) {
    case 'integer':
      return object.times ? readNumber : readInteger;
    case 'number':
      return readNumber;
    case 'percent':
      return readPercent;
    case 'fen':
    case 'yuan':
    case 'wan-yuan': {
      const digits = SCALED_DIGITS[reading];
      const rounding = object.rounding ?? 'refuse';
      return (value) => readScaled(value, digits, rounding);
    }
    case 'flag':
      return readFlag;
    case 'instant':
      return compileDate(object, settings, (date) => date.toMillis());
    case 'day':
      return compileDate(object, settings, (date) => date.toISODate());
    default:
      return reading satisfies never;
  }
}

function compileDate(object: ValueObject, settings: ValueSettings, result: (date: ReadDate) => Cell): Convert {
  const formats = object.formats ?? settings.dates;
  const zone = object.zone ?? settings.zone;
  const key = JSON.stringify([formats, zone]);
  // One reader for all values written alike: the same column is often read for several records of a row.
  const read = settings.dateReaders.get(key) ?? dateReader(formats, zoneOf(zone));
  settings.dateReaders.set(key, read);
  return (value) => {
    if (typeof value === 'boolean') throw new ValueProblem('不是日期时间', value);
    return result(read(value));
  };
}

/** Factor and bounds of a number. */
function compileFinish(object: ValueObject): ((value: string | number | boolean, scope: RowScope) => Cell) | null {
  const { times, min, max } = object;
  if (!times && min === undefined && max === undefined) return null;
  const factorCell = times ? cellReader(times.from) : null;
  const factors = new Map(Object.entries(times?.factors ?? {}));
  return (value, scope) => {
    if (typeof value !== 'number') throw new ValueProblem('不是数字', value);
    let number = value;
    if (factorCell) {
      const unit = factorCell(scope);
      const factor = factors.get(String(unit));
      if (factor === undefined) throw new ValueProblem(`单位不认识，可用的是：${[...factors.keys()].join('、')}`, unit);
      number *= factor;
    }
    if (min !== undefined && number < min) throw new ValueProblem(`过小：最小 ${min}`, value);
    if (max !== undefined && number > max) throw new ValueProblem(`过大：最大 ${max}`, value);
    return number;
  };
}
