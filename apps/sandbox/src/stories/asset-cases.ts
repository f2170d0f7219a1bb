import { typedOn, type AssetFields } from '../world/ledger.js';
import { smallLease } from './contract-cases.js';
import { leaseTerms, registerAsset, signContract } from './lease.js';
import { afterDay, ledgerTeller, since, type Case } from './ledger-cases.js';
import type { LedgerContext, LedgerTeller } from './ledger-context.js';

/** An entry of the register that has stood for some months, typed in today. */
function oldEntry(ctx: LedgerContext, status: AssetFields['status'], inUse: boolean): AssetFields {
  return registerAsset(ctx, leaseTerms(ctx, false), ctx.day - 150, inUse, { status, typedDay: ctx.day });
}

/** Registered years ago, idle since so many days. */
function idleSince(ctx: LedgerContext, days: number): AssetFields {
  const more = { status: 'idle' as const, typedDay: ctx.day, statusSinceDay: ctx.day - days };
  return registerAsset(ctx, leaseTerms(ctx, false), ctx.day - 900, false, more);
}

const idle = ledgerTeller(
  'asset-idle',
  [
    [
      '登记一百八十天一直空闲，没有出租过',
      (ctx) => {
        const { assetId, registeredDay } = oldEntry(ctx, 'idle', false);
        return afterDay(assetId, registeredDay + 180, ctx.day);
      },
    ],
    ['以前自用，空出来满一百八十天', (ctx) => afterDay(idleSince(ctx, 150).assetId, ctx.day + 30, ctx.day)],
  ],
  [
    [
      '登记多年，空出来一百天，又由村里用上',
      (ctx) => {
        const asset = idleSince(ctx, 100);
        const usedDay = ctx.day + 6;
        ctx.ledger.put(
          'asset',
          { ...asset, status: 'self-used', inUse: true, statusSinceDay: usedDay },
          typedOn(ctx.dice, usedDay),
        );
        return since(asset.assetId, usedDay);
      },
    ],
    ['村里自用', (ctx) => since(oldEntry(ctx, 'self-used', false).assetId, ctx.day)],
    [
      '空闲，但已签合同，还没有交付',
      (ctx) => {
        const terms = leaseTerms(ctx, false);
        registerAsset(ctx, terms, ctx.day - 150, false, { typedDay: ctx.day });
        signContract(ctx, terms, ctx.day);
        return since(terms.assetId, ctx.day);
      },
    ],
  ],
);

const idleButUsed = ledgerTeller(
  'asset-idle-but-used',
  [
    [
      '台账登记空闲，实际有人在用',
      (ctx) => {
        const { assetId, registeredDay } = oldEntry(ctx, 'idle', true);
        return since(assetId, registeredDay, ctx.day);
      },
    ],
  ],
  [
    ['村里自用', (ctx) => since(oldEntry(ctx, 'self-used', true).assetId, ctx.day)],
    ['在租在用', (ctx) => since(smallLease(ctx).assetId ?? '', ctx.day)],
  ],
);

/** A shop let today, and before at the hundred-percent price; a shop has no area, so that nobody compares it with land. */
const relet =
  (daysBefore: number, percent: number, overFen = 0): Case =>
  (ctx) => {
    const terms = { ...leaseTerms(ctx, false), assetKind: '门面房', areaMu: null };
    const annualFen = Math.ceil(terms.annualFen / 4_000) * 2_000; // low enough for the second one to stay below the market threshold
    registerAsset(ctx, terms, ctx.day - daysBefore, true, { typedDay: ctx.day });
    signContract(ctx, { ...terms, annualFen, termMonths: 24 }, ctx.day - daysBefore, {}, ctx.day);
    signContract(ctx, { ...terms, annualFen: (annualFen * percent) / 100 + overFen, termMonths: 24 }, ctx.day);
    return since(terms.assetId, ctx.day);
  };

const reletHigher = ledgerTeller(
  'relet-at-higher-price',
  [
    ['三个月后以一倍半多 1 分的价格转租', relet(90, 150, 1)],
    ['半年后以一点八倍的价格再出租', relet(180, 180)],
  ],
  [
    ['恰好一倍半', relet(90, 150)],
    ['满一年以后才再出租', relet(365, 180)],
  ],
);

/** Append only. */
export const ASSET_TELLERS: readonly LedgerTeller[] = [idle, idleButUsed, reletHigher];
