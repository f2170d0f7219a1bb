WITH
  (
    SELECT (
      throwIf(count() = 0 OR count() != max(number) - min(number) + 1 OR count() > 65535, 'calendar: days are missing')
        + min(number),
      arrayStringConcat(arrayMap(x -> char(bitAnd(x, 255), bitShiftRight(x, 8)), groupArray(ordinal))),
      minIf(ordinal, working = 1),
      arrayStringConcat(arrayMap(
        x -> char(bitAnd(x, 255), bitShiftRight(x, 8)),
        arrayMap(n -> n - min(number), groupArrayIf(number, working = 1))
      ))
    )
    FROM (
      SELECT toInt64(toInt32(day)) AS number,
      working,
      toInt64(ordinal) AS ordinal FROM ref_calendar_day FINAL ORDER BY day
    )
  ) AS calendar,
  if(hit, toInt64(tupleElement(holding[1], 1)), 0) AS occurredAt,
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
  toString(length(holding)) AS subjects_figure,
  toString(tupleElement(holding[1], 4)) AS deadlineMs_figure,
  toString(length(counted0[first])) AS paidCount_figure,
  toString(0) AS startMs_figure,
  toString(all_voucherId_or_townshipCode[arrayMax(arrayConcat(
    CAST([], 'Array(Int64)'),
    arrayMap((counted0_i) -> tupleElement(counted0_i, 1), counted0)[first]
  ))]) AS voucherId_figure,
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
      if(
        hit,
        arrayConcat(
          CAST([], 'Array(Tuple(UInt32, UInt8))'),
          arrayMap(p -> (toUInt32(p), toUInt8(0 /* order */)), tupleElement(holding, 2)),
          arrayMap(
            p -> (toUInt32(p), toUInt8(1 /* paid */)),
            arrayFlatten(arrayFilter(
              (x1, x2) -> has(tupleElement(holding, 3), x2),
              arrayMap((counted0_i) -> tupleElement(counted0_i, 1), counted0),
              arrayEnumerate(order_at)
            ))
          )
        ),
        CAST([], 'Array(Tuple(UInt32, UInt8))')
      ) AS proof
    FROM (
      SELECT *,
        notEmpty(holding) AS hit,
        ifNull(
          arrayMin(arrayConcat(
            arrayConcat(
              arrayConcat(
                CAST([], 'Array(Int64)'),
                arrayFilter(
                  (x1, x2) -> x2,
                  arraySlice(tupleElement(timeline, 1 /* atMs */), existing + 1),
                  arrayMap(
                    (w0) -> bitAnd(w0, 1) != 0 /* order */,
                    arraySlice(tupleElement(timeline, 8 /* marks */), existing + 1)
                  )
                )
              ),
              CAST([], 'Array(Int64)')
            ),
            arrayFilter(
              (x1, x2, x3) -> (
                x2
                AND arrayExists(
                  (x4, x5) -> (x4 AND ifNull(x3 = x5, 0)),
                  arrayMap((w0) -> bitAnd(w0, 1) != 0 /* order */, tupleElement(timeline, 8 /* marks */)),
                  tupleElement(timeline, 10 /* cell_villageCode */)
                )
              ),
              arraySlice(tupleElement(timeline, 1 /* atMs */), existing + 1),
              arrayMap(
                (w0) -> bitAnd(w0, 2) != 0 /* paid */,
                arraySlice(tupleElement(timeline, 8 /* marks */), existing + 1)
              ),
              arraySlice(tupleElement(timeline, 10 /* cell_villageCode */), existing + 1)
            )
          )),
          0
        ) AS due
      FROM (
        SELECT *,
          greatest(tupleElement(holding[1], 3), 1) AS first
        FROM (
          SELECT *,
            arraySort(arrayFilter((met_i) -> (NOT ((tupleElement(met_i, 4) + 1) > {now:Int64})), met)) AS holding
          FROM (
            SELECT *,
              arrayFilter(
                (x1, holds_i) -> holds_i,
                arrayMap(
                  (x1, order_places_i, x3, x4) -> (toInt64(x1), toInt64(order_places_i), toInt64(x3), toInt64(x4)),
                  arrayMap(
                    (order_at_i, x2) -> greatest(order_at_i, x2),
                    order_at,
                    arrayMap(
                      (counted0_i) -> if(
                        (length(counted0_i) >= {p3:Int64}),
                        toInt64(tupleElement(counted0_i[greatest({p3:Int64}, 1)], 2)),
                        toInt64(0)
                      ),
                      counted0
                    )
                  ),
                  order_places,
                  arrayEnumerate(order_at),
                  arrayMap((order_at_i) -> 0, order_at)
                ),
                holds
              ) AS met
            FROM (
              SELECT *,
                arrayMap(
                  (x1, order_places_i) -> (x1 AND (order_places_i > 0)),
                  arrayMap((counted0_i) -> (length(counted0_i) >= {p3:Int64}), counted0),
                  order_places
                ) AS holds
              FROM (
                SELECT *,
                  arrayMap(
                    (standing0_i, order_atMs_i) -> arrayFilter(
                      (standing0_j) -> ifNull(
                        all_atMs[tupleElement(standing0_j, 1)] < (
                          order_atMs_i
                          + (if(
                            {p2:Int64} BETWEEN -3660
                              AND 3660
                              AND intDiv(order_atMs_i + 28800000, 86400000) BETWEEN calendar.1
                              AND calendar.1
                              + intDiv(length(calendar.2), 2) - 1,
                            if(
                              {p2:Int64} = 0,
                              toInt64(intDiv(order_atMs_i + 28800000, 86400000)),
                              calendar.1
                                + if(
                                  (
                                    if(
                                      (
                                        intDiv(order_atMs_i + 28800000, 86400000) - ({p2:Int64} < 0) - calendar.1
                                        + 1
                                      ) BETWEEN 1
                                        AND intDiv(length(calendar.2), 2),
                                      toInt64(reinterpretAsUInt16(substring(
                                        calendar.2,
                                        2 * (
                                          intDiv(order_atMs_i + 28800000, 86400000) - ({p2:Int64} < 0) - calendar.1
                                          + 1
                                        ) - 1,
                                        2
                                      ))),
                                      NULL
                                    )
                                    + {p2:Int64}
                                    + ({p2:Int64} < 0) - calendar.3
                                    + 1
                                  ) BETWEEN 1
                                    AND intDiv(length(calendar.4), 2),
                                  toInt64(reinterpretAsUInt16(substring(
                                    calendar.4,
                                    2 * (
                                      if(
                                        (
                                          intDiv(order_atMs_i + 28800000, 86400000) - ({p2:Int64} < 0) - calendar.1
                                          + 1
                                        ) BETWEEN 1
                                          AND intDiv(length(calendar.2), 2),
                                        toInt64(reinterpretAsUInt16(substring(
                                          calendar.2,
                                          2 * (
                                            intDiv(order_atMs_i + 28800000, 86400000) - ({p2:Int64} < 0) - calendar.1
                                            + 1
                                          ) - 1,
                                          2
                                        ))),
                                        NULL
                                      )
                                      + {p2:Int64}
                                      + ({p2:Int64} < 0) - calendar.3
                                      + 1
                                    ) - 1,
                                    2
                                  ))),
                                  NULL
                                )
                            ),
                            NULL
                          ) - intDiv(order_atMs_i + 28800000, 86400000)) * 86400000
                        ),
                        0
                      ),
                      standing0_i
                    ),
                    standing0,
                    order_atMs
                  ) AS counted0
                FROM (
                  SELECT *,
                    arrayMap(
                      (order_places_i, order_places_i2, order_villageCode_i) -> arrayFilter(
                        (x4, paid_villageCode_j) -> (
                          ifNull(paid_villageCode_j = order_villageCode_i, 0)
                          AND (tupleElement(x4, 1) < order_places_i2)
                        ),
                        arrayMap(
                          (paid_places_j, paid_at_j) -> (toInt64(paid_places_j), toInt64(paid_at_j), toInt64(0)),
                          paid_places,
                          paid_at
                        ),
                        paid_villageCode
                      ),
                      order_places,
                      order_places,
                      order_villageCode
                    ) AS standing0
                  FROM (
                    SELECT *,
                      arrayFilter((x, m) -> bitTest(m, 0), all_places, all_marks) AS order_places,
                      arrayFilter((x, m) -> bitTest(m, 0), all_at, all_marks) AS order_at,
                      arrayFilter((x, m) -> bitTest(m, 1), all_places, all_marks) AS paid_places,
                      arrayFilter((x, m) -> bitTest(m, 1), all_at, all_marks) AS paid_at,
                      arrayFilter((x, m) -> bitTest(m, 0), all_villageCode, all_marks) AS order_villageCode,
                      arrayFilter((x, m) -> bitTest(m, 1), all_villageCode, all_marks) AS paid_villageCode,
                      arrayFilter((x, m) -> bitTest(m, 0), all_atMs, all_marks) AS order_atMs,
                      arrayFilter(
                        (x, m) -> bitTest(m, 0),
                        all_voucherId_or_townshipCode,
                        all_marks
                      ) AS order_townshipCode
                    FROM (
                      SELECT *,
                        arrayCount(a -> a <= {now:Int64}, timeline.1) AS existing,
                        arraySlice(tupleElement(timeline, 8 /* marks */), 1, existing) AS all_marks,
                        arraySlice(tupleElement(timeline, 10 /* cell_villageCode */), 1, existing) AS all_villageCode,
                        arraySlice(tupleElement(timeline, 9 /* cell_atMs */), 1, existing) AS all_atMs,
                        arraySlice(
                          tupleElement(timeline, 11 /* cell_voucherId_or_townshipCode */),
                          1,
                          existing
                        ) AS all_voucherId_or_townshipCode,
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
                            cell_atMs,
                            cell_villageCode,
                            cell_voucherId_or_townshipCode
                          ))) AS timeline
                        FROM (
                          SELECT
                            assumeNotNull(CAST(orderId, 'Nullable(String)')) AS scope,
                            toInt64(atMs) AS atMs,
                            toInt64(0) AS ord,
                            id AS id,
                            toUInt8(1 /* hotline.order */) AS type,
                            toUInt64(version) AS version,
                            toUInt64(streamOffset) AS streamOffset,
                            toString(hash) AS hash,
                            toUInt64(if(ifNull(category = {p0:String}, 0), 1 /* order */, 0)) AS marks,
                            CAST(atMs, 'Nullable(Int64)') AS cell_atMs,
                            CAST(villageCode, 'Nullable(String)') AS cell_villageCode,
                            CAST(townshipCode, 'Nullable(String)') AS cell_voucherId_or_townshipCode
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
                            linked.marks AS marks,
                            linked.cell_atMs AS cell_atMs,
                            linked.cell_villageCode AS cell_villageCode,
                            linked.cell_voucherId_or_townshipCode AS cell_voucherId_or_townshipCode
                          FROM (
                            SELECT
                              toInt64(atMs) AS atMs,
                              toInt64(0) AS ord,
                              id AS id,
                              toUInt8(0 /* assets.payment */) AS type,
                              toUInt64(version) AS version,
                              toUInt64(streamOffset) AS streamOffset,
                              toString(hash) AS hash,
                              toUInt64(if(ifNull(direction = {p1:String}, 0), 2 /* paid */, 0)) AS marks,
                              CAST(atMs, 'Nullable(Int64)') AS cell_atMs,
                              CAST(villageCode, 'Nullable(String)') AS cell_villageCode,
                              CAST(voucherId, 'Nullable(String)') AS cell_voucherId_or_townshipCode,
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
