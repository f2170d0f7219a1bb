import type { Join, JoinCondition } from '../../language/kinds/join.js';
import { evidenceOf, NO_EVIDENCE } from '../arrays.js';
import { NEVER_MS, startOfDaySql } from '../calendar.js';
import { deadlineColumns, missedAfter } from '../deadline.js';
import { KIND_STAGE, NOW, type KindSql, type RuleContext } from '../rule-context.js';
import { inputOf } from '../timeline.js';

const COMPARISON = { equals: '=', above: '>', atLeast: '>=', below: '<', atMost: '<=' } as const;

/** Arrays for a lambda, each under a name. */
class Arrays {
  private readonly byArray = new Map<string, string>();
  constructor(private readonly prefix: string) {}

  of(array: string): string {
    let name = this.byArray.get(array);
    if (!name) {
      name = `${this.prefix}${this.byArray.size}`;
      this.byArray.set(array, name);
    }
    return name;
  }

  get args(): string {
    return [...this.byArray.values()].join(', ');
  }

  get arrays(): string {
    return [...this.byArray.keys()].join(', ');
  }
}

/** The record that reached a share, per subject: its place in the timeline, 0 where none did, and its instant. */
interface Mark {
  position: string;
  at: string;
}

function raise(): never {
  throw new TypeError('a mark is written before it is used');
}

interface ConditionSql {
  condition: JoinCondition;
  /** Per subject: Array(Tuple(position, at, amount)) of the records that the condition counts. */
  counted: string;
  /** Per subject: does it hold. */
  holds: string;
  /** Per subject: the instant from which it holds, as far as it depends on single records; 0 otherwise. */
  since: string | null;
  /** Per subject: the positions that prove it. */
  proof: string;
  stage: number;
}

/** Writes the SQL of one join rule, condition by condition: a mark must stand before the conditions that count after it. */
class JoinCompiler {
  private readonly bit: number;
  private readonly marks = new Map<string, Mark>();

  constructor(
    private readonly join: Join,
    private readonly rule: RuleContext,
  ) {
    this.bit = rule.maker(join.subject);
  }

  subject(field: string): string {
    return this.rule.values(this.bit, this.join.subject, field);
  }

  get positions(): string {
    return this.rule.positions(this.bit);
  }

  get at(): string {
    return this.rule.instants(this.bit);
  }

  markNames(): ReadonlyMap<string, Mark> {
    return this.marks;
  }

  /** The record (lambda `r`) belongs to the subject (lambda `s`). */
  private belongs(of: string, subject: Arrays, record: Arrays, bit: number): string {
    const { link } = inputOf(this.rule.rule, of);
    if (!link) return '1';
    const alternatives = link.on.map((on) =>
      Object.entries(on)
        .map(([own, wanted]) => `ifNull(${record.of(this.rule.values(bit, of, own))} = ${subject.of(this.subject(wanted))}, 0)`)
        .join(' AND '),
    );
    return `(${alternatives.map((sql) => `(${sql})`).join(' OR ')})`;
  }

  private compared(condition: JoinCondition, subject: Arrays, record: Arrays, bit: number): string[] {
    return (condition.compare ?? []).map(({ field, is, subject: wanted }) => {
      const own = record.of(this.rule.values(bit, condition.of, field));
      const other = subject.of(this.subject(wanted));
      if (is === 'differs') return `NOT ifNull(${own} = ${other}, 0)`;
      return `ifNull(${own} ${COMPARISON[is]} ${other}, 0)`;
    });
  }

  /** Array, per subject, of the records that pass. */
  private matching(condition: JoinCondition, withCompare: boolean): string {
    const bit = this.rule.plain(condition.of);
    const subject = new Arrays('s');
    const record = new Arrays('r');
    const at = record.of(this.rule.instants(bit));
    const position = record.of(this.rule.positions(bit));
    const summed = condition.share?.sum ?? condition.sumBelow?.sum;
    const amount = summed === undefined ? '0' : `ifNull(${record.of(this.rule.values(bit, condition.of, summed))}, 0)`;
    const tests = [this.belongs(condition.of, subject, record, bit)];
    if (withCompare) tests.push(...this.compared(condition, subject, record, bit));
    if (condition.after !== undefined) {
      const mark = this.marks.get(condition.after) ?? raise();
      const markPosition = subject.of(mark.position);
      tests.push(`${markPosition} > 0 AND ${position} > ${markPosition}`);
      if (condition.within) tests.push(`${at} - ${subject.of(mark.at)} < ${this.rule.spanMs(condition.within)}`);
    }
    const rows = `arrayMap((${record.args}) -> (toUInt32(${position}), toInt64(${at}), toInt64(${amount})), ${record.arrays})`;
    const kept = `arrayFilter((x, ${record.args}) -> ${tests.join(' AND ')}, ${rows}, ${record.arrays})`;
    subject.of(this.positions);
    return `arrayMap((${subject.args}) -> ${kept}, ${subject.arrays})`;
  }

  condition(condition: JoinCondition, index: number, stage: number): ConditionSql {
    const { rule } = this;
    const counted = rule.add(stage, `k${index}`, this.matching(condition, true));
    const reached = condition.after === undefined ? null : (this.marks.get(condition.after)?.position ?? null);
    const guard = (sql: string) => (reached ? `arrayMap((h, m) -> h AND m > 0, ${sql}, ${reached})` : sql);
    const positions = `arrayMap(c -> arrayMap(r -> r.1, c), ${counted})`;
    if (condition.share) return this.share(condition, condition.share, index, counted, stage, guard);
    if (condition.sumBelow) {
      const limit = this.subject(condition.sumBelow.field);
      const holds = `arrayMap((c, l) -> ifNull(arraySum(arrayMap(r -> r.3, c)) < l, 0), ${counted}, ${limit})`;
      return { condition, counted, holds: guard(holds), since: null, proof: positions, stage: stage + 1 };
    }
    if (condition.none) {
      const proof = condition.compare
        ? `arrayMap(c -> arrayMap(r -> r.1, c), ${rule.add(stage, `vain${index}`, this.matching(condition, false))})`
        : positions;
      return { condition, counted, holds: guard(`arrayMap(c -> empty(c), ${counted})`), since: null, proof, stage: stage + 1 };
    }
    const n = rule.amount(condition.atLeast ?? 1);
    const holds = `arrayMap(c -> length(c) >= ${n}, ${counted})`;
    const since = `arrayMap(c -> if(length(c) >= ${n}, tupleElement(c[greatest(${n}, 1)], 2), 0), ${counted})`;
    return { condition, counted, holds: guard(holds), since, proof: positions, stage: stage + 1 };
  }

  private share(
    condition: JoinCondition,
    share: NonNullable<JoinCondition['share']>,
    index: number,
    counted: string,
    stage: number,
    guard: (sql: string) => string,
  ): ConditionSql {
    const { rule } = this;
    const percent = rule.amount(share.percent);
    // Int128: a hundred times a sum of amounts may not fit into 64 bits.
    const enough = `toInt128(c) * 100 >= toInt128(ifNull(o, 0)) * ${percent}`;
    const sums = 'arrayCumSum(arrayMap(r -> r.3, k))';
    const place = `if(ifNull(o, 0) > 0, arrayFirstIndex(c -> ${enough}, ${sums}), 0)`;
    const places = rule.add(
      stage + 1,
      `place${index}`,
      `arrayMap((k, o) -> ${place}, ${counted}, ${this.subject(share.ofField)})`,
    );
    const ofMark = (name: string, element: number) =>
      rule.add(
        stage + 2,
        `${name}_${share.mark}`,
        `arrayMap((k, p) -> if(p > 0, toInt64(tupleElement(k[greatest(p, 1)], ${element})), toInt64(0)), ${counted}, ${places})`,
      );
    const mark: Mark = { position: ofMark('markpos', 1), at: ofMark('mark', 2) };
    const upTo = rule.add(stage + 2, `upto${index}`, `arrayMap((k, p) -> arraySlice(k, 1, p), ${counted}, ${places})`);
    this.marks.set(share.mark, mark);
    const holds = `arrayMap(m -> m > 0, ${mark.position})`;
    return {
      condition,
      counted: upTo,
      holds: guard(holds),
      since: mark.at,
      proof: `arrayMap(c -> arrayMap(r -> r.1, c), ${upTo})`,
      stage: stage + 3,
    };
  }
}

/**
 * Instants at which records linked to a subject come into being, for `dueAt`: the record's own input is in the future, the
 * subject may exist already or not.
 */
function linkedFuture(join: Join, rule: RuleContext): string[] {
  const subjectBit = rule.plain(join.subject);
  const linked = Object.entries(rule.rule.inputs).filter(([, input]) => input.link);
  return linked.map(([name, input]) => {
    const own = new Arrays('r');
    const others = new Arrays('s');
    const alternatives = (input.link?.on ?? []).map((on) =>
      Object.entries(on)
        .map(
          ([field, wanted]) =>
            `ifNull(${own.of(rule.allValues(name, field))} = ${others.of(rule.allValues(join.subject, wanted))}, 0)`,
        )
        .join(' AND '),
    );
    const subjects = rule.allMaskLambda([subjectBit]);
    const records = rule.allMaskLambda([rule.plain(name)]);
    const belongs = alternatives.map((sql) => `(${sql})`).join(' OR ');
    const inner = subjects.args.replaceAll('w', 'sw');
    const exists = `arrayExists((${inner}, ${others.args}) -> (${subjects.test.replaceAll('w', 'sw')}) AND (${belongs}), ${subjects.arrays}, ${others.arrays})`;
    const at = rule.allInstants();
    return `arrayFilter((x, ${records.args}, ${own.args}) -> x > ${NOW} AND (${records.test}) AND ${exists}, ${at}, ${records.arrays}, ${own.arrays})`;
  });
}

/** See `joinSchema` for the meaning. */
export function joinSql(join: Join, rule: RuleContext): KindSql {
  const compiler = new JoinCompiler(join, rule);
  let stage = KIND_STAGE;
  const conditions = join.all.map((condition, index) => {
    const sql = compiler.condition(condition, index, stage);
    stage = sql.stage;
    return sql;
  });
  const starts = { input: join.subject, suffix: 'x', at: compiler.at, values: (field: string) => compiler.subject(field) };
  const deadline = join.deadline ? deadlineColumns(join.deadline, starts, rule, stage) : null;
  if (deadline) stage = deadline.stage;
  const due = deadline?.plainDue ?? rule.add(stage, 'always', `arrayMap(a -> toInt64(0), ${compiler.at})`);
  const all = conditions.map((_c, i) => `h${i}`);
  const holds = rule.add(
    stage,
    'all',
    `arrayMap((${all.join(', ')}) -> ${all.join(' AND ')}, ${conditions.map((c) => c.holds).join(', ')})`,
  );
  const sinces = conditions.map((c) => c.since).filter((sql) => sql !== null);
  const sinceArgs = sinces.map((_s, i) => `, s${i}`).join('');
  const missedAfterMs = join.deadline ? missedAfter(join.deadline) : 1;
  const began = `greatest(a, ${deadline ? `d + ${missedAfterMs}` : 'a'}${sinceArgs})`;
  const rows = `arrayMap((i, p, a, d${sinceArgs}) -> (toInt64(${began}), toInt64(p), toInt64(i), toInt64(d)), arrayEnumerate(${compiler.at}), ${compiler.positions}, ${compiler.at}, ${due}${sinces.map((s) => `, ${s}`).join('')})`;
  const met = rule.add(stage + 1, 'met', `arrayFilter((r, h) -> h, ${rows}, ${holds})`);
  const holding = rule.add(stage + 2, 'holding', `arraySort(arrayFilter(r -> r.4 + ${missedAfterMs} <= ${NOW}, ${met}))`);
  const first = rule.add(stage + 3, 'first', `toUInt32(greatest(tupleElement(${holding}[1], 3), 1))`);
  const pending = deadline
    ? `arrayMap(r -> r.4 + ${missedAfterMs}, arrayFilter(r -> r.4 + ${missedAfterMs} > ${NOW} AND r.4 < ${NEVER_MS}, ${met}))`
    : "CAST([], 'Array(Int64)')";
  const ofHolding = (proof: string) =>
    `arrayFlatten(arrayFilter((c, i) -> has(${holding}.3, i), ${proof}, arrayEnumerate(${compiler.at})))`;
  const proofs = conditions.map((c) => evidenceOf(ofHolding(c.proof), rule.role(c.condition.of)));
  const future = linkedFuture(join, rule);
  return {
    hit: `notEmpty(${holding})`,
    occurredAt: `tupleElement(${holding}[1], 1)`,
    deadlines: pending,
    evidence: `arrayConcat(${[NO_EVIDENCE, evidenceOf(`${holding}.2`, rule.role(join.subject)), ...proofs].join(', ')})`,
    figures: { ...joinFigures(conditions, compiler.markNames(), holding, first), startMs: startSql(join, compiler, rule, first) },
    chosen: { input: join.subject, field: (field) => `${compiler.subject(field)}[${first}]` },
    ...(future.length > 0 ? { future: future.length === 1 ? (future[0] ?? '') : `arrayConcat(${future.join(', ')})` } : {}),
  };
}

/** The instant from which the deadline of the chosen subject is counted; 0 where none is counted. */
function startSql(join: Join, compiler: JoinCompiler, rule: RuleContext, first: string): string {
  const { deadline } = join;
  if (deadline === undefined || deadline.field !== undefined) return '0';
  if (deadline.from === undefined) return `${compiler.at}[${first}]`;
  const from = `${compiler.subject(deadline.from)}[${first}]`;
  return rule.column(join.subject, deadline.from).kind === 'day' ? startOfDaySql(from) : from;
}

function joinFigures(
  conditions: readonly ConditionSql[],
  marks: ReadonlyMap<string, Mark>,
  holding: string,
  first: string,
): Record<string, string> {
  const figures: Record<string, string> = { subjects: `length(${holding})`, deadlineMs: `tupleElement(${holding}[1], 4)` };
  for (const { condition, counted } of conditions) {
    figures[`${condition.of}Count`] ??= `length(${counted}[${first}])`;
    if (condition.share || condition.sumBelow)
      figures[`${condition.of}Sum`] ??= `arraySum(arrayMap(r -> r.3, ${counted}[${first}]))`;
  }
  for (const [name, mark] of marks) figures[`${name}Ms`] = `${mark.at}[${first}]`;
  return figures;
}
