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
  if(hit, toInt64(tupleElement(violated[1], 1)), 0) AS occurredAt,
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
  toString(length(violated)) AS count_figure,
  toString(tupleElement(violated[1], 4)) AS startMs_figure,
  toString(tupleElement(violated[1], 5)) AS deadlineMs_figure,
  toString(tupleElement(violated[1], 8)) AS limit_figure,
  toString(tupleElement(violated[1], 7)) AS doneAtMs_figure,
  toString(if(
    (tupleElement(violated[1], 7) > 0),
    toInt64(greatest(intDiv(((tupleElement(violated[1], 7) - tupleElement(violated[1], 5)) + 86399999), 86400000), 1)),
    toInt64(0)
  )) AS lateDays_figure
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
          arrayMap(p -> (toUInt32(p), toUInt8(0 /* signed */)), tupleElement(violated0, 3)),
          arrayMap(p -> (toUInt32(p), toUInt8(0 /* signed */)), tupleElement(violated1, 3)),
          arrayMap(p -> (toUInt32(p), toUInt8(0 /* signed */)), tupleElement(violated2, 3)),
          arrayMap(p -> (toUInt32(p), toUInt8(0 /* signed */)), tupleElement(violated3, 3)),
          arrayMap(p -> (toUInt32(p), toUInt8(0 /* signed */)), tupleElement(violated4, 3)),
          arrayMap(
            p -> (toUInt32(p), toUInt8(1 /* contacted */)),
            arrayResize(
              arrayFilter(
                (contacted_places_i) -> has(tupleElement(violated1, 6), contacted_places_i),
                contacted_places
              ),
              if(
                notEmpty(violated1),
                length(arrayFilter(
                  (contacted_places_i) -> has(tupleElement(violated1, 6), contacted_places_i),
                  contacted_places
                )),
                0
              )
            )
          ),
          arrayMap(
            p -> (toUInt32(p), toUInt8(1 /* contacted */)),
            arrayResize(
              arrayFilter(
                (contacted_places_i) -> has(tupleElement(violated2, 6), contacted_places_i),
                contacted_places
              ),
              if(
                notEmpty(violated2),
                length(arrayFilter(
                  (contacted_places_i) -> has(tupleElement(violated2, 6), contacted_places_i),
                  contacted_places
                )),
                0
              )
            )
          ),
          arrayMap(
            p -> (toUInt32(p), toUInt8(3 /* completed */)),
            arrayResize(
              arrayFilter(
                (completed_places_i) -> has(tupleElement(violated3, 6), completed_places_i),
                completed_places
              ),
              if(
                notEmpty(violated3),
                length(arrayFilter(
                  (completed_places_i) -> has(tupleElement(violated3, 6), completed_places_i),
                  completed_places
                )),
                0
              )
            )
          ),
          arrayMap(
            p -> (toUInt32(p), toUInt8(3 /* completed */)),
            arrayResize(
              arrayFilter(
                (completed_places_i) -> has(tupleElement(violated4, 6), completed_places_i),
                completed_places
              ),
              if(
                notEmpty(violated4),
                length(arrayFilter(
                  (completed_places_i) -> has(tupleElement(violated4, 6), completed_places_i),
                  completed_places
                )),
                0
              )
            )
          )
        ),
        CAST([], 'Array(Tuple(UInt32, UInt8))')
      ) AS proof
    FROM (
      SELECT *,
        notEmpty(violated) AS hit,
        ifNull(
          arrayMin(arrayConcat(
            arrayConcat(
              CAST([], 'Array(Int64)'),
              arrayFilter(
                (x1, x2) -> x2,
                arraySlice(tupleElement(timeline, 1 /* atMs */), existing + 1),
                arrayMap(
                  (w0) -> bitAnd(w0, 15) != 0 /* signed, contacted, returned, completed */,
                  arraySlice(tupleElement(timeline, 8 /* marks */), existing + 1)
                )
              )
            ),
            arrayConcat(
              arrayConcat(
                arrayConcat(
                  arrayConcat(
                    arrayConcat(CAST([], 'Array(Int64)'), CAST([], 'Array(Int64)')),
                    tupleElement(arrayFilter((judged1_i) -> (tupleElement(judged1_i, 1) > {now:Int64}), judged1), 1)
                  ),
                  tupleElement(arrayFilter((judged2_i) -> (tupleElement(judged2_i, 1) > {now:Int64}), judged2), 1)
                ),
                tupleElement(arrayFilter((judged3_i) -> (tupleElement(judged3_i, 1) > {now:Int64}), judged3), 1)
              ),
              tupleElement(arrayFilter((judged4_i) -> (tupleElement(judged4_i, 1) > {now:Int64}), judged4), 1)
            )
          )),
          0
        ) AS due
      FROM (
        SELECT *,
          arraySort(arrayConcat(violated0, violated1, violated2, violated3, violated4)) AS violated
        FROM (
          SELECT *,
            arrayFilter((judged1_i) -> (tupleElement(judged1_i, 1) <= {now:Int64}), judged1) AS violated1,
            arrayFilter((judged3_i) -> (tupleElement(judged3_i, 1) <= {now:Int64}), judged3) AS violated3,
            arrayFilter((judged4_i) -> (tupleElement(judged4_i, 1) <= {now:Int64}), judged4) AS violated4
          FROM (
            SELECT *,
              arrayFilter(
                (x1, x2) -> x2,
                arrayMap(
                  (start1_due_i, start1_place_i, start1_at_i, start1_limit_i, late1_any1_place_i, late1_any1_at_i) -> (
                    toInt64((start1_due_i + 1)),
                    toInt64(1),
                    toInt64(start1_place_i),
                    toInt64(start1_at_i),
                    toInt64(start1_due_i),
                    toInt64(late1_any1_place_i),
                    toInt64(late1_any1_at_i),
                    toInt64(start1_limit_i)
                  ),
                  start1_due,
                  start1_place,
                  start1_at,
                  start1_limit,
                  late1_any1_place,
                  late1_any1_at
                ),
                arrayMap(
                  (start1_due_i, x2) -> ((start1_due_i < 9000000000000000) AND (NOT x2)),
                  start1_due,
                  arrayMap(
                    (start1_due_i, fulfilled1_any1_at_i) -> (
                      (fulfilled1_any1_at_i > 0)
                      AND (fulfilled1_any1_at_i < (start1_due_i + 1))
                    ),
                    start1_due,
                    fulfilled1_any1_at
                  )
                )
              ) AS judged1,
              arrayFilter(
                (x1, x2) -> x2,
                arrayMap(
                  (start3_due_i, start3_place_i, start3_at_i, start3_limit_i, late3_place_i, late3_at_i) -> (
                    toInt64((start3_due_i + 1)),
                    toInt64(3),
                    toInt64(start3_place_i),
                    toInt64(start3_at_i),
                    toInt64(start3_due_i),
                    toInt64(late3_place_i),
                    toInt64(late3_at_i),
                    toInt64(start3_limit_i)
                  ),
                  start3_due,
                  start3_place,
                  start3_at,
                  start3_limit,
                  late3_place,
                  late3_at
                ),
                arrayMap(
                  (start3_due_i, x2) -> ((start3_due_i < 9000000000000000) AND (NOT x2)),
                  start3_due,
                  arrayMap(
                    (start3_due_i, fulfilled3_at_i) -> (
                      (fulfilled3_at_i > 0)
                      AND (fulfilled3_at_i < (start3_due_i + 1))
                    ),
                    start3_due,
                    fulfilled3_at
                  )
                )
              ) AS judged3,
              arrayFilter(
                (x1, x2) -> x2,
                arrayMap(
                  (start4_due_i, start4_place_i, start4_at_i, start4_limit_i, late4_place_i, late4_at_i) -> (
                    toInt64((start4_due_i + 1)),
                    toInt64(4),
                    toInt64(start4_place_i),
                    toInt64(start4_at_i),
                    toInt64(start4_due_i),
                    toInt64(late4_place_i),
                    toInt64(late4_at_i),
                    toInt64(start4_limit_i)
                  ),
                  start4_due,
                  start4_place,
                  start4_at,
                  start4_limit,
                  late4_place,
                  late4_at
                ),
                arrayMap(
                  (start4_due_i, x2) -> ((start4_due_i < 9000000000000000) AND (NOT x2)),
                  start4_due,
                  arrayMap(
                    (start4_due_i, fulfilled4_at_i) -> (
                      (fulfilled4_at_i > 0)
                      AND (fulfilled4_at_i < (start4_due_i + 1))
                    ),
                    start4_due,
                    fulfilled4_at
                  )
                )
              ) AS judged4
            FROM (
              SELECT *,
                arrayMap(
                  (start1_limit_i, start1_day_i) -> if(
                    (start1_limit_i < 0),
                    toInt64(9000000000000000),
                    toInt64(ifNull((((start1_day_i + start1_limit_i)) + 1) * 86400000 - 28800000, 0))
                  ),
                  start1_limit,
                  start1_day
                ) AS start1_due,
                arrayFilter((judged2_i) -> (tupleElement(judged2_i, 1) <= {now:Int64}), judged2) AS violated2,
                arrayMap(
                  (start3_limit_i, start3_day_i) -> if(
                    (start3_limit_i < 0),
                    toInt64(9000000000000000),
                    toInt64(ifNull((((start3_day_i + start3_limit_i)) + 1) * 86400000 - 28800000, 0))
                  ),
                  start3_limit,
                  start3_day
                ) AS start3_due,
                arrayMap(
                  (start4_limit_i, start4_at_i, start4_office_i) -> if(
                    start4_limit_i < 0,
                    9000000000000000,
                    if(
                      (greatest(start4_limit_i, 0) * 3600000) = 0,
                      toInt64(start4_at_i),
                      arrayMap(
                        t -> toInt64(greatest(
                          start4_at_i,
                          (
                            calendar.1
                            + toInt64(reinterpretAsUInt16(substring(
                              calendar.4,
                              2 * (
                                intDiv(t + 25199999, 25200000) - calendar.3
                                + 1
                                + throwIf(
                                  (intDiv(t + 25199999, 25200000) - calendar.3 + 1) < 1
                                    OR (
                                      intDiv(t + 25199999, 25200000) - calendar.3
                                      + 1
                                    ) > intDiv(length(calendar.4), 2),
                                  'calendar: day outside'
                                )
                              ) - 1,
                              2
                            )))
                          ) * 86400000 - 28800000
                            + arrayMap(
                              u -> multiIf(u <= 10800000, 32400000 + u, 36000000 + u),
                              [toInt64(greatest((t - 1) % 25200000 + 1, 1))]
                            )[1]
                        )),
                        [toInt64(start4_office_i + greatest((greatest(start4_limit_i, 0) * 3600000), 1))]
                      )[1]
                    )
                  ),
                  start4_limit,
                  start4_at,
                  start4_office
                ) AS start4_due
              FROM (
                SELECT *,
                  arrayMap(
                    (start1_limit_i, x2) -> if((start1_limit_i < 0), toInt64(0), toInt64(x2)),
                    start1_limit,
                    arrayMap((start1_at_i) -> ifNull(intDiv(start1_at_i + 28800000, 86400000), 0), start1_at)
                  ) AS start1_day,
                  arrayFilter(
                    (x1, x2) -> x2,
                    arrayMap(
                      (start2_due_i, start2_place_i, start2_at_i, start2_limit_i, late2_place_i, late2_at_i) -> (
                        toInt64((start2_due_i + 1)),
                        toInt64(2),
                        toInt64(start2_place_i),
                        toInt64(start2_at_i),
                        toInt64(start2_due_i),
                        toInt64(late2_place_i),
                        toInt64(late2_at_i),
                        toInt64(start2_limit_i)
                      ),
                      start2_due,
                      start2_place,
                      start2_at,
                      start2_limit,
                      late2_place,
                      late2_at
                    ),
                    arrayMap(
                      (start2_due_i, x2) -> ((start2_due_i < 9000000000000000) AND (NOT x2)),
                      start2_due,
                      arrayMap(
                        (start2_due_i, fulfilled2_at_i) -> (
                          (fulfilled2_at_i > 0)
                          AND (fulfilled2_at_i < (start2_due_i + 1))
                        ),
                        start2_due,
                        fulfilled2_at
                      )
                    )
                  ) AS judged2,
                  arrayMap(
                    (start3_limit_i, x2) -> if((start3_limit_i < 0), toInt64(0), toInt64(x2)),
                    start3_limit,
                    arrayMap(
                      (start3_at_i, signed_extendedToMs_i) -> ifNull(
                        ifNull(
                          intDiv(signed_extendedToMs_i + 28800000, 86400000),
                          ifNull(intDiv(start3_at_i + 28800000, 86400000), 0)
                        ),
                        0
                      ),
                      start3_at,
                      signed_extendedToMs
                    )
                  ) AS start3_day,
                  arrayMap(
                    (start4_limit_i, start4_at_i) -> arrayMap(
                      (t, y) -> arrayMap(
                        o -> toInt64(if(
                          (
                            o >= calendar.3
                            AND calendar.1
                            + toInt64(reinterpretAsUInt16(substring(calendar.4, 2 * (o - calendar.3 + 1) - 1, 2))) = y
                          ),
                          (o - 1) * 25200000
                            + least(greatest((t + 28800000) % 86400000 - 32400000, 0), 10800000)
                            + least(greatest((t + 28800000) % 86400000 - 46800000, 0), 14400000),
                          o * 25200000
                        )),
                        [toInt64(reinterpretAsUInt16(substring(
                          calendar.2,
                          2 * (
                            y - calendar.1
                            + 1
                            + throwIf(
                              (y - calendar.1 + 1) < 1 OR (y - calendar.1 + 1) > intDiv(length(calendar.2), 2),
                              'calendar: day outside'
                            )
                          ) - 1,
                          2
                        )))]
                      )[1],
                      [toInt64(if(
                        (start4_limit_i < 0),
                        toInt64(ifNull((calendar.1) * 86400000 - 28800000, 0)),
                        toInt64(start4_at_i)
                      ))],
                      [toInt64(intDiv(
                        if(
                          (start4_limit_i < 0),
                          toInt64(ifNull((calendar.1) * 86400000 - 28800000, 0)),
                          toInt64(start4_at_i)
                        )
                          + 28800000,
                        86400000
                      ))]
                    )[1],
                    start4_limit,
                    start4_at
                  ) AS start4_office
                FROM (
                  SELECT *,
                    arrayFilter(
                      (x1, x2) -> x2,
                      arrayMap(
                        (start0_place_i, start0_at_i) -> (
                          toInt64(start0_at_i),
                          toInt64(0),
                          toInt64(start0_place_i),
                          toInt64(start0_at_i),
                          toInt64(0),
                          toInt64(0),
                          toInt64(0),
                          toInt64(0)
                        ),
                        start0_place,
                        start0_at
                      ),
                      arrayMap(
                        (start0_at_i, before0_i) -> (
                          (NOT (before0_i > 0))
                          OR ((start0_at_i - before0_i) >= ({p2:Int64} * 60000))
                        ),
                        start0_at,
                        before0
                      )
                    ) AS violated0,
                    arrayMap(
                      (start1_at_i) -> toInt64(ifNull(
                        if(intDiv(start1_at_i + 28800000, 86400000) IS NULL, NULL, {p3:Int64}),
                        -1
                      )),
                      start1_at
                    ) AS start1_limit,
                    arrayMap((start1_at_i) -> contacted_places[1], start1_at) AS late1_any1_place,
                    arrayMap((start1_at_i) -> contacted_at[1], start1_at) AS late1_any1_at,
                    arrayMap((start1_at_i) -> contacted_at[1], start1_at) AS fulfilled1_any1_at,
                    arrayMap(
                      (start2_at_i, signed_extendedToMs_i) -> ifNull(signed_extendedToMs_i, 9000000000000000),
                      start2_at,
                      signed_extendedToMs
                    ) AS start2_due,
                    arrayMap((start2_at_i) -> (start2_at_i - start2_at_i), start2_at) AS start2_limit,
                    arrayMap(
                      (start3_at_i, signed_extendedToMs_i) -> toInt64(ifNull(
                        if(
                          ifNull(
                            intDiv(signed_extendedToMs_i + 28800000, 86400000),
                            ifNull(intDiv(start3_at_i + 28800000, 86400000), 0)
                          ) IS NULL,
                          NULL,
                          {p5:Int64}
                        ),
                        -1
                      )),
                      start3_at,
                      signed_extendedToMs
                    ) AS start3_limit,
                    arrayMap(
                      (start4_at_i) -> toInt64(ifNull(
                        if(intDiv(start4_at_i + 28800000, 86400000) IS NULL, NULL, {p7:Int64}),
                        -1
                      )),
                      start4_at
                    ) AS start4_limit
                  FROM (
                    SELECT *,
                      signed_places AS start0_place,
                      signed_at AS start0_at,
                      arrayFilter(
                        (x1, x2) -> x2,
                        arraySlice(
                          arrayPushFront(
                            arrayFill(
                              x -> x > 0,
                              arrayMap(
                                (all_at_i, x2) -> if(x2, toInt64(all_at_i), toInt64(0)),
                                all_at,
                                arrayMap((w0) -> bitAnd(w0, 2) != 0 /* contacted */, all_marks)
                              )
                            ),
                            0
                          ),
                          1,
                          length(arrayMap(
                            (all_at_i, x2) -> if(x2, toInt64(all_at_i), toInt64(0)),
                            all_at,
                            arrayMap((w0) -> bitAnd(w0, 2) != 0 /* contacted */, all_marks)
                          ))
                        ),
                        arrayMap((w0) -> bitAnd(w0, 1) != 0 /* signed */, all_marks)
                      ) AS before0,
                      signed_at AS start1_at,
                      signed_places AS start1_place,
                      signed_at AS start2_at,
                      signed_places AS start2_place,
                      arrayFilter(
                        (x1, x2) -> x2,
                        arraySlice(
                          arrayPushBack(
                            arrayReverseFill(
                              x -> x > 0,
                              arrayMap(
                                (all_places_i, x2) -> if(x2, toInt64(all_places_i), toInt64(0)),
                                all_places,
                                arrayMap((w0) -> bitAnd(w0, 2) != 0 /* contacted */, all_marks)
                              )
                            ),
                            0
                          ),
                          2
                        ),
                        arrayMap((w0) -> bitAnd(w0, 1) != 0 /* signed */, all_marks)
                      ) AS late2_place,
                      arrayFilter(
                        (x1, x2) -> x2,
                        arraySlice(
                          arrayPushBack(
                            arrayReverseFill(
                              x -> x > 0,
                              arrayMap(
                                (all_at_i, x2) -> if(x2, toInt64(all_at_i), toInt64(0)),
                                all_at,
                                arrayMap((w0) -> bitAnd(w0, 2) != 0 /* contacted */, all_marks)
                              )
                            ),
                            0
                          ),
                          2
                        ),
                        arrayMap((w0) -> bitAnd(w0, 1) != 0 /* signed */, all_marks)
                      ) AS late2_at,
                      arrayFilter(
                        (x1, x2) -> x2,
                        arraySlice(
                          arrayPushBack(
                            arrayReverseFill(
                              x -> x > 0,
                              arrayMap(
                                (all_at_i, x2) -> if(x2, toInt64(all_at_i), toInt64(0)),
                                all_at,
                                arrayMap((w0) -> bitAnd(w0, 6) != 0 /* contacted, returned */, all_marks)
                              )
                            ),
                            0
                          ),
                          2
                        ),
                        arrayMap((w0) -> bitAnd(w0, 1) != 0 /* signed */, all_marks)
                      ) AS fulfilled2_at,
                      signed_at AS start3_at,
                      signed_places AS start3_place,
                      arrayFilter(
                        (x1, x2) -> x2,
                        arraySlice(
                          arrayPushBack(
                            arrayReverseFill(
                              x -> x > 0,
                              arrayMap(
                                (all_places_i, x2) -> if(x2, toInt64(all_places_i), toInt64(0)),
                                all_places,
                                arrayMap((w0) -> bitAnd(w0, 8) != 0 /* completed */, all_marks)
                              )
                            ),
                            0
                          ),
                          2
                        ),
                        arrayMap((w0) -> bitAnd(w0, 1) != 0 /* signed */, all_marks)
                      ) AS late3_place,
                      arrayFilter(
                        (x1, x2) -> x2,
                        arraySlice(
                          arrayPushBack(
                            arrayReverseFill(
                              x -> x > 0,
                              arrayMap(
                                (all_at_i, x2) -> if(x2, toInt64(all_at_i), toInt64(0)),
                                all_at,
                                arrayMap((w0) -> bitAnd(w0, 8) != 0 /* completed */, all_marks)
                              )
                            ),
                            0
                          ),
                          2
                        ),
                        arrayMap((w0) -> bitAnd(w0, 1) != 0 /* signed */, all_marks)
                      ) AS late3_at,
                      arrayFilter(
                        (x1, x2) -> x2,
                        arraySlice(
                          arrayPushBack(
                            arrayReverseFill(
                              x -> x > 0,
                              arrayMap(
                                (all_at_i, x2) -> if(x2, toInt64(all_at_i), toInt64(0)),
                                all_at,
                                arrayMap((w0) -> bitAnd(w0, 8) != 0 /* completed */, all_marks)
                              )
                            ),
                            0
                          ),
                          2
                        ),
                        arrayMap((w0) -> bitAnd(w0, 1) != 0 /* signed */, all_marks)
                      ) AS fulfilled3_at,
                      signed_at AS start4_at,
                      signed_places AS start4_place,
                      arrayFilter(
                        (x1, x2) -> x2,
                        arraySlice(
                          arrayPushBack(
                            arrayReverseFill(
                              x -> x > 0,
                              arrayMap(
                                (all_places_i, x2) -> if(x2, toInt64(all_places_i), toInt64(0)),
                                all_places,
                                arrayMap((w0) -> bitAnd(w0, 8) != 0 /* completed */, all_marks)
                              )
                            ),
                            0
                          ),
                          2
                        ),
                        arrayMap((w0) -> bitAnd(w0, 1) != 0 /* signed */, all_marks)
                      ) AS late4_place,
                      arrayFilter(
                        (x1, x2) -> x2,
                        arraySlice(
                          arrayPushBack(
                            arrayReverseFill(
                              x -> x > 0,
                              arrayMap(
                                (all_at_i, x2) -> if(x2, toInt64(all_at_i), toInt64(0)),
                                all_at,
                                arrayMap((w0) -> bitAnd(w0, 8) != 0 /* completed */, all_marks)
                              )
                            ),
                            0
                          ),
                          2
                        ),
                        arrayMap((w0) -> bitAnd(w0, 1) != 0 /* signed */, all_marks)
                      ) AS late4_at,
                      arrayFilter(
                        (x1, x2) -> x2,
                        arraySlice(
                          arrayPushBack(
                            arrayReverseFill(
                              x -> x > 0,
                              arrayMap(
                                (all_at_i, x2) -> if(x2, toInt64(all_at_i), toInt64(0)),
                                all_at,
                                arrayMap((w0) -> bitAnd(w0, 8) != 0 /* completed */, all_marks)
                              )
                            ),
                            0
                          ),
                          2
                        ),
                        arrayMap((w0) -> bitAnd(w0, 1) != 0 /* signed */, all_marks)
                      ) AS fulfilled4_at
                    FROM (
                      SELECT *,
                        arrayFilter((x, m) -> bitTest(m, 0), all_places, all_marks) AS signed_places,
                        arrayFilter((x, m) -> bitTest(m, 0), all_at, all_marks) AS signed_at,
                        arrayFilter((x, m) -> bitTest(m, 1), all_places, all_marks) AS contacted_places,
                        arrayFilter((x, m) -> bitTest(m, 1), all_at, all_marks) AS contacted_at,
                        arrayFilter((x, m) -> bitTest(m, 0), all_extendedToMs, all_marks) AS signed_extendedToMs,
                        arrayFilter((x, m) -> bitTest(m, 3), all_places, all_marks) AS completed_places
                      FROM (
                        SELECT *,
                          arrayCount(a -> a <= {now:Int64}, timeline.1) AS existing,
                          arraySlice(tupleElement(timeline, 8 /* marks */), 1, existing) AS all_marks,
                          arraySlice(
                            tupleElement(timeline, 9 /* cell_extendedToMs */),
                            1,
                            existing
                          ) AS all_extendedToMs,
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
                              cell_extendedToMs
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
                                + if(ifNull(action = {p1:String}, 0), 2 /* contacted */, 0)
                                + if(ifNull(action = {p4:String}, 0), 4 /* returned */, 0)
                                + if(ifNull(action = {p6:String}, 0), 8 /* completed */, 0)
                              ) AS marks,
                              CAST(extendedToMs, 'Nullable(Int64)') AS cell_extendedToMs
                            FROM cur_hotline_order_event FINAL
                            WHERE unitId IS NOT NULL
                              AND (
                                (ifNull(action = {p0:String}, 0))
                                OR (ifNull(action = {p1:String}, 0))
                                OR (ifNull(action = {p4:String}, 0))
                                OR (ifNull(action = {p6:String}, 0))
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
    WHERE hit OR due > 0
  )
)
