WITH
  if(hit, toInt64(all_at[chosen1]), 0) AS occurredAt,
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
  toString(arrayCount((x1) -> (x1 > 0), tupleElement(begun1, 1))) AS count_figure,
  toString(all_at[chosen0]) AS firstAtMs_figure,
  toString(all_at[chosen1]) AS lastAtMs_figure,
  toString(arrayFilter((withdrawn_title_i) -> (NOT (withdrawn_title_i IS NULL)), withdrawn_title)[-1]) AS title_figure,
  toString(arrayFilter(
    (withdrawn_floorFen_i) -> (NOT (withdrawn_floorFen_i IS NULL)),
    withdrawn_floorFen
  )[-1]) AS floorFen_figure,
  toString(arrayFilter(
    (listed_listingId_i) -> (NOT (listed_listingId_i IS NULL)),
    listed_listingId
  )[-1]) AS listingId_figure,
  toString(arrayFilter(
    (listed_floorFen_i) -> (NOT (listed_floorFen_i IS NULL)),
    listed_floorFen
  )[-1]) AS newFloorFen_figure,
  toString(arrayFilter(
    (listed_villageCode_i) -> (NOT (listed_villageCode_i IS NULL)),
    listed_villageCode
  )[-1]) AS villageCode_subject,
  toString(arrayFilter(
    (listed_townshipCode_i) -> (NOT (listed_townshipCode_i IS NULL)),
    listed_townshipCode
  )[-1]) AS townshipCode_subject
SELECT
  scope,
  tuple(
    hit,
    occurredAt,
    due,
    evidence,
    if(hit, CAST([
      count_figure,
      firstAtMs_figure,
      lastAtMs_figure,
      title_figure,
      floorFen_figure,
      listingId_figure,
      newFloorFen_figure
    ], 'Array(Nullable(String))'), []),
    CAST([
      villageCode_subject,
      townshipCode_subject
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
          arrayMap(p -> (toUInt32(p), toUInt8(0 /* withdrawn */)), [toInt64(chosen0)]),
          arrayMap(p -> (toUInt32(p), toUInt8(1 /* listed */)), [toInt64(chosen1)])
        ),
        CAST([], 'Array(Tuple(UInt32, UInt8))')
      ) AS proof
    FROM (
      SELECT *,
        (chosen1 > 0) AS hit,
        ifNull(
          arrayMin(arrayConcat(
            arrayConcat(
              CAST([], 'Array(Int64)'),
              arrayFilter(
                (x1, x2) -> x2,
                arraySlice(tupleElement(timeline, 1 /* atMs */), existing + 1),
                arrayMap(
                  (w0) -> bitAnd(w0, 3) != 0 /* withdrawn, listed */,
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
          tupleElement(begun1[1], 1) AS chosen1,
          (-tupleElement(begun1[1], 2)) AS chosen0
        FROM (
          SELECT *,
            arrayFilter((r, nth) -> nth = 1, sorted1, arrayEnumerateUniq(tupleElement(sorted1, 1))) AS begun1
          FROM (
            SELECT *,
              arraySort(arrayFlatten(arrayMap(
                (begun0_i) -> arrayMap(
                  (x2) -> (toInt64(x2), toInt64((-tupleElement(begun0_i, 1)))),
                  arrayFilter(
                    (listed_places_j) -> (
                      (listed_places_j > tupleElement(begun0_i, 1))
                      AND ifNull(
                        toInt128(all_floorFen[listed_places_j]) * 100 < toInt128(all_floorFen[tupleElement(
                          begun0_i,
                          1
                        )]) * {p1:Int64},
                        0
                      )
                    ),
                    listed_places
                  )
                ),
                begun0
              ))) AS sorted1
            FROM (
              SELECT *,
                arrayFilter((r, nth) -> nth = 1, sorted0, arrayEnumerateUniq(tupleElement(sorted0, 1))) AS begun0
              FROM (
                SELECT *,
                  arraySort(arrayMap(
                    (withdrawn_places_i) -> tuple(toInt64(withdrawn_places_i)),
                    withdrawn_places
                  )) AS sorted0
                FROM (
                  SELECT *,
                    arrayFilter((x, m) -> bitTest(m, 0), all_places, all_marks) AS withdrawn_places,
                    arrayFilter((x, m) -> bitTest(m, 1), all_places, all_marks) AS listed_places,
                    arrayFilter((x, m) -> bitTest(m, 0), all_title, all_marks) AS withdrawn_title,
                    arrayFilter((x, m) -> bitTest(m, 0), all_floorFen, all_marks) AS withdrawn_floorFen,
                    arrayFilter((x, m) -> bitTest(m, 1), all_listingId, all_marks) AS listed_listingId,
                    arrayFilter((x, m) -> bitTest(m, 1), all_floorFen, all_marks) AS listed_floorFen,
                    arrayFilter((x, m) -> bitTest(m, 1), all_villageCode, all_marks) AS listed_villageCode,
                    arrayFilter((x, m) -> bitTest(m, 1), all_townshipCode, all_marks) AS listed_townshipCode
                  FROM (
                    SELECT *,
                      arrayCount(a -> a <= {now:Int64}, timeline.1) AS existing,
                      arraySlice(tupleElement(timeline, 8 /* marks */), 1, existing) AS all_marks,
                      arraySlice(tupleElement(timeline, 9 /* cell_floorFen */), 1, existing) AS all_floorFen,
                      arraySlice(tupleElement(timeline, 10 /* cell_title */), 1, existing) AS all_title,
                      arraySlice(tupleElement(timeline, 11 /* cell_listingId */), 1, existing) AS all_listingId,
                      arraySlice(tupleElement(timeline, 12 /* cell_villageCode */), 1, existing) AS all_villageCode,
                      arraySlice(tupleElement(timeline, 13 /* cell_townshipCode */), 1, existing) AS all_townshipCode,
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
                          cell_title,
                          cell_listingId,
                          cell_villageCode,
                          cell_townshipCode
                        ))) AS timeline
                      FROM (
                        SELECT
                          assumeNotNull(CAST(assetId, 'Nullable(String)')) AS scope,
                          toInt64(atMs) AS atMs,
                          toInt64(0) AS ord,
                          id AS id,
                          toUInt8(0 /* trading.listing */) AS type,
                          toUInt64(version) AS version,
                          toUInt64(streamOffset) AS streamOffset,
                          toString(hash) AS hash,
                          toUInt64(if(ifNull(status = {p0:String}, 0), 1 /* withdrawn */, 0) + 2 /* listed */) AS marks,
                          CAST(floorFen, 'Nullable(Int64)') AS cell_floorFen,
                          CAST(title, 'Nullable(String)') AS cell_title,
                          CAST(listingId, 'Nullable(String)') AS cell_listingId,
                          CAST(villageCode, 'Nullable(String)') AS cell_villageCode,
                          CAST(townshipCode, 'Nullable(String)') AS cell_townshipCode
                        FROM cur_trading_listing_by_assetId FINAL
                        WHERE assetId IS NOT NULL
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
    WHERE hit OR due > 0
  )
)
