import { isProtectedValue, maskValue } from '@tianyan/access';
import { creditCodeField, isOpenCreditCode, isOpenField, type FieldMeta } from '@tianyan/contracts';
import type { Names } from '@tianyan/rules';
import {
  isPlaceKind,
  MAX_NEIGHBOURS,
  RELATION_KIND_LABELS,
  relatedKindSchema,
  type RelatedKind,
  type Relation,
} from '../api/index.js';
import { SYSTEM_LABELS } from '../dictionary/system-labels.js';
import type { Closed } from '../findings/confidential-records.js';
import type { CurrentRecord } from '../timelines/current-records.js';

interface Thing {
  kind: RelatedKind;
  code: string;
}

/** Something that a record names, in the field that names it. */
interface Naming {
  kind: Relation['kind'];
  value: string;
  meta: FieldMeta;
  record: CurrentRecord;
}

/**
 * What records name beside the thing that they are about: things, units and places by number, firms by their credit code, people and firms without
 * one covered. Of a record that was told in
 * confidence only what its contract leaves open. The newest first.
 */
export function relationsOf(
  own: Thing,
  records: readonly CurrentRecord[],
  { closed, names }: { closed: readonly Closed[]; names: Names },
): { relations: Relation[]; truncated: boolean } {
  const naming = records.flatMap((record, i) => namedIn(record, closed[i] ?? null));
  // Everybody who ever turned to a unit is no relation of the unit.
  const isKept = ({ kind }: Naming) => !isPlaceKind(own.kind) || !isNamedKind(kind);
  const others = naming.filter((one) => isKept(one) && (one.kind !== own.kind || one.value !== own.code));
  const byNode = [...Map.groupBy(others, ({ kind, value }) => JSON.stringify([kind, value])).values()];
  const relations = byNode
    .map((namings) => ({ namings, newestAtMs: Math.max(...namings.map(({ record }) => record.atMs)) }))
    .toSorted((a, b) => b.newestAtMs - a.newestAtMs)
    .map(({ namings }, i) => relationOf(own, namings, { names, position: i + 1 }));
  return {
    relations: relations.slice(0, MAX_NEIGHBOURS).flatMap((one) => one ?? []),
    truncated: relations.length > MAX_NEIGHBOURS,
  };
}

function namedIn(record: CurrentRecord, closed: Closed): Naming[] {
  const { contract, fields } = record;
  return Object.entries(contract.fields).flatMap(([name, meta]) => {
    const value = fields[name];
    const kind = kindOf(meta);
    if (kind === null || typeof value !== 'string' || value === '') return [];
    const isShown = closed === null || isOpenField(contract, name);
    // The firm is told by its code; its name would be a second node. The code of a sole trader is covered, and so is no node.
    const isTold = isNamedKind(kind) ? isOpenCreditCode(String(fields[creditCodeField(name)])) : false;
    const isCovered = kind === 'firm' && isProtectedValue(meta, value);
    return isShown && !isTold && !isCovered ? [{ kind, value, meta, record }] : [];
  });
}

const isNamedKind = (kind: string): kind is 'person' | 'org' => kind === 'person' || kind === 'org';

function kindOf({ key }: FieldMeta): Relation['kind'] | null {
  if (key !== undefined && isNamedKind(key)) return key;
  const known = relatedKindSchema.safeParse(key);
  return known.success ? known.data : null;
}

function relationOf(
  own: Thing,
  namings: readonly Naming[],
  { names, position }: { names: Names; position: number },
): Relation | null {
  const [first] = namings;
  if (!first) return null;
  const { kind, value, meta } = first;
  const isNamed = isNamedKind(kind);
  return {
    // A name is no number: whoever bears it elsewhere may be somebody else.
    id: isNamed ? `${own.kind} ${own.code} ${kind} ${position}` : `${kind} ${value}`,
    kind,
    kindLabel: RELATION_KIND_LABELS[kind],
    code: isNamed ? null : value,
    name: isNamed ? String(maskValue(meta, value).value) : nameOf(kind, value, names),
    parts: [...new Set(namings.map((naming) => naming.meta.label))],
    evidence: evidenceOf(namings),
  };
}

function evidenceOf(namings: readonly Naming[]): Relation['evidence'] {
  return [...Map.groupBy([...new Set(namings.map(({ record }) => record))], ({ contract }) => contract)]
    .map(([contract, records]) => ({
      typeLabel: contract.label,
      systemLabel: SYSTEM_LABELS[contract.system],
      count: records.length,
      newestAtMs: Math.max(...records.map(({ atMs }) => atMs)),
    }))
    .toSorted((a, b) => b.newestAtMs - a.newestAtMs);
}

function nameOf(kind: Relation['kind'], code: string, names: Names): string {
  if (kind === 'unit') return names.unit(code) ?? code;
  return kind === 'township' || kind === 'village' ? (names.division(code) ?? code) : code;
}
