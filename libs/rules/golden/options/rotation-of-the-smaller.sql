WITH
  if(
    hit,
    toInt64(ifNull(
      arrayMin(arrayFilter(
        (x1, counts_i) -> counts_i,
        arrayMap(
          (setGroups_i) -> arrayMax(arrayFilter(
            (lastOfSet_j, x3) -> has(setGroups_i, x3),
            lastOfSet,
            arrayEnumerate(memberSets)
          )),
          setGroups
        ),
        counts
      )),
      0
    )),
    0
  ) AS occurredAt,
  arrayFilter((r, i) -> has(shown, i), timeline, arrayEnumerate(timeline)) AS proving,
  arrayMap(i -> proof.2[indexOf(proof.1, i)], shown) AS roles,
  arrayMap(
    (r, o) -> (
      r.4 /* type */,
      r.3 /* id */,
      r.5 /* version */,
      r.6 /* streamOffset */,
      r.7 /* hash */,
      r.1 /* atMs */,
      o
    ),
    proving,
    roles
  ) AS evidence,
  toString(mostSets) AS sets_figure,
  toString(length(arrayDistinct(arrayFilter(
    x -> x IS NOT NULL,
    arrayFilter(
      (linked0_listing_bidder_i, setOf1_bidder_i) -> has(shownGroup, setOf1_bidder_i),
      linked0_listing_bidder,
      setOf1_bidder
    )
  )))) AS members_figure,
  toString(length(arrayDistinct(arrayFilter(
    x -> x IS NOT NULL,
    arrayFilter(
      (linked2_listing_winner_i, setOf2_winner_i) -> has(shownGroup, setOf2_winner_i),
      linked2_listing_winner,
      setOf2_winner
    )
  )))) AS winners_figure,
  toString(length(arrayDistinct(arrayFilter(x -> x IS NOT NULL, involved)))) AS involved_figure,
  toString(arrayFilter(
    (linked0_listing_at_i, setOf1_bidder_i) -> has(shownGroup, setOf1_bidder_i),
    linked0_listing_at,
    setOf1_bidder
  )[1]) AS firstAtMs_figure,
  toString(arrayFilter(
    (linked0_listing_at_i, setOf1_bidder_i) -> has(shownGroup, setOf1_bidder_i),
    linked0_listing_at,
    setOf1_bidder
  )[-1]) AS lastAtMs_figure
SELECT
  scope,
  tuple(
    hit,
    occurredAt,
    due,
    evidence,
    if(hit, CAST([
      sets_figure,
      members_figure,
      winners_figure,
      involved_figure,
      firstAtMs_figure,
      lastAtMs_figure
    ], 'Array(Nullable(String))'), []),
    []
  ) AS r0
FROM (
  SELECT *,
    arraySlice(arraySort(arrayDistinct(proof.1)), 1, 200) AS shown
  FROM (
    SELECT *,
      if(
        hit,
        arrayConcat(
          CAST([], 'Array(Tuple(UInt32, UInt8))'),
          arrayMap(
            p -> (toUInt32(p), toUInt8(1 /* bid */)),
            arrayFilter(
              (linked0_listing_i, setOf1_bidder_i) -> has(involved, setOf1_bidder_i),
              linked0_listing,
              setOf1_bidder
            )
          ),
          arrayMap(
            p -> (toUInt32(p), toUInt8(2 /* deal */)),
            arrayFilter(
              (linked2_listing_i, setOf2_winner_i) -> has(involved, setOf2_winner_i),
              linked2_listing,
              setOf2_winner
            )
          )
        ),
        CAST([], 'Array(Tuple(UInt32, UInt8))')
      ) AS proof
    FROM (
      SELECT *,
        notEmpty(involved) AS hit,
        ifNull(
          arrayMin(arrayConcat(
            arrayConcat(
              arrayConcat(
                arrayConcat(
                  CAST([], 'Array(Int64)'),
                  arrayFilter(
                    (x1, x2) -> x2,
                    arraySlice(tupleElement(timeline, 1 /* atMs */), existing + 1),
                    arrayMap(
                      (w0) -> bitAnd(w0, 2) != 0 /* listing */,
                      arraySlice(tupleElement(timeline, 8 /* marks */), existing + 1)
                    )
                  )
                ),
                CAST([], 'Array(Int64)')
              ),
              arrayFilter(
                (x1, x2, x3) -> (
                  x2
                  AND arrayExists(
                    (x4, x5) -> (x4 AND ifNull(x3 = x5, 0)),
                    arrayMap((w0) -> bitAnd(w0, 2) != 0 /* listing */, tupleElement(timeline, 8 /* marks */)),
                    tupleElement(timeline, 9 /* cell_listingId */)
                  )
                ),
                arraySlice(tupleElement(timeline, 1 /* atMs */), existing + 1),
                arrayMap(
                  (w0) -> bitAnd(w0, 1) != 0 /* bid */,
                  arraySlice(tupleElement(timeline, 8 /* marks */), existing + 1)
                ),
                arraySlice(tupleElement(timeline, 9 /* cell_listingId */), existing + 1)
              )
            ),
            arrayFilter(
              (x1, x2, x3) -> (
                x2
                AND arrayExists(
                  (x4, x5) -> (x4 AND ifNull(x3 = x5, 0)),
                  arrayMap((w0) -> bitAnd(w0, 2) != 0 /* listing */, tupleElement(timeline, 8 /* marks */)),
                  tupleElement(timeline, 9 /* cell_listingId */)
                )
              ),
              arraySlice(tupleElement(timeline, 1 /* atMs */), existing + 1),
              arrayMap(
                (w0) -> bitAnd(w0, 4) != 0 /* deal */,
                arraySlice(tupleElement(timeline, 8 /* marks */), existing + 1)
              ),
              arraySlice(tupleElement(timeline, 9 /* cell_listingId */), existing + 1)
            )
          )),
          0
        ) AS due
      FROM (
        SELECT *,
          setGroups[arrayFirstIndex((sizes_i) -> ifNull(sizes_i = mostSets, 0), sizes)] AS shownGroup
        FROM (
          SELECT *,
            arrayMax(sizes) AS mostSets
          FROM (
            SELECT *,
              arrayFlatten(arrayFilter((setGroups_i, counts_i) -> counts_i, setGroups, counts)) AS involved,
              arrayMap(
                (setGroups_i, counts_i) -> if(counts_i, toInt64(length(setGroups_i)), toInt64(0)),
                setGroups,
                counts
              ) AS sizes
            FROM (
              SELECT *,
                arrayMap(
                  (setGroups_i) -> (
                    (length(setGroups_i) >= {p2:Int64})
                    AND (length(arrayDistinct(arrayFilter(
                      x -> x IS NOT NULL,
                      arrayFilter(
                        (linked2_listing_winner_j, setOf2_winner_j) -> has(setGroups_i, setOf2_winner_j),
                        linked2_listing_winner,
                        setOf2_winner
                      )
                    ))) >= {p0:Int64})
                  ),
                  setGroups
                ) AS counts,
                arrayMap(
                  (x1) -> greatest(
                    arrayMax(arrayFilter(
                      (linked0_listing_at_j, setOf1_bidder_j) -> ifNull(setOf1_bidder_j = x1, 0),
                      linked0_listing_at,
                      setOf1_bidder
                    )),
                    arrayMax(arrayFilter(
                      (linked2_listing_at_j, setOf2_winner_j) -> ifNull(setOf2_winner_j = x1, 0),
                      linked2_listing_at,
                      setOf2_winner
                    ))
                  ),
                  arrayEnumerate(memberSets)
                ) AS lastOfSet
              FROM (
                SELECT *,
                  arrayMap(
                    (own, i) -> arrayMap(
                      j -> toInt64(j),
                      arrayFilter(
                        (j, other) -> abs(toInt64(i) - toInt64(j)) <= 200
                          AND 100 * toInt64(length(arrayIntersect(own, other))) >= {p1:Int64} * toInt64(least(
                            length(own),
                            length(other)
                          )),
                        arrayEnumerate(memberSets),
                        memberSets
                      )
                    ),
                    memberSets,
                    arrayEnumerate(memberSets)
                  ) AS setGroups,
                  arrayMap(
                    (linked2_listing_listingId_i, linked2_listing_winner_i) -> if(
                      (linked2_listing_winner_i IS NULL),
                      toInt64(0),
                      toInt64(if(
                        linked2_listing_listingId_i IS NULL,
                        0,
                        indexOf(setKeys, assumeNotNull(linked2_listing_listingId_i))
                      ))
                    ),
                    linked2_listing_listingId,
                    linked2_listing_winner
                  ) AS setOf2_winner,
                  arrayMap(
                    (linked0_listing_listingId_i, linked0_listing_bidder_i) -> if(
                      (linked0_listing_bidder_i IS NULL),
                      toInt64(0),
                      toInt64(if(
                        linked0_listing_listingId_i IS NULL,
                        0,
                        indexOf(setKeys, assumeNotNull(linked0_listing_listingId_i))
                      ))
                    ),
                    linked0_listing_listingId,
                    linked0_listing_bidder
                  ) AS setOf1_bidder
                FROM (
                  SELECT *,
                    arrayFilter((allSets_i) -> (length(allSets_i) >= {p0:Int64}), allSets) AS memberSets,
                    arrayFilter(
                      (allKeys_i, allSets_i) -> (length(allSets_i) >= {p0:Int64}),
                      allKeys,
                      allSets
                    ) AS setKeys
                  FROM (
                    SELECT *,
                      arrayMap(
                        w -> arrayDistinct(arrayMap(
                          m -> assumeNotNull(m),
                          arrayFilter(
                            (m, k) -> m IS NOT NULL AND ifNull(k = w, 0),
                            linked0_listing_bidder,
                            linked0_listing_listingId
                          )
                        )),
                        allKeys
                      ) AS allSets
                    FROM (
                      SELECT *,
                        arrayDistinct(arrayMap(
                          k -> assumeNotNull(k),
                          arrayFilter(
                            (k, m) -> k IS NOT NULL AND m IS NOT NULL,
                            linked0_listing_listingId,
                            linked0_listing_bidder
                          )
                        )) AS allKeys
                      FROM (
                        SELECT *,
                          arrayMap(
                            (linked0_listing_i) -> all_listingId[linked0_listing_i],
                            linked0_listing
                          ) AS linked0_listing_listingId,
                          arrayMap(
                            (linked0_listing_i) -> all_bidder_or_winner[linked0_listing_i],
                            linked0_listing
                          ) AS linked0_listing_bidder,
                          arrayMap(
                            (linked2_listing_i) -> all_bidder_or_winner[linked2_listing_i],
                            linked2_listing
                          ) AS linked2_listing_winner,
                          arrayMap(
                            (linked2_listing_i) -> all_listingId[linked2_listing_i],
                            linked2_listing
                          ) AS linked2_listing_listingId,
                          arrayMap(
                            (linked0_listing_i) -> all_at[linked0_listing_i],
                            linked0_listing
                          ) AS linked0_listing_at,
                          arrayMap(
                            (linked2_listing_i) -> all_at[linked2_listing_i],
                            linked2_listing
                          ) AS linked2_listing_at
                        FROM (
                          SELECT *,
                            arrayFilter(
                              (bid_places_i, x2) -> x2,
                              bid_places,
                              arrayMap(
                                (v1) -> arrayExists((w1) -> ifNull(v1 = w1, 0), listing_listingId),
                                bid_listingId
                              )
                            ) AS linked0_listing,
                            arrayFilter(
                              (deal_places_i, x2) -> x2,
                              deal_places,
                              arrayMap(
                                (v1) -> arrayExists((w1) -> ifNull(v1 = w1, 0), listing_listingId),
                                deal_listingId
                              )
                            ) AS linked2_listing
                          FROM (
                            SELECT *,
                              arrayFilter((x, m) -> bitTest(m, 0), all_listingId, all_marks) AS bid_listingId,
                              arrayFilter((x, m) -> bitTest(m, 1), all_listingId, all_marks) AS listing_listingId,
                              arrayFilter((x, m) -> bitTest(m, 0), all_places, all_marks) AS bid_places,
                              arrayFilter((x, m) -> bitTest(m, 2), all_listingId, all_marks) AS deal_listingId,
                              arrayFilter((x, m) -> bitTest(m, 2), all_places, all_marks) AS deal_places
                            FROM (
                              SELECT *,
                                arrayCount(a -> a <= {now:Int64}, timeline.1) AS existing,
                                arraySlice(
                                  tupleElement(timeline, 9 /* cell_listingId */),
                                  1,
                                  existing
                                ) AS all_listingId,
                                arraySlice(tupleElement(timeline, 8 /* marks */), 1, existing) AS all_marks,
                                arraySlice(
                                  tupleElement(timeline, 10 /* cell_bidder_or_winner */),
                                  1,
                                  existing
                                ) AS all_bidder_or_winner,
                                arraySlice(timeline.1, 1, existing) AS all_at,
                                arrayEnumerate(all_at) AS all_places
                              FROM (
                                SELECT
                                  scope,
                                  arraySort(groupArray(tuple(
                                    atMs,
                                    ord,
                                    id,
                                    type,
                                    version,
                                    streamOffset,
                                    hash,
                                    marks,
                                    cell_listingId,
                                    cell_bidder_or_winner
                                  ))) AS timeline
                                FROM (
                                  SELECT
                                    subjects.scope AS scope,
                                    linked.atMs AS atMs,
                                    linked.ord AS ord,
                                    linked.id AS id,
                                    linked.type AS type,
                                    linked.version AS version,
                                    linked.streamOffset AS streamOffset,
                                    linked.hash AS hash,
                                    linked.marks AS marks,
                                    linked.cell_listingId AS cell_listingId,
                                    linked.cell_bidder_or_winner AS cell_bidder_or_winner
                                  FROM (
                                    SELECT
                                      toInt64(atMs) AS atMs,
                                      toInt64(0) AS ord,
                                      id AS id,
                                      toUInt8(0 /* trading.bid */) AS type,
                                      toUInt64(version) AS version,
                                      toUInt64(streamOffset) AS streamOffset,
                                      toString(hash) AS hash,
                                      toUInt64(1 /* bid */) AS marks,
                                      CAST(listingId, 'Nullable(String)') AS cell_listingId,
                                      CAST(bidder, 'Nullable(String)') AS cell_bidder_or_winner,
                                      assumeNotNull(CAST(listingId, 'Nullable(String)')) AS k0
                                    FROM cur_trading_bid FINAL
                                    WHERE listingId IS NOT NULL
                                  ) AS linked
                                  INNER JOIN (
                                    SELECT DISTINCT
                                      concat(
                                        replaceAll(
                                          replaceAll(assumeNotNull(CAST(townshipCode, 'Nullable(String)')), '%', '%25'),
                                          '|',
                                          '%7C'
                                        ),
                                        '|',
                                        replaceAll(
                                          replaceAll(
                                            assumeNotNull(CAST(
                                              substring(toString(toDate32(intDiv(atMs + 28800000, 86400000))), 1, 4),
                                              'Nullable(String)'
                                            )),
                                            '%',
                                            '%25'
                                          ),
                                          '|',
                                          '%7C'
                                        )
                                      ) AS scope,
                                      assumeNotNull(CAST(listingId, 'Nullable(String)')) AS k0
                                    FROM cur_trading_listing_by_townshipCode_kind FINAL
                                    WHERE listingId IS NOT NULL
                                  ) AS subjects ON linked.k0 = subjects.k0
                                  UNION ALL
                                  SELECT
                                    concat(
                                      replaceAll(
                                        replaceAll(assumeNotNull(CAST(townshipCode, 'Nullable(String)')), '%', '%25'),
                                        '|',
                                        '%7C'
                                      ),
                                      '|',
                                      replaceAll(
                                        replaceAll(
                                          assumeNotNull(CAST(
                                            substring(toString(toDate32(intDiv(atMs + 28800000, 86400000))), 1, 4),
                                            'Nullable(String)'
                                          )),
                                          '%',
                                          '%25'
                                        ),
                                        '|',
                                        '%7C'
                                      )
                                    ) AS scope,
                                    toInt64(atMs) AS atMs,
                                    toInt64(0) AS ord,
                                    id AS id,
                                    toUInt8(2 /* trading.listing */) AS type,
                                    toUInt64(version) AS version,
                                    toUInt64(streamOffset) AS streamOffset,
                                    toString(hash) AS hash,
                                    toUInt64(2 /* listing */) AS marks,
                                    CAST(listingId, 'Nullable(String)') AS cell_listingId,
                                    CAST(NULL, 'Nullable(String)') AS cell_bidder_or_winner
                                  FROM cur_trading_listing_by_townshipCode_kind FINAL
                                  UNION ALL
                                  SELECT
                                    subjects.scope AS scope,
                                    linked.atMs AS atMs,
                                    linked.ord AS ord,
                                    linked.id AS id,
                                    linked.type AS type,
                                    linked.version AS version,
                                    linked.streamOffset AS streamOffset,
                                    linked.hash AS hash,
                                    linked.marks AS marks,
                                    linked.cell_listingId AS cell_listingId,
                                    linked.cell_bidder_or_winner AS cell_bidder_or_winner
                                  FROM (
                                    SELECT
                                      toInt64(atMs) AS atMs,
                                      toInt64(0) AS ord,
                                      id AS id,
                                      toUInt8(1 /* trading.deal */) AS type,
                                      toUInt64(version) AS version,
                                      toUInt64(streamOffset) AS streamOffset,
                                      toString(hash) AS hash,
                                      toUInt64(4 /* deal */) AS marks,
                                      CAST(listingId, 'Nullable(String)') AS cell_listingId,
                                      CAST(winner, 'Nullable(String)') AS cell_bidder_or_winner,
                                      assumeNotNull(CAST(listingId, 'Nullable(String)')) AS k0
                                    FROM cur_trading_deal FINAL
                                    WHERE listingId IS NOT NULL
                                  ) AS linked
                                  INNER JOIN (
                                    SELECT DISTINCT
                                      concat(
                                        replaceAll(
                                          replaceAll(assumeNotNull(CAST(townshipCode, 'Nullable(String)')), '%', '%25'),
                                          '|',
                                          '%7C'
                                        ),
                                        '|',
                                        replaceAll(
                                          replaceAll(
                                            assumeNotNull(CAST(
                                              substring(toString(toDate32(intDiv(atMs + 28800000, 86400000))), 1, 4),
                                              'Nullable(String)'
                                            )),
                                            '%',
                                            '%25'
                                          ),
                                          '|',
                                          '%7C'
                                        )
                                      ) AS scope,
                                      assumeNotNull(CAST(listingId, 'Nullable(String)')) AS k0
                                    FROM cur_trading_listing_by_townshipCode_kind FINAL
                                    WHERE listingId IS NOT NULL
                                  ) AS subjects ON linked.k0 = subjects.k0
                                )
                                GROUP BY scope
                              )
                            )
                          )
                        )
                      )
                    )
                  )
                )
              )
            )
          )
        )
      )
    )
    WHERE hit OR due > 0
  )
)
