import { DAY_MS, type EpochMs } from '@tianyan/kernel';
import type { Dice } from './dice.js';
import { atTime, dayText, type DayNumber } from './work-time.js';

export interface ContractFields {
  contractId: string; village: number; kind: 'lease' | 'contracting' | 'investment' | 'works' | 'service'; name: string;
  assetId: string | null; areaMu: number | null; lessee: string; signedDay: DayNumber; startsDay: DayNumber; endsDay: DayNumber;
  termMonths: number; totalFen: number; annualFen: number; listingId: string | null; resolution: string | null;
  /** What is let; left out: nothing is. */ objectKind?: string; /** Under which name the lessee is registered, whose credit code it has; left out: under that of the contract. */ lesseeRegisteredAs?: string;
} // prettier-ignore
export interface ReceivableFields {
  receivableId: string; village: number; contractId: string; assetId: string | null; registeredDay: DayNumber; dueDay: DayNumber; amountFen: number; instalment: number;
} // prettier-ignore
export interface PaymentFields {
  voucherId: string; village: number; bookedDay: DayNumber; direction: 'in' | 'out'; amountFen: number; account: string; summary: string; counterparty: string | null;
  projectId: string | null; contractId: string | null; receivableId: string | null; handler: string | null; approver: string | null;
  /** Left out: by bank. */
  settlement?: 'cash'; /** Left out: what went out has one. */ invoiceNo?: string | null;
} // prettier-ignore
export interface ProjectFields {
  projectId: string; village: number; name: string; matter: number; registeredDay: DayNumber; budgetFen: number; contractFen: number; contractor: string;
  status: string; startsDay: DayNumber | null; finishedDay: DayNumber | null; doneFen?: number | undefined; settlementFen?: number | undefined;
} // prettier-ignore
export interface AssetFields {
  assetId: string; village: number; name: string; kind: string; areaMu: number | null; status: 'idle' | 'leased' | 'self-used'; inUse: boolean; registeredDay: DayNumber;
  /** Left out: not written down. */ statusSinceDay?: DayNumber;
} // prettier-ignore
export interface VoteFields {
  voteId: string; village: number; heldDay: DayNumber; matter: string; expected: number; attended: number; agreed: number; contractId: string | null;
} // prettier-ignore
export interface NoticeFields {
  noticeId: string; village: number; subject: 'contract' | 'finance'; title: string; postedDay: DayNumber; endsDay: DayNumber; contractId: string | null;
} // prettier-ignore
export interface InvoiceFields {
  invoiceNo: string; village: number; seller: string; amountFen: number; issuedDay: DayNumber;
} // prettier-ignore
/** An entry of the list of cadres, their relatives and their firms. */
export interface KinFields {
  kinId: string; village: number; name: string; cadre: string; relation: string; fromDay: DayNumber; toDay: DayNumber | null; /** As of a contract. */ registeredAs?: string | undefined;
} // prettier-ignore

export interface LedgerKinds {
  contract: ContractFields;
  receivable: ReceivableFields;
  payment: PaymentFields;
  project: ProjectFields;
  asset: AssetFields;
  vote: VoteFields;
  notice: NoticeFields;
  invoice: InvoiceFields;
  kin: KinFields;
}
export type LedgerKind = keyof LedgerKinds;

/** One version of one ledger entry, as the village typed it. */
export type LedgerRow = {
  [K in LedgerKind]: {
    kind: K;
    fields: LedgerKinds[K];
    modifiedAtMs: EpochMs;
    deleted: boolean;
    malformed: boolean;
    corrected: boolean;
  };
}[LedgerKind];

export interface ListingFields {
  listingId: string; village: number; assetId: string | null; title: string; category: string; areaMu: number | null; termMonths: number; floorFen: number; depositFen: number;
  opensDay: DayNumber; closesDay: DayNumber; state: 'OPEN' | 'CLOSED' | 'FAILED' | 'DEALT' | 'WITHDRAWN'; publishedAtMs: EpochMs;
  /** Left out: that of the half of the county. */
  agency?: string; /** Left out: by auction. */ isByAgreement?: true; /** Left out: bidding is not over. */ bidders?: number;
} // prettier-ignore
export interface BidFields {
  bidId: string; listingId: string; bidder: string; amountFen: number; device: string | null; depositAccount: string | null; phone: string | null; legalPerson: string | null; bidAtMs: EpochMs;
} // prettier-ignore
export interface DealFields {
  dealId: string; listingId: string; assetId: string | null; contractId: string | null; village: number; winner: string; annualFen: number; termMonths: number; dealtDay: DayNumber;
  /** As of a contract. */ winnerRegisteredAs?: string | undefined;
} // prettier-ignore
export interface TradeKinds {
  LISTING: ListingFields;
  BID: BidFields;
  DEAL: DealFields;
}
/** One change of the trading system. */
export type TradeChange = {
  [K in keyof TradeKinds]: {
    entity: K;
    op: 'UPSERT' | 'DELETE';
    fields: TradeKinds[K];
    publishedAtMs: EpochMs;
    malformed: boolean;
  };
}[keyof TradeKinds];

/** What villages and the trading house have written down, by the day on which it becomes known. */
export class Ledger {
  private readonly rowDays = new Map<DayNumber, LedgerRow[]>();
  private readonly tradeDays = new Map<DayNumber, TradeChange[]>();
  private readonly counters = new Map<string, number>();

  /** @param isSilent whether a village has stopped uploading by the time; what it types from then on reaches nobody */
  constructor(private readonly isSilent: (village: number, atMs: EpochMs) => boolean) {}

  /** A number that no other entry has; carries the day on which it was planned. */
  nextId(prefix: string, day: DayNumber): string {
    const key = `${prefix}${dayText(day).replaceAll('-', '')}`;
    const n = (this.counters.get(key) ?? 0) + 1;
    this.counters.set(key, n);
    return `${key}${String(n).padStart(4, '0')}`;
  }

  put<K extends LedgerKind>(
    kind: K,
    fields: LedgerKinds[K],
    modifiedAtMs: EpochMs,
    marks: { deleted?: boolean; malformed?: boolean; corrected?: boolean } = {},
  ): void {
    if (this.isSilent(fields.village, modifiedAtMs)) return;
    // The union's members differ by K alone, which TypeScript cannot follow through a generic.
    const row = {
      kind,
      fields,
      modifiedAtMs,
      deleted: marks.deleted ?? false,
      malformed: marks.malformed ?? false,
      corrected: marks.corrected ?? false,
    } as LedgerRow;
    pushTo(this.rowDays, dayOf(modifiedAtMs), row);
  }

  trade<K extends keyof TradeKinds>(
    entity: K,
    fields: TradeKinds[K],
    publishedAtMs: EpochMs,
    marks: { op?: 'DELETE'; malformed?: boolean } = {},
  ): void {
    const change = {
      entity,
      op: marks.op ?? 'UPSERT',
      fields,
      publishedAtMs,
      malformed: marks.malformed ?? false,
    } as TradeChange; // as above
    pushTo(this.tradeDays, dayOf(publishedAtMs), change);
  }

  /** Rows typed on the day, by time of typing. */
  rowsOf(day: DayNumber): readonly LedgerRow[] {
    return (this.rowDays.get(day) ?? []).sort((a, b) => a.modifiedAtMs - b.modifiedAtMs);
  }

  /** Changes published on the day, in order. */
  changesOf(day: DayNumber): readonly TradeChange[] {
    return (this.tradeDays.get(day) ?? []).sort((a, b) => a.publishedAtMs - b.publishedAtMs);
  }
}

/** When a village clerk typed in what happened that day. */
export function typedOn(dice: Dice, day: DayNumber): EpochMs {
  return atTime(day, dice.int(9, 17), dice.int(0, 59), dice.int(0, 59));
}

/** The night's export that brings what was typed on the day. */
export function exportedAtMs(day: DayNumber): EpochMs {
  return atTime(day + 1, 2, 0);
}

function dayOf(atMs: EpochMs): DayNumber {
  return Math.floor((atMs + 8 * 3_600_000) / DAY_MS);
}

function pushTo<T>(days: Map<DayNumber, T[]>, day: DayNumber, item: T): void {
  const list = days.get(day);
  if (list) list.push(item);
  else days.set(day, [item]);
}
