WITH
  if(
    hit,
    toInt64(ifNull(
      arrayMin(arrayFilter(
        (x1) -> (x1 > 0),
        [toInt64(if(
          (
            ((whole0 > 0) AND (whole0 >= ({p4:Int64} * 3600000)))
            AND ifNull(toInt128(time0) * 100 > toInt128(whole0) * {p5:Int64}, 0)
          ),
          toInt64(lastEnd0),
          toInt64(0)
        ))]
      )),
      0
    )),
    0
  ) AS occurredAt,
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
  toString(if(
    (
      ((whole0 > 0) AND (whole0 >= ({p4:Int64} * 3600000)))
      AND ifNull(toInt128(time0) * 100 > toInt128(whole0) * {p5:Int64}, 0)
    ),
    toInt64(length(counted0)),
    toInt64(0)
  )) AS count_figure,
  toString(if(
    (
      ((whole0 > 0) AND (whole0 >= ({p4:Int64} * 3600000)))
      AND ifNull(toInt128(time0) * 100 > toInt128(whole0) * {p5:Int64}, 0)
    ),
    toInt64(tupleElement(counted0[1], 2)),
    toInt64(0)
  )) AS firstAtMs_figure,
  toString(if(
    (
      ((whole0 > 0) AND (whole0 >= ({p4:Int64} * 3600000)))
      AND ifNull(toInt128(time0) * 100 > toInt128(whole0) * {p5:Int64}, 0)
    ),
    toInt64(if(
      (tupleElement(counted0[length(counted0)], 4) > {now:Int64}),
      toInt64(0),
      toInt64(tupleElement(counted0[length(counted0)], 4))
    )),
    toInt64(0)
  )) AS endMs_figure,
  toString(if(
    (
      ((whole0 > 0) AND (whole0 >= ({p4:Int64} * 3600000)))
      AND ifNull(toInt128(time0) * 100 > toInt128(whole0) * {p5:Int64}, 0)
    ),
    toInt64(intDiv(arrayMax(tupleElement(counted0, 5)), 60000)),
    toInt64(0)
  )) AS longestMinutes_figure,
  toString(if(
    (
      ((whole0 > 0) AND (whole0 >= ({p4:Int64} * 3600000)))
      AND ifNull(toInt128(time0) * 100 > toInt128(whole0) * {p5:Int64}, 0)
    ),
    toInt64(intDiv(arrayMax(tupleElement(counted0, 5)), 3600000)),
    toInt64(0)
  )) AS longestHours_figure,
  toString(if(
    (
      ((whole0 > 0) AND (whole0 >= ({p4:Int64} * 3600000)))
      AND ifNull(toInt128(time0) * 100 > toInt128(whole0) * {p5:Int64}, 0)
    ),
    toInt64(intDiv(arrayMax(tupleElement(counted0, 5)), 86400000)),
    toInt64(0)
  )) AS longestDays_figure,
  toString(if(
    (
      ((whole0 > 0) AND (whole0 >= ({p4:Int64} * 3600000)))
      AND ifNull(toInt128(time0) * 100 > toInt128(whole0) * {p5:Int64}, 0)
    ),
    toInt64(intDiv(arraySum(tupleElement(counted0, 5)), 60000)),
    toInt64(0)
  )) AS totalMinutes_figure,
  toString(if(
    (
      ((whole0 > 0) AND (whole0 >= ({p4:Int64} * 3600000)))
      AND ifNull(toInt128(time0) * 100 > toInt128(whole0) * {p5:Int64}, 0)
    ),
    toInt64(intDiv(arraySum(tupleElement(counted0, 5)), 3600000)),
    toInt64(0)
  )) AS totalHours_figure,
  toString(if(
    (
      ((whole0 > 0) AND (whole0 >= ({p4:Int64} * 3600000)))
      AND ifNull(toInt128(time0) * 100 > toInt128(whole0) * {p5:Int64}, 0)
    ),
    toInt64(intDiv(arraySum(tupleElement(counted0, 5)), 86400000)),
    toInt64(0)
  )) AS totalDays_figure,
  toString(if(
    (
      ((whole0 > 0) AND (whole0 >= ({p4:Int64} * 3600000)))
      AND ifNull(toInt128(time0) * 100 > toInt128(whole0) * {p5:Int64}, 0)
    ),
    toInt64(intDiv(whole0, 60000)),
    toInt64(0)
  )) AS wholeMinutes_figure,
  toString(if(
    (
      ((whole0 > 0) AND (whole0 >= ({p4:Int64} * 3600000)))
      AND ifNull(toInt128(time0) * 100 > toInt128(whole0) * {p5:Int64}, 0)
    ),
    toInt64(if(whole0 > 0, toInt64(intDiv(toInt128(time0) * 100, toInt128(greatest(whole0, 1)))), 0)),
    toInt64(0)
  )) AS percent_figure
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
      endMs_figure,
      longestMinutes_figure,
      longestHours_figure,
      longestDays_figure,
      totalMinutes_figure,
      totalHours_figure,
      totalDays_figure,
      wholeMinutes_figure,
      percent_figure
    ], 'Array(Nullable(String))'), []),
    []
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
          arrayMap(
            p -> (toUInt32(p), toUInt8(0 /* paused */)),
            arrayResize(
              tupleElement(counted0, 1),
              if(
                (
                  ((whole0 > 0) AND (whole0 >= ({p4:Int64} * 3600000)))
                  AND ifNull(toInt128(time0) * 100 > toInt128(whole0) * {p5:Int64}, 0)
                ),
                length(tupleElement(counted0, 1)),
                0
              )
            )
          ),
          arrayMap(
            p -> (toUInt32(p), toUInt8(1 /* resumed */)),
            arrayResize(
              arrayFilter((x1) -> has(resumed_places, x1), tupleElement(counted0, 3)),
              if(
                (
                  ((whole0 > 0) AND (whole0 >= ({p4:Int64} * 3600000)))
                  AND ifNull(toInt128(time0) * 100 > toInt128(whole0) * {p5:Int64}, 0)
                ),
                length(arrayFilter((x1) -> has(resumed_places, x1), tupleElement(counted0, 3))),
                0
              )
            )
          ),
          arrayMap(
            p -> (toUInt32(p), toUInt8(3 /* completed */)),
            arrayResize(
              arrayFilter((x1) -> has(completed_places, x1), tupleElement(counted0, 3)),
              if(
                (
                  ((whole0 > 0) AND (whole0 >= ({p4:Int64} * 3600000)))
                  AND ifNull(toInt128(time0) * 100 > toInt128(whole0) * {p5:Int64}, 0)
                ),
                length(arrayFilter((x1) -> has(completed_places, x1), tupleElement(counted0, 3))),
                0
              )
            )
          ),
          arrayMap(
            p -> (toUInt32(p), toUInt8(2 /* signed */)),
            arrayResize(
              tupleElement(ended0, 1),
              if(
                (
                  ((whole0 > 0) AND (whole0 >= ({p4:Int64} * 3600000)))
                  AND ifNull(toInt128(time0) * 100 > toInt128(whole0) * {p5:Int64}, 0)
                ),
                length(tupleElement(ended0, 1)),
                0
              )
            )
          ),
          arrayMap(
            p -> (toUInt32(p), toUInt8(3 /* completed */)),
            arrayResize(
              arrayFilter((x1) -> has(completed_places, x1), tupleElement(ended0, 3)),
              if(
                (
                  ((whole0 > 0) AND (whole0 >= ({p4:Int64} * 3600000)))
                  AND ifNull(toInt128(time0) * 100 > toInt128(whole0) * {p5:Int64}, 0)
                ),
                length(arrayFilter((x1) -> has(completed_places, x1), tupleElement(ended0, 3))),
                0
              )
            )
          )
        ),
        CAST([], 'Array(Tuple(UInt32, UInt8))')
      ) AS proof
    FROM (
      SELECT *,
        (
          ((whole0 > 0) AND (whole0 >= ({p4:Int64} * 3600000)))
          AND ifNull(toInt128(time0) * 100 > toInt128(whole0) * {p5:Int64}, 0)
        ) AS hit,
        ifNull(
          arrayMin(arrayConcat(
            arrayConcat(
              CAST([], 'Array(Int64)'),
              arrayFilter(
                (x1, x2) -> x2,
                arraySlice(tupleElement(timeline, 1 /* atMs */), existing + 1),
                arrayMap(
                  (w0) -> bitAnd(w0, 15) != 0 /* paused, resumed, signed, completed */,
                  arraySlice(tupleElement(timeline, 8 /* marks */), existing + 1)
                )
              )
            ),
            arrayConcat(
              arrayConcat(
                CAST([], 'Array(Int64)'),
                arrayFilter((x1) -> ((x1 > {now:Int64}) AND (x1 < 9000000000000000)), tupleElement(state_stretches, 4))
              ),
              arrayFilter((x1) -> ((x1 > {now:Int64}) AND (x1 < 9000000000000000)), tupleElement(whole0_stretches, 4))
            )
          )),
          0
        ) AS due
      FROM (
        SELECT *,
          arraySum(tupleElement(counted0, 5)) AS time0
        FROM (
          SELECT *,
            arrayFilter(
              (state_stretches_i) -> (tupleElement(state_stretches_i, 4) <= lastEnd0),
              state_stretches
            ) AS counted0
          FROM (
            SELECT *,
              arraySum(tupleElement(ended0, 5)) AS whole0,
              arrayMax(tupleElement(ended0, 4)) AS lastEnd0
            FROM (
              SELECT *,
                arrayFilter(
                  (whole0_stretches_i) -> (tupleElement(whole0_stretches_i, 4) <= {now:Int64}),
                  whole0_stretches
                ) AS ended0
              FROM (
                SELECT *,
                  arrayMap(
                    (whole0_rows_i) -> (
                      toInt64(tupleElement(whole0_rows_i, 1)),
                      toInt64(tupleElement(whole0_rows_i, 2)),
                      toInt64(tupleElement(whole0_rows_i, 3)),
                      toInt64(tupleElement(whole0_rows_i, 4)),
                      toInt64((if(
                        (tupleElement(whole0_rows_i, 4) > {now:Int64}),
                        toInt64({now:Int64}),
                        toInt64(tupleElement(whole0_rows_i, 4))
                      ) - tupleElement(whole0_rows_i, 2)))
                    ),
                    whole0_rows
                  ) AS whole0_stretches,
                  arrayMap(
                    (state_rows_i) -> (
                      toInt64(tupleElement(state_rows_i, 1)),
                      toInt64(tupleElement(state_rows_i, 2)),
                      toInt64(tupleElement(state_rows_i, 3)),
                      toInt64(tupleElement(state_rows_i, 4)),
                      toInt64((if(
                        (tupleElement(state_rows_i, 4) > {now:Int64}),
                        toInt64({now:Int64}),
                        toInt64(tupleElement(state_rows_i, 4))
                      ) - tupleElement(state_rows_i, 2)))
                    ),
                    state_rows
                  ) AS state_stretches
                FROM (
                  SELECT *,
                    arrayFilter(
                      (x1, x2) -> x2,
                      arrayMap(
                        (all_places_i, all_at_i, whole0_endPlace_i, whole0_endAt_i) -> (
                          toInt64(all_places_i),
                          toInt64(all_at_i),
                          toInt64(if(
                            (
                              (whole0_endPlace_i > 0)
                              AND (whole0_endAt_i <= (intDiv(all_at_i + 28800000, 86400000) + 1) * 86400000 - 28800000)
                            ),
                            toInt64(whole0_endPlace_i),
                            toInt64(0)
                          )),
                          toInt64(if(
                            (
                              (whole0_endPlace_i > 0)
                              AND (whole0_endAt_i <= (intDiv(all_at_i + 28800000, 86400000) + 1) * 86400000 - 28800000)
                            ),
                            toInt64(whole0_endAt_i),
                            toInt64((intDiv(all_at_i + 28800000, 86400000) + 1) * 86400000 - 28800000)
                          ))
                        ),
                        all_places,
                        all_at,
                        whole0_endPlace,
                        whole0_endAt
                      ),
                      arrayMap(
                        (x1, whole0_ends_i, whole0_before_i) -> (x1 AND (whole0_ends_i OR (whole0_before_i < 2))),
                        arrayMap((w0) -> bitAnd(w0, 8) != 0 /* signed */, all_marks),
                        whole0_ends,
                        whole0_before
                      )
                    ) AS whole0_rows,
                    arrayFilter(
                      (x1, x2) -> x2,
                      arrayMap(
                        (all_places_i, all_at_i, state_endPlace_i, state_endAt_i) -> (
                          toInt64(all_places_i),
                          toInt64(all_at_i),
                          toInt64(if(
                            (
                              (state_endPlace_i > 0)
                              AND (state_endAt_i <= (intDiv(all_at_i + 28800000, 86400000) + 1) * 86400000 - 28800000)
                            ),
                            toInt64(state_endPlace_i),
                            toInt64(0)
                          )),
                          toInt64(if(
                            (
                              (state_endPlace_i > 0)
                              AND (state_endAt_i <= (intDiv(all_at_i + 28800000, 86400000) + 1) * 86400000 - 28800000)
                            ),
                            toInt64(state_endAt_i),
                            toInt64((intDiv(all_at_i + 28800000, 86400000) + 1) * 86400000 - 28800000)
                          ))
                        ),
                        all_places,
                        all_at,
                        state_endPlace,
                        state_endAt
                      ),
                      arrayMap(
                        (x1, state_ends_i, state_before_i) -> (x1 AND (state_ends_i OR (state_before_i < 2))),
                        arrayMap((w0) -> bitAnd(w0, 1) != 0 /* paused */, all_marks),
                        state_ends,
                        state_before
                      )
                    ) AS state_rows
                  FROM (
                    SELECT *,
                      arraySlice(
                        arrayPushBack(
                          arrayReverseFill(
                            x -> x > 0,
                            arrayMap(
                              (all_places_i, whole0_ends_i) -> if(whole0_ends_i, toInt64(all_places_i), toInt64(0)),
                              all_places,
                              whole0_ends
                            )
                          ),
                          0
                        ),
                        2
                      ) AS whole0_endPlace,
                      arraySlice(
                        arrayPushBack(
                          arrayReverseFill(
                            x -> x > 0,
                            arrayMap(
                              (all_at_i, whole0_ends_i) -> if(whole0_ends_i, toInt64(all_at_i), toInt64(0)),
                              all_at,
                              whole0_ends
                            )
                          ),
                          0
                        ),
                        2
                      ) AS whole0_endAt,
                      arraySlice(
                        arrayPushFront(
                          arrayFill(
                            x -> x > 0,
                            arrayMap(
                              (x1, whole0_ends_i) -> if(
                                x1,
                                toInt64(2),
                                toInt64(if(whole0_ends_i, toInt64(1), toInt64(0)))
                              ),
                              arrayMap((w0) -> bitAnd(w0, 8) != 0 /* signed */, all_marks),
                              whole0_ends
                            )
                          ),
                          0
                        ),
                        1,
                        length(arrayMap(
                          (x1, whole0_ends_i) -> if(x1, toInt64(2), toInt64(if(whole0_ends_i, toInt64(1), toInt64(0)))),
                          arrayMap((w0) -> bitAnd(w0, 8) != 0 /* signed */, all_marks),
                          whole0_ends
                        ))
                      ) AS whole0_before,
                      arraySlice(
                        arrayPushBack(
                          arrayReverseFill(
                            x -> x > 0,
                            arrayMap(
                              (all_places_i, state_ends_i) -> if(state_ends_i, toInt64(all_places_i), toInt64(0)),
                              all_places,
                              state_ends
                            )
                          ),
                          0
                        ),
                        2
                      ) AS state_endPlace,
                      arraySlice(
                        arrayPushBack(
                          arrayReverseFill(
                            x -> x > 0,
                            arrayMap(
                              (all_at_i, state_ends_i) -> if(state_ends_i, toInt64(all_at_i), toInt64(0)),
                              all_at,
                              state_ends
                            )
                          ),
                          0
                        ),
                        2
                      ) AS state_endAt,
                      arraySlice(
                        arrayPushFront(
                          arrayFill(
                            x -> x > 0,
                            arrayMap(
                              (x1, state_ends_i) -> if(
                                x1,
                                toInt64(2),
                                toInt64(if(state_ends_i, toInt64(1), toInt64(0)))
                              ),
                              arrayMap((w0) -> bitAnd(w0, 1) != 0 /* paused */, all_marks),
                              state_ends
                            )
                          ),
                          0
                        ),
                        1,
                        length(arrayMap(
                          (x1, state_ends_i) -> if(x1, toInt64(2), toInt64(if(state_ends_i, toInt64(1), toInt64(0)))),
                          arrayMap((w0) -> bitAnd(w0, 1) != 0 /* paused */, all_marks),
                          state_ends
                        ))
                      ) AS state_before
                    FROM (
                      SELECT *,
                        arrayMap((w0) -> bitAnd(w0, 4) != 0 /* completed */, all_marks) AS whole0_ends,
                        arrayMap((w0) -> bitAnd(w0, 6) != 0 /* resumed, completed */, all_marks) AS state_ends
                      FROM (
                        SELECT *,
                          arrayFilter((x, m) -> bitTest(m, 1), all_places, all_marks) AS resumed_places,
                          arrayFilter((x, m) -> bitTest(m, 2), all_places, all_marks) AS completed_places
                        FROM (
                          SELECT *,
                            arrayCount(a -> a <= {now:Int64}, timeline.1) AS existing,
                            arraySlice(tupleElement(timeline, 8 /* marks */), 1, existing) AS all_marks,
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
                                marks
                              ))) AS timeline
                            FROM (
                              SELECT
                                concat(
                                  replaceAll(
                                    replaceAll(assumeNotNull(CAST(unitId, 'Nullable(String)')), '%', '%25'),
                                    '|',
                                    '%7C'
                                  ),
                                  '|',
                                  replaceAll(
                                    replaceAll(
                                      assumeNotNull(CAST(
                                        toString(toDate32(intDiv(atMs + 28800000, 86400000))),
                                        'Nullable(String)'
                                      )),
                                      '%',
                                      '%25'
                                    ),
                                    '|',
                                    '%7C'
                                  )
                                ) AS scope,
                                toInt64(atMs) AS atMs,
                                toInt64(ifNull(stepNo, 0)) AS ord,
                                id AS id,
                                toUInt8(0 /* hotline.order-event */) AS type,
                                toUInt64(version) AS version,
                                toUInt64(streamOffset) AS streamOffset,
                                toString(hash) AS hash,
                                toUInt64(
                                  if(ifNull(action = {p0:String}, 0), 1 /* paused */, 0)
                                  + if(ifNull(action = {p1:String}, 0), 2 /* resumed */, 0)
                                  + if(ifNull(action = {p2:String}, 0), 4 /* completed */, 0)
                                  + if(ifNull(action = {p3:String}, 0), 8 /* signed */, 0)
                                ) AS marks
                              FROM cur_hotline_order_event_by_unitId_action FINAL
                              WHERE unitId IS NOT NULL
                                AND (
                                  (ifNull(action = {p0:String}, 0))
                                  OR (ifNull(action = {p1:String}, 0))
                                  OR (ifNull(action = {p2:String}, 0))
                                  OR (ifNull(action = {p3:String}, 0))
                                )
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
