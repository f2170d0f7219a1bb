import type { Relation, RelationNodeKind, Relations } from '@tianyan/console-app/api';

/** A node of the picture. */
export interface NetNode {
  id: string;
  kind: RelationNodeKind | 'clue' | 'finding';
  name: string;
  /** Steps from the node that was asked about first. */
  depth: number;
}

interface NetEdge {
  from: string;
  to: string;
  relation: Relation;
}

export interface Net {
  nodes: readonly NetNode[];
  edges: readonly NetEdge[];
}

/** As much of a picture as is drawn. */
export interface DrawnNet {
  nodes: readonly NetNode[];
  edges: readonly Pick<NetEdge, 'from' | 'to'>[];
}

/** Farther from the first node nothing is opened: what is met there is about something else. */
export const MAX_DEPTH = 2;
/** More nodes cannot be told apart. */
export const MAX_NODES = 120;

/**
 * The picture of what has been opened, the first node first. What two name is one node; two records that name each other are one edge, the first that
 * was opened.
 */
export function netOf(opened: readonly Relations[]): Net {
  const nodes = new Map<string, NetNode>();
  const edges = new Map<string, NetEdge>();
  for (const { id, kind, name, relations } of opened) {
    const own = nodes.get(id) ?? { id, kind, name, depth: 0 };
    nodes.set(id, own);
    for (const relation of relations) {
      if (!nodes.has(relation.id)) {
        if (nodes.size >= MAX_NODES) continue;
        nodes.set(relation.id, { id: relation.id, kind: relation.kind, name: relation.name, depth: own.depth + 1 });
      }
      const between = [id, relation.id].toSorted().join('\n');
      if (!edges.has(between)) edges.set(between, { from: id, to: relation.id, relation });
    }
  }
  return { nodes: [...nodes.values()], edges: [...edges.values()] };
}

/** Whether what it names may be opened: it is near enough, and has a number. */
export function isOpenable({ code }: Pick<Relation, 'code'>, depth: number): boolean {
  return code !== null && depth < MAX_DEPTH;
}
