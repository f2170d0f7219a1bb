WITH
  if(hit, toInt64(tupleElement(holding[1], 1)), 0) AS occurredAt,
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
  toString(length(holding)) AS subjects_figure,
  toString(tupleElement(holding[1], 4)) AS deadlineMs_figure,
  toString(length(counted0[first])) AS earlierCount_figure,
  toString(length(standing1[first])) AS listingCount_figure,
  toString(0) AS startMs_figure,
  toString(all_legalPerson_or_title[arrayMax(arrayConcat(
    CAST([], 'Array(Int64)'),
    arrayMap((standing1_i) -> tupleElement(standing1_i, 1), standing1)[first]
  ))]) AS title_figure,
  toString(all_floorFen[arrayMax(arrayConcat(
    CAST([], 'Array(Int64)'),
    arrayMap((standing1_i) -> tupleElement(standing1_i, 1), standing1)[first]
  ))]) AS floorFen_figure,
  toString(all_bidder_or_villageCode[arrayMax(arrayConcat(
    CAST([], 'Array(Int64)'),
    arrayMap((standing1_i) -> tupleElement(standing1_i, 1), standing1)[first]
  ))]) AS villageCode_subject,
  toString(all_townshipCode[arrayMax(arrayConcat(
    CAST([], 'Array(Int64)'),
    arrayMap((standing1_i) -> tupleElement(standing1_i, 1), standing1)[first]
  ))]) AS townshipCode_subject,
  toString(all_assetId[arrayMax(arrayConcat(
    CAST([], 'Array(Int64)'),
    arrayMap((standing1_i) -> tupleElement(standing1_i, 1), standing1)[first]
  ))]) AS assetId_subject
SELECT
  scope,
  tuple(
    hit,
    occurredAt,
    due,
    evidence,
    if(hit, CAST([
      subjects_figure,
      deadlineMs_figure,
      earlierCount_figure,
      listingCount_figure,
      startMs_figure,
      title_figure,
      floorFen_figure
    ], 'Array(Nullable(String))'), []),
    CAST([
      villageCode_subject,
      townshipCode_subject,
      assetId_subject
    ], 'Array(Nullable(String))')
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
          arrayMap(p -> (toUInt32(p), toUInt8(0 /* bid */)), tupleElement(holding, 2)),
          arrayMap(
            p -> (toUInt32(p), toUInt8(1 /* earlier */)),
            arrayFlatten(arrayFilter(
              (x1, x2) -> has(tupleElement(holding, 3), x2),
              arrayMap((counted0_i) -> tupleElement(counted0_i, 1), counted0),
              arrayEnumerate(bid_at)
            ))
          ),
          arrayMap(
            p -> (toUInt32(p), toUInt8(2 /* listing */)),
            arrayFlatten(arrayFilter(
              (x1, x2) -> has(tupleElement(holding, 3), x2),
              arrayMap((standing1_i) -> tupleElement(standing1_i, 1), standing1),
              arrayEnumerate(bid_at)
            ))
          )
        ),
        CAST([], 'Array(Tuple(UInt32, UInt8))')
      ) AS proof
    FROM (
      SELECT *,
        notEmpty(holding) AS hit,
        ifNull(
          arrayMin(arrayConcat(
            arrayConcat(
              CAST([], 'Array(Int64)'),
              arrayFilter(
                (x1, x2) -> x2,
                arraySlice(tupleElement(timeline, 1 /* atMs */), existing + 1),
                arrayMap(
                  (w0) -> bitAnd(w0, 7) != 0 /* bid, earlier, listing */,
                  arraySlice(tupleElement(timeline, 8 /* marks */), existing + 1)
                )
              )
            ),
            CAST([], 'Array(Int64)')
          )),
          0
        ) AS due
      FROM (
        SELECT *,
          greatest(tupleElement(holding[1], 3), 1) AS first
        FROM (
          SELECT *,
            arraySort(arrayFilter((met_i) -> (NOT ((tupleElement(met_i, 4) + 1) > {now:Int64})), met)) AS holding
          FROM (
            SELECT *,
              arrayFilter(
                (x1, holds_i) -> holds_i,
                arrayMap(
                  (x1, bid_places_i, x3, x4) -> (toInt64(x1), toInt64(bid_places_i), toInt64(x3), toInt64(x4)),
                  arrayMap(
                    (x1, x2) -> greatest(x1, x2),
                    arrayMap(
                      (bid_at_i, x2) -> greatest(bid_at_i, x2),
                      bid_at,
                      arrayMap(
                        (counted0_i) -> if(
                          (length(counted0_i) >= {p0:Int64}),
                          toInt64(tupleElement(counted0_i[greatest({p0:Int64}, 1)], 2)),
                          toInt64(0)
                        ),
                        counted0
                      )
                    ),
                    arrayMap(
                      (standing1_i) -> if(
                        (length(standing1_i) >= {p0:Int64}),
                        toInt64(tupleElement(standing1_i[greatest({p0:Int64}, 1)], 2)),
                        toInt64(0)
                      ),
                      standing1
                    )
                  ),
                  bid_places,
                  arrayEnumerate(bid_at),
                  arrayMap((bid_at_i) -> 0, bid_at)
                ),
                holds
              ) AS met
            FROM (
              SELECT *,
                arrayMap(
                  (x1, x2) -> (x1 AND x2),
                  arrayMap(
                    (x1, bid_places_i) -> (x1 AND (bid_places_i > 0)),
                    arrayMap((counted0_i) -> (length(counted0_i) >= {p0:Int64}), counted0),
                    bid_places
                  ),
                  arrayMap((standing1_i) -> (length(standing1_i) >= {p0:Int64}), standing1)
                ) AS holds
              FROM (
                SELECT *,
                  arrayMap(
                    (standing0_i, bid_legalPerson_i, bid_bidder_i) -> arrayFilter(
                      (standing0_j) -> (
                        ifNull(all_legalPerson_or_title[tupleElement(standing0_j, 1)] = bid_legalPerson_i, 0)
                        AND (NOT ifNull(all_bidder_or_villageCode[tupleElement(standing0_j, 1)] = bid_bidder_i, 0))
                      ),
                      standing0_i
                    ),
                    standing0,
                    bid_legalPerson,
                    bid_bidder
                  ) AS counted0
                FROM (
                  SELECT *,
                    arrayMap(
                      (bid_places_i, bid_places_i2) -> arrayFilter(
                        (x3) -> (tupleElement(x3, 1) < bid_places_i2),
                        arrayMap(
                          (earlier_places_j, earlier_at_j) -> (
                            toInt64(earlier_places_j),
                            toInt64(earlier_at_j),
                            toInt64(0)
                          ),
                          earlier_places,
                          earlier_at
                        )
                      ),
                      bid_places,
                      bid_places
                    ) AS standing0,
                    arrayMap(
                      (bid_places_i, bid_places_i2) -> arrayFilter(
                        (x3) -> 1,
                        arrayMap(
                          (listing_places_j, listing_at_j) -> (
                            toInt64(listing_places_j),
                            toInt64(listing_at_j),
                            toInt64(0)
                          ),
                          listing_places,
                          listing_at
                        )
                      ),
                      bid_places,
                      bid_places
                    ) AS standing1
                  FROM (
                    SELECT *,
                      arrayFilter((x, m) -> bitTest(m, 0), all_places, all_marks) AS bid_places,
                      arrayFilter((x, m) -> bitTest(m, 0), all_at, all_marks) AS bid_at,
                      arrayFilter((x, m) -> bitTest(m, 1), all_places, all_marks) AS earlier_places,
                      arrayFilter((x, m) -> bitTest(m, 1), all_at, all_marks) AS earlier_at,
                      arrayFilter((x, m) -> bitTest(m, 0), all_legalPerson_or_title, all_marks) AS bid_legalPerson,
                      arrayFilter((x, m) -> bitTest(m, 0), all_bidder_or_villageCode, all_marks) AS bid_bidder,
                      arrayFilter((x, m) -> bitTest(m, 2), all_places, all_marks) AS listing_places,
                      arrayFilter((x, m) -> bitTest(m, 2), all_at, all_marks) AS listing_at
                    FROM (
                      SELECT *,
                        arrayCount(a -> a <= {now:Int64}, timeline.1) AS existing,
                        arraySlice(tupleElement(timeline, 8 /* marks */), 1, existing) AS all_marks,
                        arraySlice(
                          tupleElement(timeline, 10 /* cell_legalPerson_or_title */),
                          1,
                          existing
                        ) AS all_legalPerson_or_title,
                        arraySlice(
                          tupleElement(timeline, 11 /* cell_bidder_or_villageCode */),
                          1,
                          existing
                        ) AS all_bidder_or_villageCode,
                        arraySlice(tupleElement(timeline, 9 /* cell_floorFen */), 1, existing) AS all_floorFen,
                        arraySlice(tupleElement(timeline, 12 /* cell_townshipCode */), 1, existing) AS all_townshipCode,
                        arraySlice(tupleElement(timeline, 13 /* cell_assetId */), 1, existing) AS all_assetId,
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
                            cell_floorFen,
                            cell_legalPerson_or_title,
                            cell_bidder_or_villageCode,
                            cell_townshipCode,
                            cell_assetId
                          ))) AS timeline
                        FROM (
                          SELECT
                            assumeNotNull(CAST(listingId, 'Nullable(String)')) AS scope,
                            toInt64(atMs) AS atMs,
                            toInt64(0) AS ord,
                            id AS id,
                            toUInt8(0 /* trading.bid */) AS type,
                            toUInt64(version) AS version,
                            toUInt64(streamOffset) AS streamOffset,
                            toString(hash) AS hash,
                            toUInt64(if(legalPerson IS NOT NULL, 1 /* bid */, 0) + 2 /* earlier */) AS marks,
                            CAST(NULL, 'Nullable(Int64)') AS cell_floorFen,
                            CAST(legalPerson, 'Nullable(String)') AS cell_legalPerson_or_title,
                            CAST(bidder, 'Nullable(String)') AS cell_bidder_or_villageCode,
                            CAST(NULL, 'Nullable(String)') AS cell_townshipCode,
                            CAST(NULL, 'Nullable(String)') AS cell_assetId
                          FROM cur_trading_bid FINAL
                          UNION ALL
                          SELECT
                            assumeNotNull(CAST(listingId, 'Nullable(String)')) AS scope,
                            toInt64(atMs) AS atMs,
                            toInt64(0) AS ord,
                            id AS id,
                            toUInt8(1 /* trading.listing */) AS type,
                            toUInt64(version) AS version,
                            toUInt64(streamOffset) AS streamOffset,
                            toString(hash) AS hash,
                            toUInt64(4 /* listing */) AS marks,
                            CAST(floorFen, 'Nullable(Int64)') AS cell_floorFen,
                            CAST(title, 'Nullable(String)') AS cell_legalPerson_or_title,
                            CAST(villageCode, 'Nullable(String)') AS cell_bidder_or_villageCode,
                            CAST(townshipCode, 'Nullable(String)') AS cell_townshipCode,
                            CAST(assetId, 'Nullable(String)') AS cell_assetId
                          FROM cur_trading_listing FINAL
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
    WHERE hit OR due > 0
  )
)
