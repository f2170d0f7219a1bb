/** A member of a group and the topics it reads. */
export interface Member {
  memberId: string;
  topicIds: readonly number[];
}

/** A partition and who has it; null = free. */
export interface Holding {
  topicId: number;
  partition: number;
  memberId: string | null;
}

export interface Moves {
  /** Free partitions this member should take now. */
  claim: Holding[];
  /** Own partitions this member should give back as soon as nothing of them is in hand. */
  release: Holding[];
}

/**
 * How many partitions of a topic a member should have: an equal share, the remainder going to the first members. Who is
 * first turns with the topic, or many topics of one partition would all go to one member.
 */
function shareOf(memberId: string, topicId: number, partitions: number, members: readonly Member[]): number {
  const readers = members
    .filter((member) => member.topicIds.includes(topicId))
    .map((member) => member.memberId)
    .toSorted();
  const place = readers.indexOf(memberId);
  if (place < 0) return 0;
  const rank = (place + topicId) % readers.length;
  return Math.floor(partitions / readers.length) + (rank < partitions % readers.length ? 1 : 0);
}

/**
 * What one member does towards an equal spread. Partitions stay where they are unless somebody has more than a share
 * (sticky), and each member decides for itself: shares add up to all partitions, so the group comes to rest.
 */
export function movesFor(memberId: string, members: readonly Member[], holdings: readonly Holding[]): Moves {
  const moves: Moves = { claim: [], release: [] };
  const byTopic = Map.groupBy(holdings, (holding) => holding.topicId);
  for (const [topicId, partitions] of byTopic) {
    const share = shareOf(memberId, topicId, partitions.length, members);
    const own = partitions.filter((holding) => holding.memberId === memberId);
    const free = partitions.filter((holding) => holding.memberId === null);
    if (own.length > share) moves.release.push(...own.slice(share));
    else moves.claim.push(...free.slice(0, share - own.length));
  }
  return moves;
}
