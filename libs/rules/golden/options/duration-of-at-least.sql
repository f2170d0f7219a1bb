WITH
  if(
    hit,
    toInt64(ifNull(
      arrayMin(arrayFilter(
        (x1) -> (x1 > 0),
        [toInt64(if(notEmpty(long0), toInt64((tupleElement(long0[1], 2) + ({p4:Int64} * 60000))), toInt64(0)))]
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
  toString(if(notEmpty(long0), toInt64(length(long0)), toInt64(0))) AS count_figure,
  toString(if(notEmpty(long0), toInt64(tupleElement(long0[1], 2)), toInt64(0))) AS firstAtMs_figure,
  toString(if(
    notEmpty(long0),
    toInt64(if(
      (tupleElement(long0[length(long0)], 4) > {now:Int64}),
      toInt64(0),
      toInt64(tupleElement(long0[length(long0)], 4))
    )),
    toInt64(0)
  )) AS endMs_figure,
  toString(if(
    notEmpty(long0),
    toInt64(intDiv(arrayMax(tupleElement(long0, 5)), 60000)),
    toInt64(0)
  )) AS longestMinutes_figure,
  toString(if(
    notEmpty(long0),
    toInt64(intDiv(arrayMax(tupleElement(long0, 5)), 3600000)),
    toInt64(0)
  )) AS longestHours_figure,
  toString(if(
    notEmpty(long0),
    toInt64(intDiv(arrayMax(tupleElement(long0, 5)), 86400000)),
    toInt64(0)
  )) AS longestDays_figure,
  toString(if(
    notEmpty(long0),
    toInt64(intDiv(arraySum(tupleElement(long0, 5)), 60000)),
    toInt64(0)
  )) AS totalMinutes_figure,
  toString(if(
    notEmpty(long0),
    toInt64(intDiv(arraySum(tupleElement(long0, 5)), 3600000)),
    toInt64(0)
  )) AS totalHours_figure,
  toString(if(
    notEmpty(long0),
    toInt64(intDiv(arraySum(tupleElement(long0, 5)), 86400000)),
    toInt64(0)
  )) AS totalDays_figure,
  toString(if(notEmpty(long0), toInt64(0), toInt64(0))) AS wholeMinutes_figure,
  toString(if(notEmpty(long0), toInt64(0), toInt64(0))) AS percent_figure
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
            p -> (toUInt32(p), toUInt8(0 /* signed */)),
            arrayResize(tupleElement(long0, 1), if(notEmpty(long0), length(tupleElement(long0, 1)), 0))
          ),
          arrayMap(
            p -> (toUInt32(p), toUInt8(1 /* moved */)),
            arrayResize(
              arrayFilter((x1) -> has(moved_places, x1), tupleElement(long0, 3)),
              if(notEmpty(long0), length(arrayFilter((x1) -> has(moved_places, x1), tupleElement(long0, 3))), 0)
            )
          )
        ),
        CAST([], 'Array(Tuple(UInt32, UInt8))')
      ) AS proof
    FROM (
      SELECT *,
        notEmpty(long0) AS hit,
        ifNull(
          arrayMin(arrayConcat(
            arrayConcat(
              CAST([], 'Array(Int64)'),
              arrayFilter(
                (x1, x2) -> x2,
                arraySlice(tupleElement(timeline, 1 /* atMs */), existing + 1),
                arrayMap(
                  (w0) -> bitAnd(w0, 3) != 0 /* signed, moved */,
                  arraySlice(tupleElement(timeline, 8 /* marks */), existing + 1)
                )
              )
            ),
            arrayConcat(
              arrayConcat(
                CAST([], 'Array(Int64)'),
                arrayFilter((x1) -> ((x1 > {now:Int64}) AND (x1 < 9000000000000000)), tupleElement(state_stretches, 4))
              ),
              arrayFilter(
                (x1) -> (x1 > {now:Int64}),
                arrayMap((reaching0_i) -> (tupleElement(reaching0_i, 2) + ({p4:Int64} * 60000)), reaching0)
              )
            )
          )),
          0
        ) AS due
      FROM (
        SELECT *,
          arrayFilter(
            (reaching0_i) -> ((tupleElement(reaching0_i, 2) + ({p4:Int64} * 60000)) <= {now:Int64}),
            reaching0
          ) AS long0
        FROM (
          SELECT *,
            arrayFilter(
              (state_stretches_i) -> ((
                tupleElement(state_stretches_i, 2)
                + ({p4:Int64} * 60000)
              ) <= tupleElement(state_stretches_i, 4)),
              state_stretches
            ) AS reaching0
          FROM (
            SELECT *,
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
                    (all_places_i, all_at_i, state_endPlace_i, state_endAt_i) -> (
                      toInt64(all_places_i),
                      toInt64(all_at_i),
                      toInt64(if(
                        ((state_endPlace_i > 0) AND (state_endAt_i <= 9000000000000000)),
                        toInt64(state_endPlace_i),
                        toInt64(0)
                      )),
                      toInt64(if(
                        ((state_endPlace_i > 0) AND (state_endAt_i <= 9000000000000000)),
                        toInt64(state_endAt_i),
                        toInt64(9000000000000000)
                      ))
                    ),
                    all_places,
                    all_at,
                    state_endPlace,
                    state_endAt
                  ),
                  arrayMap(
                    (x1, state_ends_i, state_before_i) -> (x1 AND (state_ends_i OR (state_before_i < 2))),
                    arrayMap((w0) -> bitAnd(w0, 1) != 0 /* signed */, all_marks),
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
                          (x1, state_ends_i) -> if(x1, toInt64(2), toInt64(if(state_ends_i, toInt64(1), toInt64(0)))),
                          arrayMap((w0) -> bitAnd(w0, 1) != 0 /* signed */, all_marks),
                          state_ends
                        )
                      ),
                      0
                    ),
                    1,
                    length(arrayMap(
                      (x1, state_ends_i) -> if(x1, toInt64(2), toInt64(if(state_ends_i, toInt64(1), toInt64(0)))),
                      arrayMap((w0) -> bitAnd(w0, 1) != 0 /* signed */, all_marks),
                      state_ends
                    ))
                  ) AS state_before
                FROM (
                  SELECT *,
                    arrayMap((w0) -> bitAnd(w0, 2) != 0 /* moved */, all_marks) AS state_ends
                  FROM (
                    SELECT *,
                      arrayFilter((x, m) -> bitTest(m, 1), all_places, all_marks) AS moved_places
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
                                replaceAll(assumeNotNull(CAST(orderId, 'Nullable(String)')), '%', '%25'),
                                '|',
                                '%7C'
                              ),
                              '|',
                              replaceAll(
                                replaceAll(assumeNotNull(CAST(unitId, 'Nullable(String)')), '%', '%25'),
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
                              if(ifNull(action = {p0:String}, 0), 1 /* signed */, 0)
                              + if(ifNull(action IN ({p1:String}, {p2:String}, {p3:String}), 0), 2 /* moved */, 0)
                            ) AS marks
                          FROM cur_hotline_order_event FINAL
                          WHERE unitId IS NOT NULL
                            AND (
                              (ifNull(action = {p0:String}, 0))
                              OR (ifNull(action IN ({p1:String}, {p2:String}, {p3:String}), 0))
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
    WHERE hit OR due > 0
  )
)
