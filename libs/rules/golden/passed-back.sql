WITH
  if(hit, toInt64(at[chosen2]), 0) AS occurredAt,
  arrayFilter((r, i) -> has(shown, i), timeline, arrayEnumerate(timeline)) AS proving,
  arrayMap(i -> proof.2[indexOf(proof.1, i)], shown) AS roles,
  arrayMap((r, o) -> (r.4, r.3, r.5, r.6, r.7, r.1, o), proving, roles) AS evidence,
  toString(arrayCount((x1) -> (x1 > 0), tupleElement(begun2, 1))) AS count_figure,
  toString(at[chosen0]) AS firstAtMs_figure,
  toString(at[chosen2]) AS lastAtMs_figure,
  toString(arrayFilter((x1) -> (NOT (x1 IS NULL)), assigned_unitId)[-1]) AS unitId_subject,
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
      if(hit, arrayConcat(CAST([], 'Array(Tuple(UInt32, UInt8))'), arrayMap(p -> (toUInt32(p), toUInt8(0)), [toInt64(chosen0)]), arrayMap(p -> (toUInt32(p), toUInt8(0)), [toInt64(chosen1)]), arrayMap(p -> (toUInt32(p), toUInt8(0)), [toInt64(chosen2)])), CAST([], 'Array(Tuple(UInt32, UInt8))')) AS proof
    FROM (
      SELECT *,
        (chosen2 > 0) AS hit,
        ifNull(arrayMin(arrayConcat(arrayConcat(CAST([], 'Array(Int64)'), arrayFilter((x1, x2) -> x2, arraySlice(tupleElement(timeline, 1), n + 1), arrayMap((w0) -> bitAnd(w0, 3) != 0, arraySlice(tupleElement(timeline, 8), n + 1)))), CAST([], 'Array(Int64)'))), 0) AS due
      FROM (
        SELECT *,
          tupleElement(begun2[1], 1) AS chosen2,
          (-tupleElement(begun2[1], 3)) AS chosen0,
          (-tupleElement(begun2[1], 2)) AS chosen1
        FROM (
          SELECT *,
            arrayFilter((r, nth) -> nth = 1, sorted2, arrayEnumerateUniq(tupleElement(sorted2, 1))) AS begun2
          FROM (
            SELECT *,
              arraySort(arrayFlatten(arrayMap((x1) -> arrayMap((x2) -> (toInt64(x2), toInt64((-tupleElement(x1, 1))), toInt64((-tupleElement(x1, 2)))), arrayFilter((x2) -> (((x2 > tupleElement(x1, 1)) AND (between2[x2] <= tupleElement(x1, 1))) AND ifNull(c_t0[x2] = c_t0[tupleElement(x1, 2)], 0)), assigned_places)), begun1))) AS sorted2
            FROM (
              SELECT *,
                arrayFilter((r, nth) -> nth = 1, sorted1, arrayEnumerateUniq(tupleElement(sorted1, 1), tupleElement(sorted1, 2))) AS begun1
              FROM (
                SELECT *,
                  arraySort(arrayFlatten(arrayMap((x1) -> arrayMap((x2) -> (toInt64(x2), toInt64(tupleElement(x1, 1))), arrayFilter((x2) -> (((x2 > tupleElement(x1, 1)) AND (between1[x2] <= tupleElement(x1, 1))) AND (NOT ifNull(c_t0[x2] = c_t0[tupleElement(x1, 1)], 0))), assigned_places)), begun0))) AS sorted1
                FROM (
                  SELECT *,
                    arrayFilter((r, nth) -> nth = 1, sorted0, arrayEnumerateUniq(tupleElement(sorted0, 1))) AS begun0
                  FROM (
                    SELECT *,
                      arraySort(arrayMap((x1) -> tuple(toInt64(x1)), assigned_places)) AS sorted0,
                      arraySlice(arrayPushFront(arrayFill(x -> x > 0, arrayMap((x1, x2) -> if(x2, toInt64(x1), toInt64(0)), ix, arrayMap((w0) -> bitAnd(w0, 1) != 0, c_m0))), 0), 1, length(arrayMap((x1, x2) -> if(x2, toInt64(x1), toInt64(0)), ix, arrayMap((w0) -> bitAnd(w0, 1) != 0, c_m0)))) AS between1,
                      arraySlice(arrayPushFront(arrayFill(x -> x > 0, arrayMap((x1, x2) -> if(x2, toInt64(x1), toInt64(0)), ix, arrayMap((w0) -> bitAnd(w0, 1) != 0, c_m0))), 0), 1, length(arrayMap((x1, x2) -> if(x2, toInt64(x1), toInt64(0)), ix, arrayMap((w0) -> bitAnd(w0, 1) != 0, c_m0)))) AS between2
                    FROM (
                      SELECT *,
                        arrayFilter((x, m) -> bitTest(m, 0), ix, c_m0) AS assigned_places,
                        arrayFilter((x, m) -> bitTest(m, 0), c_t0, c_m0) AS assigned_unitId,
                        arrayFilter((x, m) -> bitTest(m, 1), c_t0, c_m0) AS order_townshipCode,
                        arrayFilter((x, m) -> bitTest(m, 1), c_t1, c_m0) AS order_villageCode
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
                              toUInt64(if(ifNull(action IN ({p0:String}, {p1:String}), 0) AND NOT ifNull(role = {p2:String}, 0), 1, 0)) AS m0,
                              CAST(unitId, 'Nullable(String)') AS t0,
                              CAST(NULL, 'Nullable(String)') AS t1
                            FROM cur_hotline_order_event FINAL
                            WHERE ((ifNull(action IN ({p0:String}, {p1:String}), 0) AND NOT ifNull(role = {p2:String}, 0)))
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
                              toUInt64(2) AS m0,
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
    WHERE hit OR due > 0
  )
)
