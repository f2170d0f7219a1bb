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
  toString(arrayCount((x1) -> (x1 > 0), tupleElement(begun1, 1))) AS count_figure,
  toString(all_at[chosen0]) AS firstAtMs_figure,
  toString(all_at[chosen1]) AS lastAtMs_figure,
  toString(arrayFilter((assigned_unitId_i) -> (NOT (assigned_unitId_i IS NULL)), assigned_unitId)[-1]) AS unitId_subject
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
      unitId_subject
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
          arrayMap(p -> (toUInt32(p), toUInt8(0 /* assigned */)), [toInt64(chosen0)]),
          arrayMap(p -> (toUInt32(p), toUInt8(0 /* assigned */)), [toInt64(chosen1)])
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
                  (w0) -> bitAnd(w0, 1) != 0 /* assigned */,
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
          tupleElement(begun1[1], 1) AS chosen1,
          (-tupleElement(begun1[1], 2)) AS chosen0
        FROM (
          SELECT *,
            arrayFilter((r, nth) -> nth = 1, sorted1, arrayEnumerateUniq(tupleElement(sorted1, 1))) AS begun1
          FROM (
            SELECT *,
              arraySort(arrayFlatten(arrayMap(
                (begun0_i) -> arrayMap(
                  (x2) -> (toInt64(x2), toInt64((-tupleElement(begun0_i, 1)))),
                  arrayFilter(
                    (assigned_places_j) -> (
                      (assigned_places_j > tupleElement(begun0_i, 1))
                      AND ifNull(
                        (
                          all_atMs[tupleElement(begun0_i, 1)]
                          + (if(
                            multiIf(
                              ifNull(intDiv(all_atMs[tupleElement(begun0_i, 1)] + 28800000, 86400000) >= 20513, 0),
                              toNullable({p3:Int64}),
                              NULL
                            ) BETWEEN -3660
                              AND 3660
                              AND intDiv(all_atMs[tupleElement(begun0_i, 1)] + 28800000, 86400000) BETWEEN calendar.1
                              AND calendar.1
                              + intDiv(length(calendar.2), 2) - 1,
                            if(
                              multiIf(
                                ifNull(intDiv(all_atMs[tupleElement(begun0_i, 1)] + 28800000, 86400000) >= 20513, 0),
                                toNullable({p3:Int64}),
                                NULL
                              ) = 0,
                              toInt64(intDiv(all_atMs[tupleElement(begun0_i, 1)] + 28800000, 86400000)),
                              calendar.1
                                + if(
                                  (
                                    if(
                                      (
                                        intDiv(all_atMs[tupleElement(begun0_i, 1)] + 28800000, 86400000) - (multiIf(
                                          ifNull(
                                            intDiv(all_atMs[tupleElement(begun0_i, 1)] + 28800000, 86400000) >= 20513,
                                            0
                                          ),
                                          toNullable({p3:Int64}),
                                          NULL
                                        ) < 0) - calendar.1
                                        + 1
                                      ) BETWEEN 1
                                        AND intDiv(length(calendar.2), 2),
                                      toInt64(reinterpretAsUInt16(substring(
                                        calendar.2,
                                        2 * (
                                          intDiv(all_atMs[tupleElement(begun0_i, 1)] + 28800000, 86400000) - (multiIf(
                                            ifNull(
                                              intDiv(all_atMs[tupleElement(begun0_i, 1)] + 28800000, 86400000) >= 20513,
                                              0
                                            ),
                                            toNullable({p3:Int64}),
                                            NULL
                                          ) < 0) - calendar.1
                                          + 1
                                        ) - 1,
                                        2
                                      ))),
                                      NULL
                                    )
                                    + multiIf(
                                      ifNull(
                                        intDiv(all_atMs[tupleElement(begun0_i, 1)] + 28800000, 86400000) >= 20513,
                                        0
                                      ),
                                      toNullable({p3:Int64}),
                                      NULL
                                    )
                                    + (multiIf(
                                      ifNull(
                                        intDiv(all_atMs[tupleElement(begun0_i, 1)] + 28800000, 86400000) >= 20513,
                                        0
                                      ),
                                      toNullable({p3:Int64}),
                                      NULL
                                    ) < 0) - calendar.3
                                    + 1
                                  ) BETWEEN 1
                                    AND intDiv(length(calendar.4), 2),
                                  toInt64(reinterpretAsUInt16(substring(
                                    calendar.4,
                                    2 * (
                                      if(
                                        (
                                          intDiv(all_atMs[tupleElement(begun0_i, 1)] + 28800000, 86400000) - (multiIf(
                                            ifNull(
                                              intDiv(all_atMs[tupleElement(begun0_i, 1)] + 28800000, 86400000) >= 20513,
                                              0
                                            ),
                                            toNullable({p3:Int64}),
                                            NULL
                                          ) < 0) - calendar.1
                                          + 1
                                        ) BETWEEN 1
                                          AND intDiv(length(calendar.2), 2),
                                        toInt64(reinterpretAsUInt16(substring(
                                          calendar.2,
                                          2 * (
                                            intDiv(all_atMs[tupleElement(begun0_i, 1)] + 28800000, 86400000) - (multiIf(
                                              ifNull(
                                                intDiv(
                                                  all_atMs[tupleElement(begun0_i, 1)] + 28800000,
                                                  86400000
                                                ) >= 20513,
                                                0
                                              ),
                                              toNullable({p3:Int64}),
                                              NULL
                                            ) < 0) - calendar.1
                                            + 1
                                          ) - 1,
                                          2
                                        ))),
                                        NULL
                                      )
                                      + multiIf(
                                        ifNull(
                                          intDiv(all_atMs[tupleElement(begun0_i, 1)] + 28800000, 86400000) >= 20513,
                                          0
                                        ),
                                        toNullable({p3:Int64}),
                                        NULL
                                      )
                                      + (multiIf(
                                        ifNull(
                                          intDiv(all_atMs[tupleElement(begun0_i, 1)] + 28800000, 86400000) >= 20513,
                                          0
                                        ),
                                        toNullable({p3:Int64}),
                                        NULL
                                      ) < 0) - calendar.3
                                      + 1
                                    ) - 1,
                                    2
                                  ))),
                                  NULL
                                )
                            ),
                            NULL
                          ) - intDiv(all_atMs[tupleElement(begun0_i, 1)] + 28800000, 86400000)) * 86400000
                        ) < all_atMs[assigned_places_j],
                        0
                      )
                    ),
                    assigned_places
                  )
                ),
                begun0
              ))) AS sorted1
            FROM (
              SELECT *,
                arrayFilter((r, nth) -> nth = 1, sorted0, arrayEnumerateUniq(tupleElement(sorted0, 1))) AS begun0
              FROM (
                SELECT *,
                  arraySort(arrayMap(
                    (assigned_places_i) -> tuple(toInt64(assigned_places_i)),
                    assigned_places
                  )) AS sorted0
                FROM (
                  SELECT *,
                    arrayFilter((x, m) -> bitTest(m, 0), all_places, all_marks) AS assigned_places,
                    arrayFilter((x, m) -> bitTest(m, 0), all_unitId, all_marks) AS assigned_unitId
                  FROM (
                    SELECT *,
                      arrayCount(a -> a <= {now:Int64}, timeline.1) AS existing,
                      arraySlice(tupleElement(timeline, 8 /* marks */), 1, existing) AS all_marks,
                      arraySlice(tupleElement(timeline, 9 /* cell_atMs */), 1, existing) AS all_atMs,
                      arraySlice(tupleElement(timeline, 10 /* cell_unitId */), 1, existing) AS all_unitId,
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
                          cell_unitId
                        ))) AS timeline
                      FROM (
                        SELECT
                          assumeNotNull(CAST(orderId, 'Nullable(String)')) AS scope,
                          toInt64(atMs) AS atMs,
                          toInt64(ifNull(stepNo, 0)) AS ord,
                          id AS id,
                          toUInt8(0 /* hotline.order-event */) AS type,
                          toUInt64(version) AS version,
                          toUInt64(streamOffset) AS streamOffset,
                          toString(hash) AS hash,
                          toUInt64(if(
                            ifNull(action IN ({p0:String}, {p1:String}), 0) AND NOT ifNull(role = {p2:String}, 0),
                            1 /* assigned */,
                            0
                          )) AS marks,
                          CAST(atMs, 'Nullable(Int64)') AS cell_atMs,
                          CAST(unitId, 'Nullable(String)') AS cell_unitId
                        FROM cur_hotline_order_event FINAL
                        WHERE ((ifNull(action IN ({p0:String}, {p1:String}), 0) AND NOT ifNull(role = {p2:String}, 0)))
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
