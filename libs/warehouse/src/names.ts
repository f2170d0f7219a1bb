import type { Contract } from '@tianyan/contracts';

/** `hotline.order-event` → `hotline_order_event`. */
function stem(type: string): string {
  return type.replaceAll(/[.-]/g, '_');
}

/** The append-only record log of a type: every accepted version and every tombstone, ordered by batch. */
export function logTable(type: string): string {
  return `log_${stem(type)}`;
}

/** The current table: read with FINAL. Its sort key begins with the contract's first scope. */
export function currentTable(type: string): string {
  return `cur_${stem(type)}`;
}

/** Copy of the current table ordered by record id, for the writer's look-up and for evidence. */
export function byIdTable(type: string): string {
  return `cur_${stem(type)}_by_id`;
}

/** Table that keeps nothing: an insert into it says whether ClickHouse accepts the rows. */
export function checkTable(type: string): string {
  return `check_${stem(type)}`;
}

/**
 * The copy of the current table whose sort key begins with these fields; the current table itself for the first scope.
 * Rules read the copy that fits their scope. Throws if the contract declares no such scope.
 */
export function scopeTable(contract: Contract, fields: readonly string[]): string {
  const index = contract.scopes.findIndex(
    (scope) => fields.length <= scope.length && fields.every((field, i) => scope[i] === field),
  );
  if (index < 0) throw new RangeError(`${contract.type} has no scope that begins with ${fields.join(', ')}`);
  const scope = contract.scopes[index] ?? [];
  return index === 0 ? currentTable(contract.type) : `cur_${stem(contract.type)}_by_${scope.join('_')}`;
}
