import { isSupplied, type Contract } from './contract.js';
import { assetsAsset, assetsContract, assetsPayment, assetsProject, assetsReceivable } from './types/assets.js';
import { directoryDivision, directoryListEntry, directoryUnit } from './types/directory.js';
import { hotlineOrder, hotlineOrderEvent } from './types/hotline.js';
import { hotlineAgentState, hotlineCall } from './types/hotline-centre.js';
import { platformFinding } from './types/platform.js';
import { tradingBid, tradingDeal, tradingListing } from './types/trading.js';

/** The record types known to a running platform. */
export class Catalogue {
  private readonly byType: ReadonlyMap<string, Contract>;

  constructor(contracts: readonly Contract[]) {
    const byType = new Map<string, Contract>();
    for (const contract of contracts) {
      if (byType.has(contract.type)) throw new TypeError(`record type ${contract.type} is defined twice`);
      byType.set(contract.type, contract);
    }
    this.byType = byType;
  }

  all(): readonly Contract[] {
    return [...this.byType.values()];
  }

  /** Those that sources bring; the platform makes the others itself. */
  supplied(): readonly Contract[] {
    return this.all().filter(isSupplied);
  }

  find(type: string): Contract | undefined {
    return this.byType.get(type);
  }

  /** Throws for a type that nobody defined: a mistake in configuration, not in data. */
  get(type: string): Contract {
    const contract = this.byType.get(type);
    if (!contract) throw new RangeError(`unknown record type ${type}`);
    return contract;
  }
}

export const BUILT_IN_CONTRACTS: readonly Contract[] = [
  hotlineOrder,
  hotlineOrderEvent,
  hotlineCall,
  hotlineAgentState,
  assetsContract,
  assetsReceivable,
  assetsPayment,
  assetsProject,
  assetsAsset,
  tradingListing,
  tradingBid,
  tradingDeal,
  directoryUnit,
  directoryListEntry,
  directoryDivision,
  platformFinding,
] as readonly unknown[] as readonly Contract[]; // each is a Contract of its own shape; only the common part is used here

export const builtInCatalogue = new Catalogue(BUILT_IN_CONTRACTS);
