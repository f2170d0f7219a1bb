import { builtInCatalogue, creditCodeCheck, hashOf, type AnyRecord, type FieldValue } from '@tianyan/contracts';
import { chinaDayOf, DAY_MS, HOUR_MS, startOfChinaDayMs } from '@tianyan/kernel';

/** The week before the Spring Festival of 2026: make-up days and nine days off lie ahead. */
export const BASE_MS = startOfChinaDayMs('2026-02-10');

/** Days after the base at which things happen: dense at first, then around the windows of the shipped rules. */
const DAYS = [0, 0, 1, 1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 12, 14, 16, 18, 20, 23, 29, 30, 31, 59, 60, 88, 89, 90, 91, 120] as const;
/** Instants of a day: few, so that ties are common, and on both sides of midnight. */
const OFFSETS_MS = [0, 0, 1, -1, 9 * HOUR_MS, 9 * HOUR_MS, 9 * HOUR_MS + 1, 15 * HOUR_MS, 24 * HOUR_MS - 1] as const;

/** A number in place of a choice: any list can be chosen from by it, so that histories are plain data. */
export type Pick = number;

export function choose<T>(list: readonly T[], pick: Pick): T {
  const chosen = list[pick % list.length];
  if (chosen === undefined && list.length === 0) throw new RangeError('nothing to choose from');
  return chosen as T; // the index is inside the list; T may itself be undefined
}

export function instantOf(pick: Pick): number {
  return BASE_MS + choose(DAYS, pick) * DAY_MS + choose(OFFSETS_MS, Math.floor(pick / DAYS.length));
}

/** Types by how often they are drawn. */
export const TYPE_WEIGHTS: readonly (readonly [string, number])[] = [
  ['hotline.order-event', 12],
  ['hotline.order', 4],
  ['assets.contract', 2],
  ['assets.receivable', 1],
  ['assets.payment', 3],
  ['assets.project', 1],
  ['assets.asset', 1],
  ['trading.deal', 2],
  ['platform.finding', 3],
  ['directory.list-entry', 3],
];

/** Credit codes of a history, which stands in them where it stands in those of villages: two firms, and a person who trades. */
function creditCodesOf(history: number): string[] {
  return ['91:1', '91:2', '92:3'].map((code) => {
    const [registered = '', n = ''] = code.split(':');
    const body = `${registered}3209${String(history).padStart(4, '0')}MA0000${n}`;
    return body + creditCodeCheck(body);
  });
}

/** Names of one history: nothing of another one's, so that many histories share one database and one query. */
export function namesOf(history: number) {
  const prefix = `h${history}`;
  const region = ['320921', '320981', '320900'][history % 3] ?? '320921';
  const pair = (kind: string) => [`${prefix}${kind}1`, `${prefix}${kind}2`] as const;
  return {
    prefix,
    orders: pair('o'),
    units: [...pair('u'), `${prefix}u|3%`],
    matterKeys: pair('m'),
    contracts: pair('c'),
    listings: pair('l'),
    receivables: pair('r'),
    assets: pair('a'),
    projects: pair('p'),
    villages: [`${region}${String(history).padStart(4, '0')}01`, `${region}${String(history).padStart(4, '0')}02`],
    township: `${region}${String(history % 100).padStart(3, '0')}`,
    firms: creditCodesOf(history),
  };
}
/** The history to which a scope belongs; the inverse of {@link namesOf}. */
export function historyOfScope(scope: string): number {
  const [, named, village] = /^(?:h(\d+)|\d{6}(\d{4}))/.exec(scope) ?? [];
  return Number(named ?? village);
}

type Names = ReturnType<typeof namesOf>;

type Choices = Readonly<Record<string, readonly FieldValue[]>>;

const ACTIONS = [
  'dispatched',
  'dispatched',
  'signed',
  'signed',
  'returned',
  'returned',
  'return-refused',
  'reassigned',
  'contacted',
  'visited',
  'paused',
  'resumed',
  'extension-granted',
  'completion-applied',
  'completion-applied',
  'completion-rejected',
  'completed',
  'called-back',
  'rated',
] as const;
/** Nearly the same, the same but for what is not compared, cut in two, and of another matter; astral characters and short ones. */
const TEXTS = [
  '村口路灯坏了三个月，晚上出行很不方便，希望尽快维修。',
  '村口路灯坏了三个月晚上出行很不方便希望尽快维修',
  '村口的路灯坏了三个月了，晚上出行非常不便，请尽快维修！',
  '村口路灯坏了，三个月没人修。',
  '门前道路积水严重，车辆无法通行，请安排疏通下水道。',
  '路灯A1号坏了三个月𠀋，晚上出行很不方便，希望尽快维修。',
  '路灯a1号坏了三个月，晚上出行很不方便，希望尽快维修。',
  '坏了',
  '',
] as const;
const MONEY_FEN = [0, 1, 799_999, 800_000, 1_000_000, 4_999_999, 5_000_000, 10_000_000] as const;
const DAYS_OF_FIELDS = [0, 1, 2, 5, 9, 14, 30, 60].map((day) => chinaDayOf(BASE_MS + day * DAY_MS));

/** Values that a field of a type takes in this history; other fields get one neutral value. */
function choicesOf(type: string, names: Names): Choices {
  const village = { townshipCode: [names.township], villageCode: names.villages };
  switch (type) {
    case 'hotline.order':
      return {
        ...village,
        orderId: names.orders,
        category: ['consult', 'help', 'complaint', 'report', 'suggestion'],
        matter: ['road', 'water'],
        matterKey: [...names.matterKeys, names.matterKeys[0], null],
        townshipCode: [names.township, null],
        villageCode: [...names.villages, names.villages[0] ?? null, null],
        leadUnitId: [...names.units, null],
        promisedAtMs: [null, instantOf(3), instantOf(40)],
        content: TEXTS,
      };
    case 'hotline.order-event':
      return {
        orderId: names.orders,
        unitId: [names.units[0] ?? null, names.units[0] ?? null, names.units[1] ?? null, names.units[2] ?? null, null],
        action: ACTIONS,
        role: ['lead', 'assist', null],
        claimsContact: [true, false, null],
        claimsVisit: [true, false, null],
        claimsSolved: [true, true, null],
        solved: [false, true, null],
        satisfaction: [1, 3, 5, null, -2],
        extendedToMs: [instantOf(6), instantOf(12), instantOf(19), null],
        note: ['无管辖权', '已联系', null],
        // Against the order of ids, and beside steps without a number.
        stepNo: [null, 10, 9, 2, null, -1],
      };
    case 'assets.contract':
      return {
        ...village,
        contractId: names.contracts,
        kind: ['lease', 'contracting', 'lease', 'works'],
        assetId: [...names.assets, null],
        signedOn: DAYS_OF_FIELDS,
        endsOn: DAYS_OF_FIELDS,
        totalFen: MONEY_FEN,
        annualFen: MONEY_FEN.slice(1, 4),
        areaMu: [1.5, 0.0001, 12, 0, null],
        termMonths: [12, 12, 36],
        listingId: [...names.listings, null],
        lesseeCreditCode: [...names.firms, names.firms[0] ?? null, null],
      };
    case 'assets.receivable':
      return {
        ...village,
        receivableId: names.receivables,
        contractId: names.contracts,
        assetId: [...names.assets, null],
        dueOn: DAYS_OF_FIELDS,
        amountFen: MONEY_FEN,
      };
    case 'assets.payment':
      return {
        ...village,
        direction: ['in', 'out'],
        amountFen: MONEY_FEN,
        projectId: [...names.projects, names.projects[0], null],
        contractId: [...names.contracts, null],
        receivableId: [...names.receivables, names.receivables[0], null],
      };
    case 'assets.project':
      return {
        ...village,
        projectId: names.projects,
        matter: ['road', 'water'],
        contractFen: [1_000_000, 1_000_000, 0, 10_000_000],
      };
    case 'assets.asset':
      return { ...village, assetId: names.assets, inUse: [true, true, false] };
    case 'platform.finding':
      return {
        ruleId: ['first-rule', 'second-rule', 'third-rule'],
        severity: ['low', 'medium', 'high'],
        problemClass: ['形式主义'],
        unitId: [names.units[0] ?? null, names.units[0] ?? null, names.units[2] ?? null, null],
        villageCode: [...names.villages, null],
        townshipCode: [names.township, null],
        contractId: [...names.contracts, null],
      };
    case 'directory.list-entry':
      return {
        list: ['permitted', 'permitted', 'watched'],
        entry: [...names.units, ...names.orders, ...names.contracts, names.projects[0]],
        // Kept by hand: some end before they begin.
        validFrom: [...DAYS_OF_FIELDS.slice(0, 6), null, null],
        validTo: [...DAYS_OF_FIELDS.slice(2), null, null],
      };
    default:
      return {
        ...village,
        listingId: names.listings,
        contractId: [...names.contracts, null],
        annualFen: MONEY_FEN.slice(1, 4),
        termMonths: [12, 12, 36],
        dealtOn: DAYS_OF_FIELDS,
      };
  }
}

/** Where the records of a county come from. */
export const SOURCES = ['county', 'county', 'import-a'] as const;

const NEUTRAL: Readonly<Record<string, FieldValue>> = {
  text: '',
  code: '-',
  integer: 0,
  money: 0,
  area: 0,
  flag: false,
  instant: BASE_MS,
  day: '2026-01-01',
};

/** A version of a record of one history. */
export function makeVersion(input: {
  type: string;
  id: string;
  version: number;
  atPick: Pick;
  fieldPicks: readonly Pick[];
  deleted: boolean;
  history: number;
}): AnyRecord {
  const contract = builtInCatalogue.get(input.type);
  const choices = choicesOf(input.type, namesOf(input.history));
  const atMs = instantOf(input.atPick);
  const raw = JSON.stringify([input.id, input.version, input.atPick, input.fieldPicks, input.deleted]);
  const rest = { atMs, receivedAtMs: atMs, hash: hashOf(raw), raw };
  // By its id, so that all versions of a record come from one source.
  const source = SOURCES[Number(input.id.split('-').at(-1)) % SOURCES.length] ?? 'county';
  const envelope = { id: input.id, source, version: input.version };
  if (input.deleted) return { ...envelope, op: 'delete', ...rest, fields: null };
  const fields: Record<string, FieldValue> = {};
  for (const [index, [name, meta]] of Object.entries(contract.fields).entries()) {
    const given = choices[name];
    const neutral = meta.optional ? null : (Object.keys(meta.values ?? {})[0] ?? NEUTRAL[meta.kind] ?? null);
    fields[name] = given ? choose(given, input.fieldPicks[index % input.fieldPicks.length] ?? 0) : neutral;
  }
  return { ...envelope, op: 'upsert', ...rest, fields };
}
