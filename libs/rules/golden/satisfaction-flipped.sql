WITH
  if(hit, toInt64(at[chosen2]), 0) AS occurredAt,
  arrayFilter((r, i) -> has(shown, i), timeline, arrayEnumerate(timeline)) AS proving,
  arrayMap(i -> proof.2[indexOf(proof.1, i)], shown) AS roles,
  arrayMap((r, o) -> (r.4, r.3, r.5, r.6, r.7, r.1, o), proving, roles) AS evidence,
  toString(arrayCount((x1) -> (x1 > 0), step2)) AS count_figure,
  toString(at[chosen0]) AS firstAtMs_figure,
  toString(at[chosen2]) AS lastAtMs_figure,
  toString(arrayFilter((x1) -> (NOT (x1 IS NULL)), worked_unitId)[-1]) AS unitId_subject,
  toString(arrayFilter((x1) -> (NOT (x1 IS NULL)), order_townshipCode)[-1]) AS townshipCode_subject,
  toString(arrayFilter((x1) -> (NOT (x1 IS NULL)), order_villageCode)[-1]) AS villageCode_subject
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
      lastAtMs_figure
    ], 'Array(Nullable(String))'), []),
    CAST([
      unitId_subject,
      townshipCode_subject,
      villageCode_subject
    ], 'Array(Nullable(String))')
  ) AS r0
FROM (
  SELECT *,
    arraySlice(arraySort(arrayDistinct(proof.1)), 1, 200) AS shown
  FROM (
    SELECT *,
      if(hit, arrayConcat(CAST([], 'Array(Tuple(UInt32, UInt8))'), arrayMap(p -> (toUInt32(p), toUInt8(3)), [toInt64(chosen0)]), arrayMap(p -> (toUInt32(p), toUInt8(0)), [toInt64(chosen1)]), arrayMap(p -> (toUInt32(p), toUInt8(1)), [toInt64(chosen2)])), CAST([], 'Array(Tuple(UInt32, UInt8))')) AS proof
    FROM (
      SELECT *,
        (chosen2 > 0) AS hit,
        ifNull(arrayMin(arrayConcat(arrayConcat(CAST([], 'Array(Int64)'), arrayFilter((x1, x2) -> x2, arraySlice(tupleElement(timeline, 1), n + 1), arrayMap((w0) -> bitAnd(w0, 63) != 0, arraySlice(tupleElement(timeline, 8), n + 1)))), CAST([], 'Array(Int64)'))), 0) AS due
      FROM (
        SELECT *,
          before1[chosen1] AS chosen0
        FROM (
          SELECT *,
            before2[chosen2] AS chosen1
          FROM (
            SELECT *,
              arrayFirstIndex((x1) -> (x1 > 0), step2) AS chosen2
            FROM (
              SELECT *,
                arrayMap((x1, x2, x3, x4, x5) -> if((((x1 > 0) AND (x3 > 0)) AND (x5 <= x3)), toInt64(x1), toInt64(0)), arrayMap((x1, x2) -> if(x2, toInt64(x1), toInt64(0)), ix, arrayMap((w0) -> bitAnd(w0, 4) != 0, c_m0)), at, before2, beforeAt2, between2) AS step2
              FROM (
                SELECT *,
                  arraySlice(arrayPushFront(arrayFill(x -> x > 0, step1), 0), 1, length(step1)) AS before2,
                  arraySlice(arrayPushFront(arrayFill(x -> x > 0, arrayMap((x1, x2) -> if((x1 > 0), toInt64(x2), toInt64(0)), step1, at)), 0), 1, length(arrayMap((x1, x2) -> if((x1 > 0), toInt64(x2), toInt64(0)), step1, at))) AS beforeAt2
                FROM (
                  SELECT *,
                    arrayMap((x1, x2, x3, x4, x5) -> if((((x1 > 0) AND (x3 > 0)) AND (x5 <= x3)), toInt64(x1), toInt64(0)), arrayMap((x1, x2) -> if(x2, toInt64(x1), toInt64(0)), ix, arrayMap((w0) -> bitAnd(w0, 2) != 0, c_m0)), at, before1, beforeAt1, arrayMap((x1) -> 0, before1)) AS step1
                  FROM (
                    SELECT *,
                      arraySlice(arrayPushFront(arrayFill(x -> x > 0, step0), 0), 1, length(step0)) AS before1,
                      arraySlice(arrayPushFront(arrayFill(x -> x > 0, arrayMap((x1, x2) -> if((x1 > 0), toInt64(x2), toInt64(0)), step0, at)), 0), 1, length(arrayMap((x1, x2) -> if((x1 > 0), toInt64(x2), toInt64(0)), step0, at))) AS beforeAt1
                    FROM (
                      SELECT *,
                        arrayMap((x1, x2) -> if(x2, toInt64(x1), toInt64(0)), ix, arrayMap((w0) -> bitAnd(w0, 1) != 0, c_m0)) AS step0,
                        arraySlice(arrayPushFront(arrayFill(x -> x > 0, arrayMap((x1, x2) -> if(x2, toInt64(x1), toInt64(0)), ix, arrayMap((w0) -> bitAnd(w0, 8) != 0, c_m0))), 0), 1, length(arrayMap((x1, x2) -> if(x2, toInt64(x1), toInt64(0)), ix, arrayMap((w0) -> bitAnd(w0, 8) != 0, c_m0)))) AS between2
                      FROM (
                        SELECT *,
                          arrayFilter((x, m) -> bitTest(m, 4), c_t0, c_m0) AS worked_unitId,
                          arrayFilter((x, m) -> bitTest(m, 5), c_t0, c_m0) AS order_townshipCode,
                          arrayFilter((x, m) -> bitTest(m, 5), c_t1, c_m0) AS order_villageCode
                        FROM (
                          SELECT *,
                            arrayCount(a -> a <= {now:Int64}, timeline.1) AS n,
                            arraySlice(tupleElement(timeline, 8), 1, n) AS c_m0,
                            arraySlice(tupleElement(timeline, 9), 1, n) AS c_t0,
                            arraySlice(tupleElement(timeline, 10), 1, n) AS c_t1,
                            arraySlice(timeline.1, 1, n) AS at,
                            arrayEnumerate(at) AS ix
                          FROM (
                            SELECT
                              scope,
                              arraySort(groupArray(tuple(atMs, ord, id, type, version, streamOffset, hash, m0, t0, t1))) AS timeline
                            FROM (
                              SELECT
                                assumeNotNull(CAST(orderId, 'Nullable(String)')) AS scope,
                                toInt64(atMs) AS atMs,
                                toInt64(ifNull(stepNo, 0)) AS ord,
                                id AS id,
                                toUInt8(1) AS type,
                                toUInt64(version) AS version,
                                toUInt64(streamOffset) AS streamOffset,
                                toString(hash) AS hash,
                                toUInt64(if(ifNull(action IN ({p0:String}, {p1:String}, {p2:String}), 0), 1, 0) + if(ifNull(action = {p3:String}, 0) AND ifNull(satisfaction <= {p4:Int64}, 0), 2, 0) + if(ifNull(action IN ({p3:String}, {p5:String}), 0) AND ifNull(satisfaction >= {p6:Int64}, 0), 4, 0) + if(ifNull(action IN ({p0:String}, {p1:String}, {p7:String}, {p8:String}, {p2:String}), 0), 8, 0) + if(ifNull(action = {p2:String}, 0), 16, 0)) AS m0,
                                CAST(unitId, 'Nullable(String)') AS t0,
                                CAST(NULL, 'Nullable(String)') AS t1
                              FROM cur_hotline_order_event FINAL
                              WHERE ((ifNull(action IN ({p0:String}, {p1:String}, {p2:String}), 0)) OR (ifNull(action = {p3:String}, 0) AND ifNull(satisfaction <= {p4:Int64}, 0)) OR (ifNull(action IN ({p3:String}, {p5:String}), 0) AND ifNull(satisfaction >= {p6:Int64}, 0)) OR (ifNull(action IN ({p0:String}, {p1:String}, {p7:String}, {p8:String}, {p2:String}), 0)) OR (ifNull(action = {p2:String}, 0)))
                              UNION ALL
                              SELECT
                                assumeNotNull(CAST(orderId, 'Nullable(String)')) AS scope,
                                toInt64(atMs) AS atMs,
                                toInt64(0) AS ord,
                                id AS id,
                                toUInt8(0) AS type,
                                toUInt64(version) AS version,
                                toUInt64(streamOffset) AS streamOffset,
                                toString(hash) AS hash,
                                toUInt64(32) AS m0,
                                CAST(townshipCode, 'Nullable(String)') AS t0,
                                CAST(villageCode, 'Nullable(String)') AS t1
                              FROM cur_hotline_order FINAL
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
    WHERE hit OR due > 0
  )
)
