import {
  COUNTY_TIMELINE_KINDS,
  isPlaceKind,
  relatedKindSchema,
  timelineKindOf,
  type FindingSummary,
  type PersonNet,
  type RelatedKind,
} from '../api/index.js';

/** More cannot be told apart in a picture. */
export const MAX_NET_NODES = 120;

const PLACE_SUBJECTS: Readonly<Record<string, RelatedKind>> = {
  unitId: 'unit',
  leadUnitId: 'unit',
  townshipCode: 'township',
  villageCode: 'village',
};

/** A clue with what it is about, as whoever asks sees it. */
export interface NetClue {
  id: string;
  number: string;
  findings: readonly FindingSummary[];
}

/**
 * Person, clues, their findings, and the units, places and things that the findings name. What two clues share is one node: told by number, never by
 * name. @param opens whether the page of a unit or place opens for whoever asks
 * @param seesCounty whether pages of kinds open that are there for the whole county alone
 */
export function personNet(
  name: string,
  clues: readonly NetClue[],
  opens: (kind: Extract<RelatedKind, 'unit' | 'township' | 'village'>, code: string) => boolean,
  seesCounty: boolean,
): PersonNet {
  const nodes = new Map<string, PersonNet['nodes'][number]>([
    ['person', { id: 'person', kind: 'person', name, depth: 0, code: null }],
  ]);
  const edges = new Map<string, PersonNet['edges'][number]>();
  let truncated = false;
  /** @returns whether it is in the picture */
  const join = (from: string, node: PersonNet['nodes'][number]): boolean => {
    if (!nodes.has(node.id) && nodes.size >= MAX_NET_NODES) {
      truncated = true;
      return false;
    }
    if (!nodes.has(node.id)) nodes.set(node.id, node);
    edges.set(JSON.stringify([from, node.id]), { from, to: node.id });
    return true;
  };
  // Layer by layer: where not all can be shown, it is the farthest that is left out.
  const shownClues = clues.filter(({ id, number }) =>
    join('person', { id: `clue ${id}`, kind: 'clue', name: number, depth: 1, code: id }),
  );
  const shownFindings = shownClues.flatMap(({ id: clueId, findings }) =>
    findings.filter(({ id, ruleTitle }) =>
      join(`clue ${clueId}`, { id: `finding ${id}`, kind: 'finding', name: ruleTitle, depth: 2, code: id }),
    ),
  );
  for (const { id: findingId, subjects } of shownFindings)
    for (const { kind: subjectKind, code, name: subjectName } of subjects) {
      const known = relatedKindSchema.safeParse(PLACE_SUBJECTS[subjectKind] ?? timelineKindOf(subjectKind));
      if (!known.success) continue;
      const kind = known.data;
      const isOpen = isPlaceKind(kind) ? opens(kind, code) : seesCounty || !COUNTY_TIMELINE_KINDS.some((one) => one === kind);
      join(`finding ${findingId}`, {
        id: `${kind} ${code}`,
        kind,
        name: subjectName ?? code,
        depth: 3,
        code: isOpen ? code : null,
      });
    }
  return { nodes: [...nodes.values()], edges: [...edges.values()], truncated };
}
