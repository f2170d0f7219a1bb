WITH
  if(hit, toInt64(tupleElement(violated[1], 1)), 0) AS occurredAt,
  arrayFilter((r, i) -> has(shown, i), timeline, arrayEnumerate(timeline)) AS proving,
  arrayMap(i -> proof.2[indexOf(proof.1, i)], shown) AS roles,
  arrayMap((r, o) -> (r.4, r.3, r.5, r.6, r.7, r.1, o), proving, roles) AS evidence,
  toString(length(violated)) AS count_figure,
  toString(tupleElement(violated[1], 4)) AS startMs_figure,
  toString(tupleElement(violated[1], 5)) AS deadlineMs_figure,
  toString(tupleElement(violated[1], 8)) AS limit_figure,
  toString(tupleElement(violated[1], 7)) AS doneAtMs_figure,
  toString(if((tupleElement(violated[1], 7) > 0), toInt64(greatest(intDiv(((tupleElement(violated[1], 7) - tupleElement(violated[1], 5)) + 86399999), 86400000), 1)), toInt64(0))) AS lateDays_figure,
  toString(arrayFilter((x1) -> (NOT (x1 IS NULL)), arrayMap((x1) -> c_t1[x1], linked5_applied))[-1]) AS townshipCode_subject,
  toString(arrayFilter((x1) -> (NOT (x1 IS NULL)), arrayMap((x1) -> c_t2[x1], linked5_applied))[-1]) AS villageCode_subject
SELECT
  scope,
  tuple(
    hit,
    occurredAt,
    due,
    evidence,
    if(hit, CAST([
      count_figure,
      startMs_figure,
      deadlineMs_figure,
      limit_figure,
      doneAtMs_figure,
      lateDays_figure
    ], 'Array(Nullable(String))'), []),
    CAST([
      townshipCode_subject,
      villageCode_subject
    ], 'Array(Nullable(String))')
  ) AS r0
FROM (
  SELECT *,
    arraySlice(arraySort(arrayDistinct(proof.1)), 1, 200) AS shown
  FROM (
    SELECT *,
      if(hit, arrayConcat(CAST([], 'Array(Tuple(UInt32, UInt8))'), arrayMap(p -> (toUInt32(p), toUInt8(0)), tupleElement(violated0, 3)), arrayMap(p -> (toUInt32(p), toUInt8(1)), tupleElement(violated1, 3))), CAST([], 'Array(Tuple(UInt32, UInt8))')) AS proof
    FROM (
      SELECT *,
        notEmpty(violated) AS hit,
        ifNull(arrayMin(arrayConcat(arrayConcat(arrayConcat(CAST([], 'Array(Int64)'), arrayFilter((x1, x2) -> x2, arraySlice(tupleElement(timeline, 1), n + 1), arrayMap((w0) -> bitAnd(w0, 31) != 0, arraySlice(tupleElement(timeline, 8), n + 1)))), arrayConcat(arrayConcat(CAST([], 'Array(Int64)'), CAST([], 'Array(Int64)')), CAST([], 'Array(Int64)'))), arrayFilter((x1, x2, x3) -> (x2 AND arrayExists((x4, x5) -> (x4 AND ifNull(x3 = x5, 0)), arrayMap((w0) -> bitAnd(w0, 16) != 0, tupleElement(timeline, 8)), tupleElement(timeline, 9))), arraySlice(tupleElement(timeline, 1), n + 1), arrayMap((w0) -> bitAnd(w0, 32) != 0, arraySlice(tupleElement(timeline, 8), n + 1)), arraySlice(tupleElement(timeline, 9), n + 1)))), 0) AS due
      FROM (
        SELECT *,
          arraySort(arrayConcat(violated0, violated1)) AS violated
        FROM (
          SELECT *,
            arrayFilter((x1, x2) -> x2, arrayMap((x1, x2) -> (toInt64(x2), toInt64(0), toInt64(x1), toInt64(x2), toInt64(0), toInt64(0), toInt64(0), toInt64(0)), start0_place, start0_at), arrayMap((x1, x2) -> (NOT (x2 > 0)), start0_at, before0)) AS violated0,
            arrayFilter((x1, x2) -> x2, arrayMap((x1, x2) -> (toInt64(x2), toInt64(1), toInt64(x1), toInt64(x2), toInt64(0), toInt64(0), toInt64(0), toInt64(0)), start1_place, start1_at), arrayMap((x1, x2) -> (NOT (x2 > 0)), start1_at, before1)) AS violated1
          FROM (
            SELECT *,
              claimsContact_places AS start0_place,
              claimsContact_at AS start0_at,
              arrayFilter((x1, x2) -> x2, arraySlice(arrayPushFront(arrayFill(x -> x > 0, arrayMap((x1, x2) -> if(x2, toInt64(x1), toInt64(0)), at, arrayMap((w0) -> bitAnd(w0, 2) != 0, c_m0))), 0), 1, length(arrayMap((x1, x2) -> if(x2, toInt64(x1), toInt64(0)), at, arrayMap((w0) -> bitAnd(w0, 2) != 0, c_m0)))), arrayMap((w0) -> bitAnd(w0, 1) != 0, c_m0)) AS before0,
              claimsVisit_places AS start1_place,
              claimsVisit_at AS start1_at,
              arrayFilter((x1, x2) -> x2, arraySlice(arrayPushFront(arrayFill(x -> x > 0, arrayMap((x1, x2) -> if(x2, toInt64(x1), toInt64(0)), at, arrayMap((w0) -> bitAnd(w0, 8) != 0, c_m0))), 0), 1, length(arrayMap((x1, x2) -> if(x2, toInt64(x1), toInt64(0)), at, arrayMap((w0) -> bitAnd(w0, 8) != 0, c_m0)))), arrayMap((w0) -> bitAnd(w0, 4) != 0, c_m0)) AS before1,
              arrayFilter((x1, x2) -> x2, order_places, arrayMap((v1) -> arrayExists((w1) -> ifNull(v1 = w1, 0), applied_orderId), order_orderId)) AS linked5_applied
            FROM (
              SELECT *,
                arrayFilter((x, m) -> bitTest(m, 0), ix, c_m0) AS claimsContact_places,
                arrayFilter((x, m) -> bitTest(m, 0), at, c_m0) AS claimsContact_at,
                arrayFilter((x, m) -> bitTest(m, 2), ix, c_m0) AS claimsVisit_places,
                arrayFilter((x, m) -> bitTest(m, 2), at, c_m0) AS claimsVisit_at,
                arrayFilter((x, m) -> bitTest(m, 5), c_t0, c_m0) AS order_orderId,
                arrayFilter((x, m) -> bitTest(m, 4), c_t0, c_m0) AS applied_orderId,
                arrayFilter((x, m) -> bitTest(m, 5), ix, c_m0) AS order_places
              FROM (
                SELECT *,
                  arrayCount(a -> a <= {now:Int64}, timeline.1) AS n,
                  arraySlice(tupleElement(timeline, 8), 1, n) AS c_m0,
                  arraySlice(tupleElement(timeline, 9), 1, n) AS c_t0,
                  arraySlice(tupleElement(timeline, 10), 1, n) AS c_t1,
                  arraySlice(tupleElement(timeline, 11), 1, n) AS c_t2,
                  arraySlice(timeline.1, 1, n) AS at,
                  arrayEnumerate(at) AS ix
                FROM (
                  SELECT
                    scope,
                    arraySort(groupArray(tuple(atMs, ord, id, type, version, streamOffset, hash, m0, t0, t1, t2))) AS timeline
                  FROM (
                    SELECT
                      concat(replaceAll(replaceAll(assumeNotNull(CAST(orderId, 'Nullable(String)')), '%', '%25'), '|', '%7C'), '|', replaceAll(replaceAll(assumeNotNull(CAST(unitId, 'Nullable(String)')), '%', '%25'), '|', '%7C')) AS scope,
                      toInt64(atMs) AS atMs,
                      toInt64(ifNull(stepNo, 0)) AS ord,
                      id AS id,
                      toUInt8(1) AS type,
                      toUInt64(version) AS version,
                      toUInt64(streamOffset) AS streamOffset,
                      toString(hash) AS hash,
                      toUInt64(if(ifNull(action = {p0:String}, 0) AND ifNull(claimsContact = {p1:Bool}, 0), 1, 0) + if(ifNull(action = {p2:String}, 0), 2, 0) + if(ifNull(action = {p0:String}, 0) AND ifNull(claimsVisit = {p1:Bool}, 0), 4, 0) + if(ifNull(action = {p3:String}, 0), 8, 0) + if(ifNull(action = {p0:String}, 0), 16, 0)) AS m0,
                      CAST(orderId, 'Nullable(String)') AS t0,
                      CAST(NULL, 'Nullable(String)') AS t1,
                      CAST(NULL, 'Nullable(String)') AS t2
                    FROM cur_hotline_order_event FINAL
                    WHERE unitId IS NOT NULL
                      AND ((ifNull(action = {p0:String}, 0) AND ifNull(claimsContact = {p1:Bool}, 0)) OR (ifNull(action = {p2:String}, 0)) OR (ifNull(action = {p0:String}, 0) AND ifNull(claimsVisit = {p1:Bool}, 0)) OR (ifNull(action = {p3:String}, 0)) OR (ifNull(action = {p0:String}, 0)))
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
                      linked.m0 AS m0,
                      linked.t0 AS t0,
                      linked.t1 AS t1,
                      linked.t2 AS t2
                    FROM (
                      SELECT
                        toInt64(atMs) AS atMs,
                        toInt64(0) AS ord,
                        id AS id,
                        toUInt8(0) AS type,
                        toUInt64(version) AS version,
                        toUInt64(streamOffset) AS streamOffset,
                        toString(hash) AS hash,
                        toUInt64(32) AS m0,
                        CAST(orderId, 'Nullable(String)') AS t0,
                        CAST(townshipCode, 'Nullable(String)') AS t1,
                        CAST(villageCode, 'Nullable(String)') AS t2,
                        assumeNotNull(CAST(orderId, 'Nullable(String)')) AS k0
                      FROM cur_hotline_order FINAL
                      WHERE orderId IS NOT NULL
                    ) AS linked
                    INNER JOIN (
                      SELECT DISTINCT
                        concat(replaceAll(replaceAll(assumeNotNull(CAST(orderId, 'Nullable(String)')), '%', '%25'), '|', '%7C'), '|', replaceAll(replaceAll(assumeNotNull(CAST(unitId, 'Nullable(String)')), '%', '%25'), '|', '%7C')) AS scope,
                        assumeNotNull(CAST(orderId, 'Nullable(String)')) AS k0
                      FROM cur_hotline_order_event FINAL
                      WHERE unitId IS NOT NULL
                        AND orderId IS NOT NULL
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
    WHERE hit OR due > 0
  )
)
