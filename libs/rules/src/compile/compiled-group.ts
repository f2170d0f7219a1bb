import type { SlotClass } from './columns.js';

/** One query for a group of rules, and what its rows mean. */
export interface CompiledGroup {
  sql: string;
  params: Readonly<Record<string, unknown>>;
  types: readonly string[];
  rules: readonly CompiledColumns[];
}

export interface CompiledColumns {
  /** Column of the row that holds this rule's answer. */
  name: string;
  figures: readonly { name: string; slotClass: SlotClass; kind: string }[];
  subjects: readonly string[];
}
