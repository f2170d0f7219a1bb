WITH
  (
    SELECT (
      throwIf(count() = 0 OR count() != max(number) - min(number) + 1 OR count() > 65535, 'calendar: days are missing') + min(number),
      arrayStringConcat(arrayMap(x -> char(bitAnd(x, 255), bitShiftRight(x, 8)), groupArray(ordinal))),
      minIf(ordinal, working = 1),
      arrayStringConcat(arrayMap(x -> char(bitAnd(x, 255), bitShiftRight(x, 8)), arrayMap(n -> n - min(number), groupArrayIf(number, working = 1))))
    )
    FROM (SELECT toInt64(toInt32(day)) AS number, working, toInt64(ordinal) AS ordinal FROM ref_calendar_day FINAL ORDER BY day)
  ) AS calendar,
  if(hit, toInt64(tupleElement(holding[1], 1)), 0) AS occurredAt,
  arrayFilter((r, i) -> has(shown, i), timeline, arrayEnumerate(timeline)) AS proving,
  arrayMap(i -> proof.2[indexOf(proof.1, i)], shown) AS roles,
  arrayMap((r, o) -> (r.4, r.3, r.5, r.6, r.7, r.1, o), proving, roles) AS evidence,
  toString(length(holding)) AS subjects_figure,
  toString(tupleElement(holding[1], 4)) AS deadlineMs_figure,
  toString(length(counted0[first])) AS paidCount_figure,
  toString(0) AS startMs_figure,
  toString(c_t1[arrayMax(arrayConcat(CAST([], 'Array(Int64)'), arrayMap((x1) -> tupleElement(x1, 1), counted0)[first]))]) AS voucherId_figure,
  toString(b0_t0[first]) AS villageCode_subject,
  toString(b0_t1[first]) AS townshipCode_subject
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
      paidCount_figure,
      startMs_figure,
      voucherId_figure
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
      if(hit, arrayConcat(CAST([], 'Array(Tuple(UInt32, UInt8))'), arrayMap(p -> (toUInt32(p), toUInt8(0)), tupleElement(holding, 2)), arrayMap(p -> (toUInt32(p), toUInt8(1)), arrayFlatten(arrayFilter((x1, x2) -> has(tupleElement(holding, 3), x2), arrayMap((x1) -> tupleElement(x1, 1), counted0), arrayEnumerate(b0_at))))), CAST([], 'Array(Tuple(UInt32, UInt8))')) AS proof
    FROM (
      SELECT *,
        notEmpty(holding) AS hit,
        ifNull(arrayMin(arrayConcat(arrayConcat(arrayConcat(CAST([], 'Array(Int64)'), arrayFilter((x1, x2) -> x2, arraySlice(tupleElement(timeline, 1), n + 1), arrayMap((w0) -> bitAnd(w0, 1) != 0, arraySlice(tupleElement(timeline, 8), n + 1)))), CAST([], 'Array(Int64)')), arrayFilter((x1, x2, x3) -> (x2 AND arrayExists((x4, x5) -> (x4 AND ifNull(x3 = x5, 0)), arrayMap((w0) -> bitAnd(w0, 1) != 0, tupleElement(timeline, 8)), tupleElement(timeline, 10))), arraySlice(tupleElement(timeline, 1), n + 1), arrayMap((w0) -> bitAnd(w0, 2) != 0, arraySlice(tupleElement(timeline, 8), n + 1)), arraySlice(tupleElement(timeline, 10), n + 1)))), 0) AS due
      FROM (
        SELECT *,
          greatest(tupleElement(holding[1], 3), 1) AS first
        FROM (
          SELECT *,
            arraySort(arrayFilter((x1) -> (NOT ((tupleElement(x1, 4) + 1) > {now:Int64})), met)) AS holding
          FROM (
            SELECT *,
              arrayFilter((x1, x2) -> x2, arrayMap((x1, x2, x3, x4) -> (toInt64(x1), toInt64(x2), toInt64(x3), toInt64(x4)), arrayMap((x1, x2) -> greatest(x1, x2), b0_at, arrayMap((x1) -> if((length(x1) >= {p3:Int64}), toInt64(tupleElement(x1[greatest({p3:Int64}, 1)], 2)), toInt64(0)), counted0)), b0_ix, arrayEnumerate(b0_at), arrayMap((x1) -> 0, b0_at)), holds) AS met
            FROM (
              SELECT *,
                arrayMap((x1, x2) -> (x1 AND (x2 > 0)), arrayMap((x1) -> (length(x1) >= {p3:Int64}), counted0), b0_ix) AS holds
              FROM (
                SELECT *,
                  arrayMap((x1, x2) -> arrayFilter((x3) -> ifNull(c_n0[tupleElement(x3, 1)] < (x2 + (if({p2:Int64} BETWEEN -3660 AND 3660 AND intDiv(x2 + 28800000, 86400000) BETWEEN calendar.1 AND calendar.1 + intDiv(length(calendar.2), 2) - 1, if({p2:Int64} = 0, toInt64(intDiv(x2 + 28800000, 86400000)), calendar.1 + if((if((intDiv(x2 + 28800000, 86400000) - ({p2:Int64} < 0) - calendar.1 + 1) BETWEEN 1 AND intDiv(length(calendar.2), 2), toInt64(reinterpretAsUInt16(substring(calendar.2, 2 * (intDiv(x2 + 28800000, 86400000) - ({p2:Int64} < 0) - calendar.1 + 1) - 1, 2))), NULL) + {p2:Int64} + ({p2:Int64} < 0) - calendar.3 + 1) BETWEEN 1 AND intDiv(length(calendar.4), 2), toInt64(reinterpretAsUInt16(substring(calendar.4, 2 * (if((intDiv(x2 + 28800000, 86400000) - ({p2:Int64} < 0) - calendar.1 + 1) BETWEEN 1 AND intDiv(length(calendar.2), 2), toInt64(reinterpretAsUInt16(substring(calendar.2, 2 * (intDiv(x2 + 28800000, 86400000) - ({p2:Int64} < 0) - calendar.1 + 1) - 1, 2))), NULL) + {p2:Int64} + ({p2:Int64} < 0) - calendar.3 + 1) - 1, 2))), NULL)), NULL) - intDiv(x2 + 28800000, 86400000)) * 86400000), 0), x1), standing0, b0_n0) AS counted0
                FROM (
                  SELECT *,
                    arrayMap((x1, x2, x3) -> arrayFilter((x4, x5) -> (ifNull(x5 = x3, 0) AND (tupleElement(x4, 1) < x2)), arrayMap((x4, x5) -> (toInt64(x4), toInt64(x5), toInt64(0)), b1_ix, b1_at), b1_t0), b0_ix, b0_ix, b0_t0) AS standing0
                  FROM (
                    SELECT *,
                      arrayFilter((x, m) -> bitTest(m, 0), ix, c_m0) AS b0_ix,
                      arrayFilter((x, m) -> bitTest(m, 0), at, c_m0) AS b0_at,
                      arrayFilter((x, m) -> bitTest(m, 1), ix, c_m0) AS b1_ix,
                      arrayFilter((x, m) -> bitTest(m, 1), at, c_m0) AS b1_at,
                      arrayFilter((x, m) -> bitTest(m, 0), c_t0, c_m0) AS b0_t0,
                      arrayFilter((x, m) -> bitTest(m, 1), c_t0, c_m0) AS b1_t0,
                      arrayFilter((x, m) -> bitTest(m, 0), c_n0, c_m0) AS b0_n0,
                      arrayFilter((x, m) -> bitTest(m, 0), c_t1, c_m0) AS b0_t1
                    FROM (
                      SELECT *,
                        arrayCount(a -> a <= {now:Int64}, timeline.1) AS n,
                        arraySlice(tupleElement(timeline, 8), 1, n) AS c_m0,
                        arraySlice(tupleElement(timeline, 10), 1, n) AS c_t0,
                        arraySlice(tupleElement(timeline, 9), 1, n) AS c_n0,
                        arraySlice(tupleElement(timeline, 11), 1, n) AS c_t1,
                        arraySlice(timeline.1, 1, n) AS at,
                        arrayEnumerate(at) AS ix
                      FROM (
                        SELECT
                          scope,
                          arraySort(groupArray(tuple(atMs, ord, id, type, version, streamOffset, hash, m0, n0, t0, t1))) AS timeline
                        FROM (
                          SELECT
                            assumeNotNull(CAST(orderId, 'Nullable(String)')) AS scope,
                            toInt64(atMs) AS atMs,
                            toInt64(0) AS ord,
                            id AS id,
                            toUInt8(1) AS type,
                            toUInt64(version) AS version,
                            toUInt64(streamOffset) AS streamOffset,
                            toString(hash) AS hash,
                            toUInt64(if(ifNull(category = {p0:String}, 0), 1, 0)) AS m0,
                            CAST(atMs, 'Nullable(Int64)') AS n0,
                            CAST(villageCode, 'Nullable(String)') AS t0,
                            CAST(townshipCode, 'Nullable(String)') AS t1
                          FROM cur_hotline_order FINAL
                          WHERE ((ifNull(category = {p0:String}, 0)))
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
                            linked.n0 AS n0,
                            linked.t0 AS t0,
                            linked.t1 AS t1
                          FROM (
                            SELECT
                              toInt64(atMs) AS atMs,
                              toInt64(0) AS ord,
                              id AS id,
                              toUInt8(0) AS type,
                              toUInt64(version) AS version,
                              toUInt64(streamOffset) AS streamOffset,
                              toString(hash) AS hash,
                              toUInt64(if(ifNull(direction = {p1:String}, 0), 2, 0)) AS m0,
                              CAST(atMs, 'Nullable(Int64)') AS n0,
                              CAST(villageCode, 'Nullable(String)') AS t0,
                              CAST(voucherId, 'Nullable(String)') AS t1,
                              assumeNotNull(CAST(villageCode, 'Nullable(String)')) AS k0
                            FROM cur_assets_payment FINAL
                            WHERE villageCode IS NOT NULL
                              AND ((ifNull(direction = {p1:String}, 0)))
                          ) AS linked
                          INNER JOIN (
                            SELECT DISTINCT
                              assumeNotNull(CAST(orderId, 'Nullable(String)')) AS scope,
                              assumeNotNull(CAST(villageCode, 'Nullable(String)')) AS k0
                            FROM cur_hotline_order FINAL
                            WHERE villageCode IS NOT NULL
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
    WHERE hit OR due > 0
  )
)
