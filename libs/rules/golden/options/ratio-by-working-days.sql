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
  if(hit, toInt64(arrayMax([toInt64(arrayMap((x1) -> at[x1], partRecords)[-1]), toInt64(b2_at[-1])])), 0) AS occurredAt,
  arrayFilter((r, i) -> has(shown, i), timeline, arrayEnumerate(timeline)) AS proving,
  arrayMap(i -> proof.2[indexOf(proof.1, i)], shown) AS roles,
  arrayMap((r, o) -> (r.4, r.3, r.5, r.6, r.7, r.1, o), proving, roles) AS evidence,
  toString(part) AS part_figure,
  toString(whole) AS whole_figure,
  toString(if(whole > 0, toInt64(intDiv(toInt128(part) * 100, toInt128(greatest(whole, 1)))), 0)) AS percent_figure,
  toString(b2_at[1]) AS firstAtMs_figure,
  toString(b2_at[-1]) AS lastAtMs_figure
SELECT
  scope,
  tuple(
    hit,
    occurredAt,
    due,
    evidence,
    if(hit, CAST([
      part_figure,
      whole_figure,
      percent_figure,
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
      if(hit, arrayConcat(CAST([], 'Array(Tuple(UInt32, UInt8))'), arrayMap(p -> (toUInt32(p), toUInt8(2)), partRecords)), CAST([], 'Array(Tuple(UInt32, UInt8))')) AS proof
    FROM (
      SELECT *,
        holds AS hit,
        ifNull(arrayMin(arrayConcat(arrayConcat(arrayConcat(CAST([], 'Array(Int64)'), arrayFilter((x1, x2) -> x2, arraySlice(tupleElement(timeline, 1), n + 1), arrayMap((w0) -> bitAnd(w0, 6) != 0, arraySlice(tupleElement(timeline, 8), n + 1)))), CAST([], 'Array(Int64)')), arrayFilter((x1, x2, x3) -> (x2 AND arrayExists((x4, x5) -> (x4 AND ifNull(x3 = x5, 0)), arrayMap((w0) -> bitAnd(w0, 2) != 0, tupleElement(timeline, 8)), tupleElement(timeline, 11))), arraySlice(tupleElement(timeline, 1), n + 1), arrayMap((w0) -> bitAnd(w0, 1) != 0, arraySlice(tupleElement(timeline, 8), n + 1)), arraySlice(tupleElement(timeline, 11), n + 1)))), 0) AS due
      FROM (
        SELECT *,
          (((whole >= {p3:Int64}) AND (whole > 0)) AND (NOT ifNull(toInt128(part) * 100 < toInt128(whole) * {p4:Int64}, 0))) AS holds
        FROM (
          SELECT *,
            length(partRecords) AS part
          FROM (
            SELECT *,
              arrayFilter((x1, x2, x3) -> arrayExists((x4, x5, x6, x7) -> ((x4 < x1) AND ifNull(x3 <= (x6 + (if(x7 BETWEEN -3660 AND 3660 AND intDiv(x6 + 28800000, 86400000) BETWEEN calendar.1 AND calendar.1 + intDiv(length(calendar.2), 2) - 1, if(x7 = 0, toInt64(intDiv(x6 + 28800000, 86400000)), calendar.1 + if((if((intDiv(x6 + 28800000, 86400000) - (x7 < 0) - calendar.1 + 1) BETWEEN 1 AND intDiv(length(calendar.2), 2), toInt64(reinterpretAsUInt16(substring(calendar.2, 2 * (intDiv(x6 + 28800000, 86400000) - (x7 < 0) - calendar.1 + 1) - 1, 2))), NULL) + x7 + (x7 < 0) - calendar.3 + 1) BETWEEN 1 AND intDiv(length(calendar.4), 2), toInt64(reinterpretAsUInt16(substring(calendar.4, 2 * (if((intDiv(x6 + 28800000, 86400000) - (x7 < 0) - calendar.1 + 1) BETWEEN 1 AND intDiv(length(calendar.2), 2), toInt64(reinterpretAsUInt16(substring(calendar.2, 2 * (intDiv(x6 + 28800000, 86400000) - (x7 < 0) - calendar.1 + 1) - 1, 2))), NULL) + x7 + (x7 < 0) - calendar.3 + 1) - 1, 2))), NULL)), NULL) - intDiv(x6 + 28800000, 86400000)) * 86400000), 0)), b1_ix, b1_at, b1_n0, b1_n1), linked0_returned, arrayMap((x1) -> at[x1], linked0_returned), arrayMap((x1) -> c_n0[x1], linked0_returned)) AS partRecords
            FROM (
              SELECT *,
                length(b2_ix) AS whole,
                arrayFilter((x1, x2) -> x2, b0_ix, arrayMap((v1) -> arrayExists((w1) -> ifNull(v1 = w1, 0), b1_t0), b0_t0)) AS linked0_returned
              FROM (
                SELECT *,
                  arrayFilter((x, m) -> bitTest(m, 0), c_t0, c_m0) AS b0_t0,
                  arrayFilter((x, m) -> bitTest(m, 1), c_t0, c_m0) AS b1_t0,
                  arrayFilter((x, m) -> bitTest(m, 0), ix, c_m0) AS b0_ix,
                  arrayFilter((x, m) -> bitTest(m, 1), ix, c_m0) AS b1_ix,
                  arrayFilter((x, m) -> bitTest(m, 1), at, c_m0) AS b1_at,
                  arrayFilter((x, m) -> bitTest(m, 1), c_n0, c_m0) AS b1_n0,
                  arrayFilter((x, m) -> bitTest(m, 1), c_n1, c_m0) AS b1_n1,
                  arrayFilter((x, m) -> bitTest(m, 2), ix, c_m0) AS b2_ix,
                  arrayFilter((x, m) -> bitTest(m, 2), at, c_m0) AS b2_at
                FROM (
                  SELECT *,
                    arrayCount(a -> a <= {now:Int64}, timeline.1) AS n,
                    arraySlice(tupleElement(timeline, 11), 1, n) AS c_t0,
                    arraySlice(tupleElement(timeline, 8), 1, n) AS c_m0,
                    arraySlice(tupleElement(timeline, 9), 1, n) AS c_n0,
                    arraySlice(tupleElement(timeline, 10), 1, n) AS c_n1,
                    arraySlice(timeline.1, 1, n) AS at,
                    arrayEnumerate(at) AS ix
                  FROM (
                    SELECT
                      scope,
                      arraySort(groupArray(tuple(atMs, ord, id, type, version, streamOffset, hash, m0, n0, n1, t0))) AS timeline
                    FROM (
                      SELECT
                        scope,
                        atMs,
                        ord,
                        id,
                        type,
                        any(r.version) AS version,
                        any(r.streamOffset) AS streamOffset,
                        any(r.hash) AS hash,
                        groupBitOr(r.m0) AS m0,
                        any(r.n0) AS n0,
                        any(r.n1) AS n1,
                        any(r.t0) AS t0
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
                          linked.m0 AS m0,
                          linked.n0 AS n0,
                          linked.n1 AS n1,
                          linked.t0 AS t0
                        FROM (
                          SELECT
                            toInt64(atMs) AS atMs,
                            toInt64(ifNull(stepNo, 0)) AS ord,
                            id AS id,
                            toUInt8(0) AS type,
                            toUInt64(version) AS version,
                            toUInt64(streamOffset) AS streamOffset,
                            toString(hash) AS hash,
                            toUInt64(if(ifNull(action = {p0:String}, 0), 1, 0)) AS m0,
                            CAST(extendedToMs, 'Nullable(Int64)') AS n0,
                            CAST(stepNo, 'Nullable(Int64)') AS n1,
                            CAST(orderId, 'Nullable(String)') AS t0,
                            assumeNotNull(CAST(orderId, 'Nullable(String)')) AS k0
                          FROM cur_hotline_order_event FINAL
                          WHERE orderId IS NOT NULL
                            AND ((ifNull(action = {p0:String}, 0)))
                        ) AS linked
                        INNER JOIN (
                          SELECT DISTINCT
                            assumeNotNull(CAST(unitId, 'Nullable(String)')) AS scope,
                            assumeNotNull(CAST(orderId, 'Nullable(String)')) AS k0
                          FROM cur_hotline_order_event_by_unitId_action FINAL
                          WHERE unitId IS NOT NULL
                            AND orderId IS NOT NULL
                        ) AS subjects ON linked.k0 = subjects.k0
                        UNION ALL
                        SELECT
                          assumeNotNull(CAST(unitId, 'Nullable(String)')) AS scope,
                          toInt64(atMs) AS atMs,
                          toInt64(ifNull(stepNo, 0)) AS ord,
                          id AS id,
                          toUInt8(0) AS type,
                          toUInt64(version) AS version,
                          toUInt64(streamOffset) AS streamOffset,
                          toString(hash) AS hash,
                          toUInt64(if(ifNull(action = {p1:String}, 0), 2, 0) + if(ifNull(action = {p2:String}, 0), 4, 0)) AS m0,
                          CAST(extendedToMs, 'Nullable(Int64)') AS n0,
                          CAST(stepNo, 'Nullable(Int64)') AS n1,
                          CAST(orderId, 'Nullable(String)') AS t0
                        FROM cur_hotline_order_event_by_unitId_action FINAL
                        WHERE unitId IS NOT NULL
                          AND ((ifNull(action = {p1:String}, 0)) OR (ifNull(action = {p2:String}, 0)))
                      ) AS r
                      GROUP BY scope, atMs, ord, id, type
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
    WHERE hit OR due > 0
  )
)
