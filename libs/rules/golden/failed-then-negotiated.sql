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
  toString(arrayCount((step1_i) -> (step1_i > 0), step1)) AS count_figure,
  toString(all_at[chosen0]) AS firstAtMs_figure,
  toString(all_at[chosen1]) AS lastAtMs_figure,
  toString(arrayFilter((ended_title_i) -> (NOT (ended_title_i IS NULL)), ended_title)[-1]) AS title_figure,
  toString(arrayFilter(
    (negotiated_listingId_i) -> (NOT (negotiated_listingId_i IS NULL)),
    negotiated_listingId
  )[-1]) AS listingId_figure,
  toString(arrayFilter(
    (negotiated_floorFen_i) -> (NOT (negotiated_floorFen_i IS NULL)),
    negotiated_floorFen
  )[-1]) AS floorFen_figure,
  toString(arrayFilter(
    (negotiated_villageCode_i) -> (NOT (negotiated_villageCode_i IS NULL)),
    negotiated_villageCode
  )[-1]) AS villageCode_subject,
  toString(arrayFilter(
    (negotiated_townshipCode_i) -> (NOT (negotiated_townshipCode_i IS NULL)),
    negotiated_townshipCode
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
      listingId_figure,
      floorFen_figure
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
          arrayMap(p -> (toUInt32(p), toUInt8(0 /* ended */)), [toInt64(chosen0)]),
          arrayMap(p -> (toUInt32(p), toUInt8(1 /* negotiated */)), [toInt64(chosen1)])
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
                  (w0) -> bitAnd(w0, 3) != 0 /* ended, negotiated */,
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
          before1[chosen1] AS chosen0
        FROM (
          SELECT *,
            arrayFirstIndex((step1_i) -> (step1_i > 0), step1) AS chosen1
          FROM (
            SELECT *,
              arrayMap(
                (x1, all_at_i, before1_i, beforeAt1_i, x5) -> if(
                  (
                    (((x1 > 0) AND (before1_i > 0)) AND (x5 <= before1_i))
                    AND ((all_at_i - beforeAt1_i) < ({p3:Int64} * 86400000))
                  ),
                  toInt64(x1),
                  toInt64(0)
                ),
                arrayMap(
                  (all_places_i, x2) -> if(x2, toInt64(all_places_i), toInt64(0)),
                  all_places,
                  arrayMap((w0) -> bitAnd(w0, 2) != 0 /* negotiated */, all_marks)
                ),
                all_at,
                before1,
                beforeAt1,
                arrayMap((before1_i) -> 0, before1)
              ) AS step1
            FROM (
              SELECT *,
                arraySlice(arrayPushFront(arrayFill(x -> x > 0, step0), 0), 1, length(step0)) AS before1,
                arraySlice(
                  arrayPushFront(
                    arrayFill(
                      x -> x > 0,
                      arrayMap((step0_i, all_at_i) -> if((step0_i > 0), toInt64(all_at_i), toInt64(0)), step0, all_at)
                    ),
                    0
                  ),
                  1,
                  length(arrayMap(
                    (step0_i, all_at_i) -> if((step0_i > 0), toInt64(all_at_i), toInt64(0)),
                    step0,
                    all_at
                  ))
                ) AS beforeAt1
              FROM (
                SELECT *,
                  arrayMap(
                    (all_places_i, x2) -> if(x2, toInt64(all_places_i), toInt64(0)),
                    all_places,
                    arrayMap((w0) -> bitAnd(w0, 1) != 0 /* ended */, all_marks)
                  ) AS step0
                FROM (
                  SELECT *,
                    arrayFilter((x, m) -> bitTest(m, 0), all_title, all_marks) AS ended_title,
                    arrayFilter((x, m) -> bitTest(m, 1), all_listingId, all_marks) AS negotiated_listingId,
                    arrayFilter((x, m) -> bitTest(m, 1), all_floorFen, all_marks) AS negotiated_floorFen,
                    arrayFilter((x, m) -> bitTest(m, 1), all_villageCode, all_marks) AS negotiated_villageCode,
                    arrayFilter((x, m) -> bitTest(m, 1), all_townshipCode, all_marks) AS negotiated_townshipCode
                  FROM (
                    SELECT *,
                      arrayCount(a -> a <= {now:Int64}, timeline.1) AS existing,
                      arraySlice(tupleElement(timeline, 8 /* marks */), 1, existing) AS all_marks,
                      arraySlice(tupleElement(timeline, 10 /* cell_title */), 1, existing) AS all_title,
                      arraySlice(tupleElement(timeline, 11 /* cell_listingId */), 1, existing) AS all_listingId,
                      arraySlice(tupleElement(timeline, 9 /* cell_floorFen */), 1, existing) AS all_floorFen,
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
                          toUInt64(
                            if(ifNull(status IN ({p0:String}, {p1:String}), 0), 1 /* ended */, 0)
                            + if(ifNull(mode = {p2:String}, 0), 2 /* negotiated */, 0)
                          ) AS marks,
                          CAST(floorFen, 'Nullable(Int64)') AS cell_floorFen,
                          CAST(title, 'Nullable(String)') AS cell_title,
                          CAST(listingId, 'Nullable(String)') AS cell_listingId,
                          CAST(villageCode, 'Nullable(String)') AS cell_villageCode,
                          CAST(townshipCode, 'Nullable(String)') AS cell_townshipCode
                        FROM cur_trading_listing_by_assetId FINAL
                        WHERE assetId IS NOT NULL
                          AND ((ifNull(status IN ({p0:String}, {p1:String}), 0)) OR (ifNull(mode = {p2:String}, 0)))
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
