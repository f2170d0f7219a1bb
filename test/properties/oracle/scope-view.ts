import type { WorkingCalendar } from '@tianyan/calendar';
import type { Catalogue } from '@tianyan/contracts';
import { chinaDayOf } from '@tianyan/kernel';
import type { Amount, RuleDefinition, Span } from '@tianyan/rules';
import { makersOf } from './makers.js';
import { compare, excepted, field, inOrder, satisfies, validOn, type OracleRecord } from './records.js';

const HOUR_MS = 3_600_000;

/** One rule at one instant, before any scope is chosen. */
export class RuleView {
  private readonly matching = new Map<string, readonly OracleRecord[]>();

  constructor(
    readonly rule: RuleDefinition,
    private readonly catalogue: Catalogue,
    records: readonly OracleRecord[],
    readonly nowMs: number,
    readonly calendar: WorkingCalendar,
  ) {
    for (const [name, input] of Object.entries(rule.inputs)) {
      this.matching.set(
        name,
        inOrder(records.filter((record) => record.type === input.type && satisfies(this, input.where, record))),
      );
    }
  }

  /** All records of an input, also future ones, in order. */
  all(input: string): readonly OracleRecord[] {
    const records = this.matching.get(input);
    if (!records) throw new Error(`unknown input ${input}`);
    return records;
  }

  link(input: string) {
    return this.rule.inputs[input]?.link;
  }

  /** Scope key of a record by its own fields; null if a part is missing or the input is linked. */
  scopeOf(input: string, record: OracleRecord): string | null {
    const definition = this.rule.inputs[input];
    if (!definition || definition.link) return null;
    const { fields } = this.catalogue.get(definition.type);
    const names = this.rule.scope.map((part) => definition.scope?.[part] ?? part);
    const parts = names.map((name) => field(record, name));
    // A person who trades is no scope.
    const isPerson = names.some((name, i) => fields[name]?.key === 'firm' && String(parts[i]).startsWith('92'));
    return isPerson || parts.some((part) => part === null) ? null : keyOf(parts.map(String));
  }

  linked(input: string, record: OracleRecord, subject: OracleRecord): boolean {
    return (this.link(input)?.on ?? []).some((alternative) =>
      Object.entries(alternative).every(([own, theirs]) => {
        const value = field(record, own);
        return value !== null && value === field(subject, theirs);
      }),
    );
  }

  isExcepted(input: string, scope: string, record: OracleRecord): boolean {
    const type = this.rule.inputs[input]?.type ?? '';
    return excepted(this.rule, this.catalogue.get(type), this.link(input) ? null : scope, record);
  }

  /** By these exceptions alone, whatever its scope. */
  isExceptedBy(exceptions: RuleDefinition['exceptions'], input: string, record: OracleRecord): boolean {
    const type = this.rule.inputs[input]?.type ?? '';
    return excepted({ ...this.rule, exceptions }, this.catalogue.get(type), null, record);
  }

  /** A plain number or a plain parameter. */
  amount(amount: Amount): number | null {
    if (typeof amount === 'number') return amount;
    return this.rule.parameters[amount.parameter]?.value ?? null;
  }

  /** Distances smaller than this are inside; of whole milliseconds, an inclusive span holds one more. */
  spanMs(span: Span): number | null {
    return lengthMs(span, (amount) => this.amount(amount));
  }

  /** Keys of every scope that some record belongs to. */
  scopes(): string[] {
    const keys = new Set<string>();
    for (const input of Object.keys(this.rule.inputs)) {
      for (const record of this.all(input)) {
        const key = this.scopeOf(input, record);
        if (key !== null) keys.add(key);
      }
    }
    return [...keys].sort();
  }
}

/** @param valueOf what a number of it is; null: nothing, and so is the span */
export function lengthMs(span: Span, valueOf: (amount: Amount) => number | null): number | null {
  const more = span.boundary === 'inclusive' ? 1 : 0;
  const of = (amount: Amount, unitMs: number) => {
    const value = valueOf(amount);
    return value === null ? null : value * unitMs + more;
  };
  if (span.days !== undefined) return of(span.days, 24 * HOUR_MS);
  if (span.hours !== undefined) return of(span.hours, HOUR_MS);
  return of(span.minutes ?? 0, 60_000);
}

/** A part holding the separator must not make two scopes one. */
function keyOf(parts: readonly string[]): string {
  if (parts.length === 1) return parts[0] ?? '';
  return parts.map((part) => part.replaceAll('%', '%25').replaceAll('|', '%7C')).join('|');
}

/** One rule in one scope at one instant. */
export class ScopeView {
  constructor(
    readonly view: RuleView,
    readonly scope: string,
  ) {}

  /** Records of an input in this scope that exist, in order. */
  existing(input: string): readonly OracleRecord[] {
    const link = this.view.link(input);
    if (link) {
      // Not of a join, which asks each subject by itself.
      const others = this.existing(link.to);
      const isLinked = (record: OracleRecord) => others.some((other) => this.view.linked(input, record, other));
      return this.view.all(input).filter((record) => record.atMs <= this.view.nowMs && isLinked(record));
    }
    return this.view
      .all(input)
      .filter((record) => record.atMs <= this.view.nowMs && this.view.scopeOf(input, record) === this.scope);
  }

  /** The same without those an exception lets off, and of the rule's sources only: for inputs that make the problem. */
  making(input: string): readonly OracleRecord[] {
    const { sources } = this.view.rule;
    const leading = this.leadingIntoShare(input);
    return this.existing(input).filter(
      (record) =>
        (sources?.includes(record.source) ?? true) &&
        !this.view.isExcepted(input, this.scope, record) &&
        !this.isListed(input, record) &&
        (leading === null || leading.some((one) => this.view.linked(input, record, one))),
    );
  }

  /** Of a share what a link leads to has to count where it makes the problem itself; null: no link does that. */
  private leadingIntoShare(input: string): readonly OracleRecord[] | null {
    const { rule } = this.view;
    const to = this.view.link(input)?.to;
    return rule.kind === 'ratio' && to !== undefined && makersOf(rule).includes(to) ? this.making(to) : null;
  }

  /** Whether an exception by a list lets the record off. */
  private isListed(input: string, record: OracleRecord): boolean {
    const { view } = this;
    const { rule } = view;
    const day = chinaDayOf(record.atMs);
    return rule.exceptions.some(({ listed, from, to }) => {
      const concerned = listed && rule.inputs[view.link(listed.of)?.to ?? '']?.type;
      if (!listed || concerned !== rule.inputs[input]?.type) return false;
      if ((from !== undefined && day < from) || (to !== undefined && day > to)) return false;
      return this.existing(listed.of).some((entry) => view.linked(listed.of, entry, record) && validOn(entry, listed, day));
    });
  }

  /** Records of an input without a link, dated in the future or not. */
  dated(input: string): readonly OracleRecord[] {
    return this.view.all(input).filter((record) => this.view.scopeOf(input, record) === this.scope);
  }

  /** Every instant later than now at which a record of some input comes to be. */
  futureInstants(): number[] {
    const { view } = this;
    const instants: number[] = [];
    for (const input of Object.keys(view.rule.inputs)) {
      const link = view.link(input);
      const subjects = link ? view.all(link.to).filter((subject) => view.scopeOf(link.to, subject) === this.scope) : [];
      for (const record of view.all(input)) {
        if (record.atMs <= view.nowMs) continue;
        const belongs = link
          ? subjects.some((subject) => view.linked(input, record, subject))
          : view.scopeOf(input, record) === this.scope;
        if (belongs) instants.push(record.atMs);
      }
    }
    return instants;
  }
}

/** What a rule says of one scope, as far as it is compared. */
export interface Verdict {
  hit: boolean;
  occurredAtMs: number | null;
  /** Instants later than now at which the answer may change, beside future records. */
  pendingMs: number[];
  /** Future records do not change it before then. */
  undecided?: true;
  /** Role and record. */
  evidence: { role: string; record: OracleRecord }[];
  figures: Record<string, number>;
  /** Of a kind that judges single records: the one of each input that it speaks of, null where there is none. */
  spoken?: ReadonlyMap<string, OracleRecord | null>;
}

export const NO_HIT: Omit<Verdict, 'pendingMs'> = { hit: false, occurredAtMs: null, evidence: [], figures: {} };

/** Pairs of role and record, each once, in order. */
export function evidenceOf(pairs: readonly { role: string; record: OracleRecord }[]): Verdict['evidence'] {
  const seen = new Map(pairs.map((pair) => [`${pair.role} ${pair.record.type} ${pair.record.id}`, pair]));
  return [...seen.values()].sort((a, b) => compare(a.record, b.record) || (a.role < b.role ? -1 : 1));
}
