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

const NONE: readonly never[] = [];

/** Scopes with so few records share the list of their places: nearly all. */
const SHARED_PLACES = 100;
const sharedPlaces = Array.from({ length: SHARED_PLACES }, (_unused, length) => Array.from({ length }, (_none, i) => i + 1));

function placesTo(length: number): readonly number[] {
  return sharedPlaces[length] ?? Array.from({ length }, (_unused, i) => i + 1);
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
  private readonly known = new Map<Bit, boolean>();

  constructor(
    /** Sorted by instant, order field, id (by bytes) and type. */
    readonly all: readonly TimelineRecord[],
    nowMs: number,
  ) {
    // Hardly ever is something dated in the future.
    const last = all.at(-1);
    this.existing = last && last.atMs > nowMs ? all.filter(({ atMs }) => atMs <= nowMs) : all;
    this.future = this.existing === all ? NONE : all.slice(this.existing.length);
    this.places = placesTo(this.existing.length);
    this.allInstants = all.map(({ atMs }) => atMs);
    this.instants = this.existing === all ? this.allInstants : this.existing.map(({ atMs }) => atMs);
    this.futureInstants = this.existing === all ? NONE : this.future.map(({ atMs }) => atMs);
  }

  /** Whether there is one. */
  has(bit: Bit): boolean {
    let known = this.known.get(bit);
    if (known === undefined) {
      known = this.existing.some((record) => record.is(bit));
      this.known.set(bit, known);
    }
    return known;
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
