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
  toString(length(candidates0[first])) AS paidCount_figure,
  toString(order_at[first]) AS startMs_figure,
  toString(c_t1[arrayMax(arrayConcat(CAST([], 'Array(Int64)'), arrayMap((x1) -> tupleElement(x1, 1), candidates0)[first]))]) AS voucherId_figure,
  toString(order_villageCode[first]) AS villageCode_subject,
  toString(order_townshipCode[first]) AS townshipCode_subject
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
      if(hit, arrayConcat(CAST([], 'Array(Tuple(UInt32, UInt8))'), arrayMap(p -> (toUInt32(p), toUInt8(0)), tupleElement(holding, 2)), arrayMap(p -> (toUInt32(p), toUInt8(2)), arrayFlatten(arrayFilter((x1, x2) -> has(tupleElement(holding, 3), x2), arrayMap((x1) -> tupleElement(x1, 1), candidates0), arrayEnumerate(order_at))))), CAST([], 'Array(Tuple(UInt32, UInt8))')) AS proof
    FROM (
      SELECT *,
        notEmpty(holding) AS hit,
        ifNull(arrayMin(arrayConcat(arrayConcat(arrayConcat(CAST([], 'Array(Int64)'), arrayFilter((x1, x2) -> x2, arraySlice(tupleElement(timeline, 1), n + 1), arrayMap((w0) -> bitAnd(w0, 1) != 0, arraySlice(tupleElement(timeline, 8), n + 1)))), arrayMap((x1) -> (tupleElement(x1, 4) + 1), arrayFilter((x1) -> (((tupleElement(x1, 4) + 1) > {now:Int64}) AND (tupleElement(x1, 4) < 9000000000000000)), met))), arrayFilter((x1, x2, x3) -> (x2 AND arrayExists((x4, x5) -> (x4 AND ifNull(x3 = x5, 0)), arrayMap((w0) -> bitAnd(w0, 1) != 0, tupleElement(timeline, 8)), tupleElement(timeline, 9))), arraySlice(tupleElement(timeline, 1), n + 1), arrayMap((w0) -> bitAnd(w0, 2) != 0, arraySlice(tupleElement(timeline, 8), n + 1)), arraySlice(tupleElement(timeline, 9), n + 1)))), 0) AS due
      FROM (
        SELECT *,
          greatest(tupleElement(holding[1], 3), 1) AS first
        FROM (
          SELECT *,
            arraySort(arrayFilter((x1) -> (NOT ((tupleElement(x1, 4) + 1) > {now:Int64})), met)) AS holding
          FROM (
            SELECT *,
              arrayFilter((x1, x2) -> x2, arrayMap((x1, x2, x3, x4) -> (toInt64(x1), toInt64(x2), toInt64(x3), toInt64(x4)), arrayMap((x1, x2) -> greatest(x1, x2), arrayMap((x1, x2) -> greatest(x1, (x2 + 1)), order_at, subject_due), arrayMap((x1) -> if((length(x1) >= {p1:Int64}), toInt64(tupleElement(x1[greatest({p1:Int64}, 1)], 2)), toInt64(0)), candidates0)), order_places, arrayEnumerate(order_at), subject_due), holds) AS met
            FROM (
              SELECT *,
                arrayMap((x1, x2, x3) -> multiIf(x1 < 0, 9000000000000000, x1 = 0, ((x2) + 1) * 86400000 - 28800000, ((calendar.1 + toInt64(reinterpretAsUInt16(substring(calendar.4, 2 * (x3 + greatest(x1, 1) - calendar.3 + 1 + throwIf((x3 + greatest(x1, 1) - calendar.3 + 1) < 1 OR (x3 + greatest(x1, 1) - calendar.3 + 1) > intDiv(length(calendar.4), 2), 'calendar: day outside')) - 1, 2)))) + 1) * 86400000 - 28800000), subject_limit, subject_day, subject_ordinal) AS subject_due
              FROM (
                SELECT *,
                  arrayMap((x1) -> toInt64(reinterpretAsUInt16(substring(calendar.2, 2 * (x1 - calendar.1 + 1 + throwIf((x1 - calendar.1 + 1) < 1 OR (x1 - calendar.1 + 1) > intDiv(length(calendar.2), 2), 'calendar: day outside')) - 1, 2))), subject_day) AS subject_ordinal
                FROM (
                  SELECT *,
                    arrayMap((x1, x2) -> if((x1 < 0), toInt64(calendar.1), toInt64(x2)), subject_limit, arrayMap((x1) -> ifNull(intDiv(x1 + 28800000, 86400000), calendar.1), order_at)) AS subject_day,
                    arrayMap((x1, x2) -> (x1 AND (x2 > 0)), arrayMap((x1) -> (length(x1) >= {p1:Int64}), candidates0), order_places) AS holds
                  FROM (
                    SELECT *,
                      arrayMap((x1) -> toInt64(ifNull(if(intDiv(x1 + 28800000, 86400000) IS NULL, NULL, multiIf(ifNull(subject_details_category IN ({p2:String}), 0), toNullable({p3:Int64}), 1, toNullable({p4:Int64}), NULL)), -1)), order_at) AS subject_limit,
                      arrayMap((x1, x2) -> arrayFilter((x3) -> ((x2 - tupleElement(x3, 2)) < ({p0:Int64} * 86400000)), x1), arrayMap((x1) -> arraySlice(x1, -1, 1), standing0), order_at) AS candidates0
                    FROM (
                      SELECT *,
                        order_category[-1] AS subject_details_category,
                        arrayMap((x1, x2, x3) -> arrayFilter((x4, x5) -> (ifNull(x5 = x3, 0) AND (tupleElement(x4, 1) < x2)), arrayMap((x4, x5) -> (toInt64(x4), toInt64(x5), toInt64(0)), paid_places, paid_at), paid_villageCode), order_places, order_places, order_villageCode) AS standing0
                      FROM (
                        SELECT *,
                          arrayFilter((x, m) -> bitTest(m, 0), ix, c_m0) AS order_places,
                          arrayFilter((x, m) -> bitTest(m, 0), at, c_m0) AS order_at,
                          arrayFilter((x, m) -> bitTest(m, 1), ix, c_m0) AS paid_places,
                          arrayFilter((x, m) -> bitTest(m, 1), at, c_m0) AS paid_at,
                          arrayFilter((x, m) -> bitTest(m, 0), c_t0, c_m0) AS order_villageCode,
                          arrayFilter((x, m) -> bitTest(m, 1), c_t0, c_m0) AS paid_villageCode,
                          arrayFilter((x, m) -> bitTest(m, 0), c_t1, c_m0) AS order_category,
                          arrayFilter((x, m) -> bitTest(m, 0), c_t2, c_m0) AS order_townshipCode
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
                                assumeNotNull(CAST(orderId, 'Nullable(String)')) AS scope,
                                toInt64(atMs) AS atMs,
                                toInt64(0) AS ord,
                                id AS id,
                                toUInt8(1) AS type,
                                toUInt64(version) AS version,
                                toUInt64(streamOffset) AS streamOffset,
                                toString(hash) AS hash,
                                toUInt64(1) AS m0,
                                CAST(villageCode, 'Nullable(String)') AS t0,
                                CAST(category, 'Nullable(String)') AS t1,
                                CAST(townshipCode, 'Nullable(String)') AS t2
                              FROM cur_hotline_order FINAL
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
                                  CAST(villageCode, 'Nullable(String)') AS t0,
                                  CAST(voucherId, 'Nullable(String)') AS t1,
                                  CAST(NULL, 'Nullable(String)') AS t2,
                                  assumeNotNull(CAST(villageCode, 'Nullable(String)')) AS k0
                                FROM cur_assets_payment FINAL
                                WHERE villageCode IS NOT NULL
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
      )
    )
    WHERE hit OR due > 0
  )
)
