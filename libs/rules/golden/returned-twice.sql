WITH
  if(hit, toInt64(ifNull(arrayMin(arrayFilter((x1) -> (x1 > 0), [toInt64(if((first0 > 0), toInt64(returned_at[first0]), toInt64(0)))])), 0)), 0) AS occurredAt,
  arrayFilter((r, i) -> has(shown, i), timeline, arrayEnumerate(timeline)) AS proving,
  arrayMap(i -> proof.2[indexOf(proof.1, i)], shown) AS roles,
  arrayMap((r, o) -> (r.4, r.3, r.5, r.6, r.7, r.1, o), proving, roles) AS evidence,
  toString(if((first0 > 0), toInt64(length(arrayFilter((x1, x2) -> x2, returned_places, proof0))), toInt64(0))) AS count_figure,
  toString(if((first0 > 0), toInt64(0), toInt64(0))) AS distinct_figure,
  toString(if((first0 > 0), toInt64(0), toInt64(0))) AS sum_figure,
  toString(if((first0 > 0), toInt64({p1:Int64}), toInt64(0))) AS threshold_figure,
  toString(if((first0 > 0), toInt64(arrayFilter((x1, x2) -> x2, returned_at, proof0)[1]), toInt64(0))) AS firstAtMs_figure,
  toString(if((first0 > 0), toInt64(arrayFilter((x1, x2) -> x2, returned_at, proof0)[-1]), toInt64(0))) AS lastAtMs_figure,
  toString(arrayFilter((x1) -> (NOT (x1 IS NULL)), arrayMap((x1) -> c_t1[x1], linked1_returned))[-1]) AS townshipCode_subject,
  toString(arrayFilter((x1) -> (NOT (x1 IS NULL)), arrayMap((x1) -> c_t2[x1], linked1_returned))[-1]) AS villageCode_subject
SELECT
  scope,
  tuple(
    hit,
    occurredAt,
    due,
    evidence,
    if(hit, CAST([
      count_figure,
      distinct_figure,
      sum_figure,
      threshold_figure,
      firstAtMs_figure,
      lastAtMs_figure
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
      if(hit, arrayConcat(CAST([], 'Array(Tuple(UInt32, UInt8))'), arrayMap(p -> (toUInt32(p), toUInt8(0)), arrayFilter((x1, x2) -> x2, returned_places, proof0))), CAST([], 'Array(Tuple(UInt32, UInt8))')) AS proof
    FROM (
      SELECT *,
        (first0 > 0) AS hit,
        ifNull(arrayMin(arrayConcat(arrayConcat(arrayConcat(CAST([], 'Array(Int64)'), arrayFilter((x1, x2) -> x2, arraySlice(tupleElement(timeline, 1), n + 1), arrayMap((w0) -> bitAnd(w0, 1) != 0, arraySlice(tupleElement(timeline, 8), n + 1)))), CAST([], 'Array(Int64)')), arrayFilter((x1, x2, x3) -> (x2 AND arrayExists((x4, x5) -> (x4 AND ifNull(x3 = x5, 0)), arrayMap((w0) -> bitAnd(w0, 1) != 0, tupleElement(timeline, 8)), tupleElement(timeline, 9))), arraySlice(tupleElement(timeline, 1), n + 1), arrayMap((w0) -> bitAnd(w0, 2) != 0, arraySlice(tupleElement(timeline, 8), n + 1)), arraySlice(tupleElement(timeline, 9), n + 1)))), 0) AS due
      FROM (
        SELECT *,
          arrayMap((x1) -> (first0 > 0), returned_at) AS proof0
        FROM (
          SELECT *,
            arrayFirstIndex((x1) -> x1, reached0) AS first0
          FROM (
            SELECT *,
              arrayMap((x1) -> (x1 >= {p1:Int64}), arrayEnumerate(returned_at)) AS reached0,
              arrayFilter((x1, x2) -> x2, order_places, arrayMap((v1) -> arrayExists((w1) -> ifNull(v1 = w1, 0), returned_orderId), order_orderId)) AS linked1_returned
            FROM (
              SELECT *,
                arrayFilter((x, m) -> bitTest(m, 0), at, c_m0) AS returned_at,
                arrayFilter((x, m) -> bitTest(m, 0), ix, c_m0) AS returned_places,
                arrayFilter((x, m) -> bitTest(m, 1), c_t0, c_m0) AS order_orderId,
                arrayFilter((x, m) -> bitTest(m, 0), c_t0, c_m0) AS returned_orderId,
                arrayFilter((x, m) -> bitTest(m, 1), ix, c_m0) AS order_places
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
                      toUInt64(if(ifNull(action = {p0:String}, 0), 1, 0)) AS m0,
                      CAST(orderId, 'Nullable(String)') AS t0,
                      CAST(NULL, 'Nullable(String)') AS t1,
                      CAST(NULL, 'Nullable(String)') AS t2
                    FROM cur_hotline_order_event FINAL
                    WHERE unitId IS NOT NULL
                      AND ((ifNull(action = {p0:String}, 0)))
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
                        toUInt64(2) AS m0,
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
