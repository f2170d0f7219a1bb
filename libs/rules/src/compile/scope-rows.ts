import type { Field } from '../expression/expr.js';

import type { Bit } from './timeline.js';

/** One record of a scope, as the process holds it. */
export interface TimelineRecord {
  type: string;
  id: string;
  version: number;
  streamOffset: number;
  hash: string;
  atMs: number;
  /** The order field of its contract; 0 without one. */
  order: number;
  field(name: string): Field;
  /** Whether it is of an input: its conditions, and that it belongs to this scope in the input's way. */
  is(bit: Bit): boolean;
}

/** The sorted records of one scope at one instant, as the leaves of an expression read them. Lists are made when asked for; whoever asks keeps them. */
export class ScopeRows {
  /** Records that exist: not dated in the future. */
  private readonly existing: readonly TimelineRecord[];
  readonly places: readonly number[];
  readonly instants: readonly number[];
  readonly allInstants: readonly number[];
  /** Of records dated in the future; the others stand before them. */
  readonly futureInstants: readonly number[];
  private readonly future: readonly TimelineRecord[];
  private readonly byBit = new Map<Bit, readonly number[]>();

  constructor(
    /** Sorted by instant, order field, id (by bytes) and type. */
    readonly all: readonly TimelineRecord[],
    nowMs: number,
  ) {
    this.existing = all.filter(({ atMs }) => atMs <= nowMs);
    this.places = this.existing.map((_record, i) => i + 1);
    this.instants = this.existing.map(({ atMs }) => atMs);
    this.allInstants = all.map(({ atMs }) => atMs);
    this.future = all.slice(this.existing.length);
    this.futureInstants = this.future.map(({ atMs }) => atMs);
  }

  placesOf(bit: Bit): readonly number[] {
    let known = this.byBit.get(bit);
    if (!known) {
      known = this.places.filter((place) => this.existing[place - 1]?.is(bit));
      this.byBit.set(bit, known);
    }
    return known;
  }

  instantsOf(bit: Bit): readonly number[] {
    return this.placesOf(bit).map((place) => this.instants[place - 1] ?? 0);
  }

  valuesOf(bit: Bit, type: string, field: string): readonly Field[] {
    return this.placesOf(bit).map((place) => valueOf(this.existing[place - 1], type, field));
  }

  are(bits: readonly Bit[]): readonly boolean[] {
    return this.existing.map((record) => bits.some((bit) => record.is(bit)));
  }

  allAre(bits: readonly Bit[]): readonly boolean[] {
    return this.all.map((record) => bits.some((bit) => record.is(bit)));
  }

  futureAre(bits: readonly Bit[]): readonly boolean[] {
    return this.future.map((record) => bits.some((bit) => record.is(bit)));
  }

  values(type: string, field: string): readonly Field[] {
    return this.existing.map((record) => valueOf(record, type, field));
  }

  allValues(type: string, field: string): readonly Field[] {
    return this.all.map((record) => valueOf(record, type, field));
  }

  futureValues(type: string, field: string): readonly Field[] {
    return this.future.map((record) => valueOf(record, type, field));
  }
}

function valueOf(record: TimelineRecord | undefined, type: string, field: string): Field {
  return record?.type === type ? record.field(field) : null;
}
