const MARK = /⟦(\w+)⟧/g;
const NOTE = / \/\* [\w⟦⟧, .-]+ \*\//g;
const WORD = /[A-Za-z_]\w*/g;
/** As the elements of a list are called, inside of functions: see write-sql.ts. */
const ELEMENT = /_[i-z]\d*$/;

/** Lists over all existing records of a scope: their instants, and their places in the timeline. */
export const ALL_AT = markOf('all_at');
export const ALL_PLACES = markOf('all_places');

/**
 * Names of the columns that are lists of records. They are for people, as `lease_villageCode`, and made of names that a rule's author has
 * chosen: so they are given when the whole query is there, each one that nothing else in it is called. Until then marks stand for them.
 */
export class ListNames {
  private readonly wishes = new Map<string, () => string>([
    ['all_at', () => 'all_at'],
    ['all_places', () => 'all_places'],
  ]);

  /** @param areRead by people; otherwise keys do for names, and notes are left out: the query is the shorter for it, and sooner analysed */
  constructor(private readonly areRead: boolean) {}

  /** Stands for the name of a list in SQL. The first wish for a key counts; it is asked for at the end. */
  mark(key: string, wish: () => string): string {
    if (!this.wishes.has(key)) this.wishes.set(key, wish);
    return markOf(key);
  }

  /** The SQL with names in the place of marks. */
  settle(marked: string): string {
    const sql = this.areRead ? marked : marked.replaceAll(NOTE, '');
    const taken = new Set(sql.replaceAll(MARK, ' ').match(WORD));
    const names = new Map<string, string>();
    for (const [key, wish] of this.wishes) {
      let name = this.areRead ? wish() : key;
      while (taken.has(name) || (this.areRead && ELEMENT.test(name))) name += '_';
      taken.add(name);
      names.set(key, name);
    }
    return sql.replaceAll(MARK, (_mark, key: string) => names.get(key) ?? raise(key));
  }
}

export function markOf(key: string): string {
  return `⟦${key}⟧`;
}

function raise(key: string): never {
  throw new TypeError(`nobody has named the list ${key}`);
}
