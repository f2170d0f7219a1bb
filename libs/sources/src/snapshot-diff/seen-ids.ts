/** Bits for each run: two megabytes. A million ids let it say `maybe` of one new id in four hundred, five million of half of them. */
const BITS = 2 ** 24;
/** Bits that an id sets. */
const PROBES = 4;

/**
 * Tells what was certainly never added (a Bloom filter). It may say `maybe` of an id that is new, and never `no` of one that was
 * added.
 */
export class SeenIds {
  private readonly bits = new Uint32Array(BITS / 32);

  add(type: string, id: string): void {
    this.probe(type, id, (word, bit) => {
      this.bits[word] = this.wordAt(word) | bit;
      return true;
    });
  }

  mayHold(type: string, id: string): boolean {
    return this.probe(type, id, (word, bit) => (this.wordAt(word) & bit) !== 0);
  }

  private wordAt(word: number): number {
    return this.bits[word] ?? 0;
  }

  /** Whether `each` holds of every bit of the id. */
  private probe(type: string, id: string, each: (word: number, bit: number) => boolean): boolean {
    const first = hashOf(type, id, 0x811c9dc5);
    // Odd, so that the steps reach different bits.
    const step = hashOf(id, type, 0x9747b28c) | 1;
    for (let probe = 0; probe < PROBES; probe++) {
      const place = (first + Math.imul(probe, step)) & (BITS - 1);
      if (!each(place >>> 5, 1 << (place & 31))) return false;
    }
    return true;
  }
}

/** 32 bits of two texts: FNV-1a, mixed at the end, because ids that count up differ in their last characters alone. */
function hashOf(first: string, second: string, seed: number): number {
  let hash = seed;
  for (let at = 0; at < first.length; at++) hash = Math.imul(hash ^ first.charCodeAt(at), 0x01000193);
  hash = Math.imul(hash ^ 0x0a, 0x01000193);
  for (let at = 0; at < second.length; at++) hash = Math.imul(hash ^ second.charCodeAt(at), 0x01000193);
  hash = Math.imul(hash ^ (hash >>> 16), 0x85ebca6b);
  hash = Math.imul(hash ^ (hash >>> 13), 0xc2b2ae35);
  return (hash ^ (hash >>> 16)) >>> 0;
}
