WITH
  if(hit, toInt64(tupleElement(holding[1], 1)), 0) AS occurredAt,
  arrayFilter((r, i) -> has(shown, i), timeline, arrayEnumerate(timeline)) AS proving,
  arrayMap(i -> proof.2[indexOf(proof.1, i)], shown) AS roles,
  arrayMap((r, o) -> (r.4, r.3, r.5, r.6, r.7, r.1, o), proving, roles) AS evidence,
  toString(length(holding)) AS subjects_figure,
  toString(tupleElement(holding[1], 4)) AS deadlineMs_figure,
  toString(length(counted0[first])) AS orderCount_figure,
  toString(length(counted1[first])) AS grantedCount_figure,
  toString(0) AS startMs_figure,
  toString(c_n0[arrayMax(arrayConcat(CAST([], 'Array(Int64)'), arrayMap((x1) -> tupleElement(x1, 1), counted0)[first]))]) AS promisedAt_figure,
  toString(paused_atMs[first]) AS pausedAt_figure,
  toString(paused_unitId[first]) AS unitId_subject,
  toString(c_t0[arrayMax(arrayConcat(CAST([], 'Array(Int64)'), arrayMap((x1) -> tupleElement(x1, 1), counted0)[first]))]) AS townshipCode_subject,
  toString(c_t1[arrayMax(arrayConcat(CAST([], 'Array(Int64)'), arrayMap((x1) -> tupleElement(x1, 1), counted0)[first]))]) AS villageCode_subject
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
      orderCount_figure,
      grantedCount_figure,
      startMs_figure,
      promisedAt_figure,
      pausedAt_figure
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
      if(hit, arrayConcat(CAST([], 'Array(Tuple(UInt32, UInt8))'), arrayMap(p -> (toUInt32(p), toUInt8(0)), tupleElement(holding, 2)), arrayMap(p -> (toUInt32(p), toUInt8(2)), arrayFlatten(arrayFilter((x1, x2) -> has(tupleElement(holding, 3), x2), arrayMap((x1) -> tupleElement(x1, 1), counted0), arrayEnumerate(paused_at)))), arrayMap(p -> (toUInt32(p), toUInt8(1)), arrayFlatten(arrayFilter((x1, x2) -> has(tupleElement(holding, 3), x2), arrayMap((x1) -> tupleElement(x1, 1), standing1), arrayEnumerate(paused_at))))), CAST([], 'Array(Tuple(UInt32, UInt8))')) AS proof
    FROM (
      SELECT *,
        notEmpty(holding) AS hit,
        ifNull(arrayMin(arrayConcat(arrayConcat(CAST([], 'Array(Int64)'), arrayFilter((x1, x2) -> x2, arraySlice(tupleElement(timeline, 1), n + 1), arrayMap((w0) -> bitAnd(w0, 7) != 0, arraySlice(tupleElement(timeline, 8), n + 1)))), CAST([], 'Array(Int64)'))), 0) AS due
      FROM (
        SELECT *,
          greatest(tupleElement(holding[1], 3), 1) AS first
        FROM (
          SELECT *,
            arraySort(arrayFilter((x1) -> (NOT ((tupleElement(x1, 4) + 1) > {now:Int64})), met)) AS holding
          FROM (
            SELECT *,
              arrayFilter((x1, x2) -> x2, arrayMap((x1, x2, x3, x4) -> (toInt64(x1), toInt64(x2), toInt64(x3), toInt64(x4)), arrayMap((x1, x2) -> greatest(x1, x2), paused_at, arrayMap((x1) -> if((length(x1) >= {p1:Int64}), toInt64(tupleElement(x1[greatest({p1:Int64}, 1)], 2)), toInt64(0)), counted0)), paused_places, arrayEnumerate(paused_at), arrayMap((x1) -> 0, paused_at)), holds) AS met
            FROM (
              SELECT *,
                arrayMap((x1, x2) -> (x1 AND x2), arrayMap((x1) -> (length(x1) >= {p1:Int64}), counted0), arrayMap((x1, x2) -> (x1 AND (x2 > 0)), arrayMap((x1) -> (NOT notEmpty(x1)), counted1), paused_places)) AS holds
              FROM (
                SELECT *,
                  arrayMap((x1, x2) -> arrayFilter((x3) -> ifNull(c_n0[tupleElement(x3, 1)] < (x2 + 86400000), 0), x1), standing0, paused_atMs) AS counted0,
                  arrayMap((x1, x2) -> arrayFilter((x3) -> ifNull((x2 + 86400000) <= c_n1[tupleElement(x3, 1)], 0), x1), standing1, paused_atMs) AS counted1
                FROM (
                  SELECT *,
                    arrayMap((x1, x2) -> arrayFilter((x3) -> 1, arrayMap((x3, x4) -> (toInt64(x3), toInt64(x4), toInt64(0)), order_places, order_at)), paused_places, paused_places) AS standing0,
                    arrayMap((x1, x2) -> arrayFilter((x3) -> (tupleElement(x3, 1) < x2), arrayMap((x3, x4) -> (toInt64(x3), toInt64(x4), toInt64(0)), granted_places, granted_at)), paused_places, paused_places) AS standing1
                  FROM (
                    SELECT *,
                      arrayFilter((x, m) -> bitTest(m, 0), ix, c_m0) AS paused_places,
                      arrayFilter((x, m) -> bitTest(m, 0), at, c_m0) AS paused_at,
                      arrayFilter((x, m) -> bitTest(m, 1), ix, c_m0) AS order_places,
                      arrayFilter((x, m) -> bitTest(m, 1), at, c_m0) AS order_at,
                      arrayFilter((x, m) -> bitTest(m, 0), c_n0, c_m0) AS paused_atMs,
                      arrayFilter((x, m) -> bitTest(m, 2), ix, c_m0) AS granted_places,
                      arrayFilter((x, m) -> bitTest(m, 2), at, c_m0) AS granted_at,
                      arrayFilter((x, m) -> bitTest(m, 0), c_t0, c_m0) AS paused_unitId
                    FROM (
                      SELECT *,
                        arrayCount(a -> a <= {now:Int64}, timeline.1) AS n,
                        arraySlice(tupleElement(timeline, 8), 1, n) AS c_m0,
                        arraySlice(tupleElement(timeline, 9), 1, n) AS c_n0,
                        arraySlice(tupleElement(timeline, 10), 1, n) AS c_n1,
                        arraySlice(tupleElement(timeline, 11), 1, n) AS c_t0,
                        arraySlice(tupleElement(timeline, 12), 1, n) AS c_t1,
                        arraySlice(timeline.1, 1, n) AS at,
                        arrayEnumerate(at) AS ix
                      FROM (
                        SELECT
                          scope,
                          arraySort(groupArray(tuple(atMs, ord, id, type, version, streamOffset, hash, m0, n0, n1, t0, t1))) AS timeline
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
                            toUInt64(if(ifNull(action = {p0:String}, 0), 1, 0) + if(ifNull(action = {p2:String}, 0), 4, 0)) AS m0,
                            CAST(atMs, 'Nullable(Int64)') AS n0,
                            CAST(extendedToMs, 'Nullable(Int64)') AS n1,
                            CAST(unitId, 'Nullable(String)') AS t0,
                            CAST(NULL, 'Nullable(String)') AS t1
                          FROM cur_hotline_order_event FINAL
                          WHERE ((ifNull(action = {p0:String}, 0)) OR (ifNull(action = {p2:String}, 0)))
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
                            CAST(promisedAtMs, 'Nullable(Int64)') AS n0,
                            CAST(NULL, 'Nullable(Int64)') AS n1,
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
    WHERE hit OR due > 0
  )
)
