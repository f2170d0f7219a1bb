import { maskText } from '@tianyan/access';
import type { Clue } from '@tianyan/cases';
import { fieldOfKey, isOpenField, type Contract } from '@tianyan/contracts';
import type { Directory } from '@tianyan/rules';
import { letterName, type Letter } from '@tianyan/supervision';
import { THING_KINDS, TIMELINE_KIND_LABELS, type PlaceDay, type PlaceMonth } from '../api/index.js';
import { SYSTEM_LABELS } from '../dictionary/system-labels.js';
import type { Closed } from '../findings/confidential-records.js';
import { CLOSED_TITLES } from '../findings/evidence-items.js';
import { shownFields } from '../findings/shown-fields.js';
import type { CurrentRecord } from '../timelines/current-records.js';

/** Values in one line; what more there is stands on the page of the thing. */
const MAX_VALUES = 4;

export function shownClue({ id, number, title, state, registeredAtMs }: Clue): PlaceMonth['clues'][number] {
  return { id, number, title, state, atMs: registeredAtMs };
}

export function shownLetter(letter: Letter, directory: Directory): PlaceMonth['letters'][number] {
  const { id, kind, title, unitCode, state, issuedAtMs, changedAtMs } = letter;
  return {
    id,
    name: letterName(letter),
    kind,
    title: maskText(title),
    unitName: directory.unit(unitCode) ?? unitCode,
    state,
    atMs: issuedAtMs ?? changedAtMs,
  };
}

/**
 * A record in one line: coded values and amounts. What people have written may name somebody whose name stands in another record of the same order,
 * which is not read here: it is shown where all of them are.
 */
export function dayItem(record: CurrentRecord, closed: Closed, directory: Directory): PlaceDay['items'][number] {
  const { contract, fields, atMs } = record;
  const shown = shownFields(contract, fields, directory, { closed: closed !== null }).filter(
    ({ name, masked }) => !masked && isCoded(contract, name),
  );
  const text = shown
    .slice(0, MAX_VALUES)
    .map((field) => (contract.fields[field.name]?.values ? field.text : `${field.label} ${field.text}`))
    .join(' · ');
  return {
    type: contract.type,
    typeLabel: contract.label,
    systemLabel: SYSTEM_LABELS[contract.system],
    atMs,
    closed: closed !== null,
    text: closed === null ? text : CLOSED_TITLES[closed],
    about: aboutOf(record, closed),
  };
}

function isCoded(contract: Contract, name: string): boolean {
  const meta = contract.fields[name];
  return meta?.values !== undefined || meta?.kind === 'money' || name === 'matter';
}

/** Of several things the one that its contract names first. */
function aboutOf({ contract, fields }: CurrentRecord, closed: Closed): PlaceDay['items'][number]['about'] {
  for (const kind of THING_KINDS) {
    const field = fieldOfKey(contract, kind);
    const code = field === null ? null : fields[field];
    if (field !== null && typeof code === 'string' && (closed === null || isOpenField(contract, field)))
      return { kind, kindLabel: TIMELINE_KIND_LABELS[kind], code };
  }
  return null;
}
