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
  )) AS lateDays_figure,
  toString(arrayFilter(
    (linked1_assigned_townshipCode_i) -> (NOT (linked1_assigned_townshipCode_i IS NULL)),
    linked1_assigned_townshipCode
  )[-1]) AS townshipCode_subject,
  toString(arrayFilter(
    (linked1_assigned_villageCode_i) -> (NOT (linked1_assigned_villageCode_i IS NULL)),
    linked1_assigned_villageCode
  )[-1]) AS villageCode_subject
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
      if(
        hit,
        arrayConcat(
          CAST([], 'Array(Tuple(UInt32, UInt8))'),
          arrayMap(p -> (toUInt32(p), toUInt8(0 /* assigned */)), tupleElement(violated0, 3)),
          arrayMap(
            p -> (toUInt32(p), toUInt8(1 /* signed */)),
            arrayResize(
              arrayFilter((signed_places_i) -> has(tupleElement(violated0, 6), signed_places_i), signed_places),
              if(
                notEmpty(violated0),
                length(arrayFilter(
                  (signed_places_i) -> has(tupleElement(violated0, 6), signed_places_i),
                  signed_places
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
              arrayConcat(
                CAST([], 'Array(Int64)'),
                arrayFilter(
                  (x1, x2) -> x2,
                  arraySlice(tupleElement(timeline, 1 /* atMs */), existing + 1),
                  arrayMap(
                    (w0) -> bitAnd(w0, 13) != 0 /* assigned, signed, otherwise */,
                    arraySlice(tupleElement(timeline, 8 /* marks */), existing + 1)
                  )
                )
              ),
              arrayConcat(CAST([], 'Array(Int64)'), CAST([], 'Array(Int64)'))
            ),
            arrayFilter(
              (x1, x2, x3) -> (
                x2
                AND arrayExists(
                  (x4, x5) -> (x4 AND ifNull(x3 = x5, 0)),
                  arrayMap((w0) -> bitAnd(w0, 1) != 0 /* assigned */, tupleElement(timeline, 8 /* marks */)),
                  tupleElement(timeline, 9 /* cell_orderId */)
                )
              ),
              arraySlice(tupleElement(timeline, 1 /* atMs */), existing + 1),
              arrayMap(
                (w0) -> bitAnd(w0, 2) != 0 /* order */,
                arraySlice(tupleElement(timeline, 8 /* marks */), existing + 1)
              ),
              arraySlice(tupleElement(timeline, 9 /* cell_orderId */), existing + 1)
            )
          )),
          0
        ) AS due
      FROM (
        SELECT *,
          arraySort(arrayConcat(violated0)) AS violated
        FROM (
          SELECT *,
            arrayFilter((judged0_i) -> (tupleElement(judged0_i, 7) > 0), judged0) AS violated0
          FROM (
            SELECT *,
              arrayFilter(
                (x1, x2) -> x2,
                arrayMap(
                  (start0_due_i, start0_place_i, start0_at_i, start0_limit_i, late0_place_i, late0_at_i) -> (
                    toInt64((start0_due_i + 1)),
                    toInt64(0),
                    toInt64(start0_place_i),
                    toInt64(start0_at_i),
                    toInt64(start0_due_i),
                    toInt64(late0_place_i),
                    toInt64(late0_at_i),
                    toInt64(start0_limit_i)
                  ),
                  start0_due,
                  start0_place,
                  start0_at,
                  start0_limit,
                  late0_place,
                  late0_at
                ),
                arrayMap(
                  (start0_due_i, x2) -> ((start0_due_i < 9000000000000000) AND (NOT x2)),
                  start0_due,
                  arrayMap(
                    (start0_due_i, fulfilled0_at_i) -> (
                      (fulfilled0_at_i > 0)
                      AND (fulfilled0_at_i < (start0_due_i + 1))
                    ),
                    start0_due,
                    fulfilled0_at
                  )
                )
              ) AS judged0
            FROM (
              SELECT *,
                arrayMap(
                  (start0_limit_i, start0_day_i, start0_ordinal_i) -> multiIf(
                    start0_limit_i < 0,
                    9000000000000000,
                    start0_limit_i = 0,
                    ((start0_day_i) + 1) * 86400000 - 28800000,
                    (
                      (
                        calendar.1
                        + toInt64(reinterpretAsUInt16(substring(
                          calendar.4,
                          2 * (
                            start0_ordinal_i
                            + greatest(start0_limit_i, 1) - calendar.3
                            + 1
                            + throwIf(
                              (start0_ordinal_i + greatest(start0_limit_i, 1) - calendar.3 + 1) < 1
                                OR (
                                  start0_ordinal_i
                                  + greatest(start0_limit_i, 1) - calendar.3
                                  + 1
                                ) > intDiv(length(calendar.4), 2),
                              'calendar: day outside'
                            )
                          ) - 1,
                          2
                        )))
                      )
                      + 1
                    ) * 86400000 - 28800000
                  ),
                  start0_limit,
                  start0_day,
                  start0_ordinal
                ) AS start0_due
              FROM (
                SELECT *,
                  arrayMap(
                    (start0_day_i) -> toInt64(reinterpretAsUInt16(substring(
                      calendar.2,
                      2 * (
                        start0_day_i - calendar.1
                        + 1
                        + throwIf(
                          (start0_day_i - calendar.1 + 1) < 1
                            OR (start0_day_i - calendar.1 + 1) > intDiv(length(calendar.2), 2),
                          'calendar: day outside'
                        )
                      ) - 1,
                      2
                    ))),
                    start0_day
                  ) AS start0_ordinal
                FROM (
                  SELECT *,
                    arrayMap(
                      (start0_limit_i, x2) -> if((start0_limit_i < 0), toInt64(calendar.1), toInt64(x2)),
                      start0_limit,
                      arrayMap((start0_at_i) -> ifNull(intDiv(start0_at_i + 28800000, 86400000), calendar.1), start0_at)
                    ) AS start0_day
                  FROM (
                    SELECT *,
                      arrayMap(
                        (start0_at_i) -> toInt64(ifNull(
                          if(intDiv(start0_at_i + 28800000, 86400000) IS NULL, NULL, {p3:Int64}),
                          -1
                        )),
                        start0_at
                      ) AS start0_limit,
                      arrayMap(
                        (linked1_assigned_i) -> all_townshipCode[linked1_assigned_i],
                        linked1_assigned
                      ) AS linked1_assigned_townshipCode,
                      arrayMap(
                        (linked1_assigned_i) -> all_villageCode[linked1_assigned_i],
                        linked1_assigned
                      ) AS linked1_assigned_villageCode
                    FROM (
                      SELECT *,
                        assigned_at AS start0_at,
                        assigned_places AS start0_place,
                        arrayFilter(
                          (x1, x2) -> x2,
                          arraySlice(
                            arrayPushBack(
                              arrayReverseFill(
                                x -> x > 0,
                                arrayMap(
                                  (all_places_i, x2) -> if(x2, toInt64(all_places_i), toInt64(0)),
                                  all_places,
                                  arrayMap((w0) -> bitAnd(w0, 4) != 0 /* signed */, all_marks)
                                )
                              ),
                              0
                            ),
                            2
                          ),
                          arrayMap((w0) -> bitAnd(w0, 1) != 0 /* assigned */, all_marks)
                        ) AS late0_place,
                        arrayFilter(
                          (x1, x2) -> x2,
                          arraySlice(
                            arrayPushBack(
                              arrayReverseFill(
                                x -> x > 0,
                                arrayMap(
                                  (all_at_i, x2) -> if(x2, toInt64(all_at_i), toInt64(0)),
                                  all_at,
                                  arrayMap((w0) -> bitAnd(w0, 4) != 0 /* signed */, all_marks)
                                )
                              ),
                              0
                            ),
                            2
                          ),
                          arrayMap((w0) -> bitAnd(w0, 1) != 0 /* assigned */, all_marks)
                        ) AS late0_at,
                        arrayFilter(
                          (x1, x2) -> x2,
                          arraySlice(
                            arrayPushBack(
                              arrayReverseFill(
                                x -> x > 0,
                                arrayMap(
                                  (all_at_i, x2) -> if(x2, toInt64(all_at_i), toInt64(0)),
                                  all_at,
                                  arrayMap((w0) -> bitAnd(w0, 12) != 0 /* signed, otherwise */, all_marks)
                                )
                              ),
                              0
                            ),
                            2
                          ),
                          arrayMap((w0) -> bitAnd(w0, 1) != 0 /* assigned */, all_marks)
                        ) AS fulfilled0_at,
                        arrayFilter(
                          (order_places_i, x2) -> x2,
                          order_places,
                          arrayMap((v1) -> arrayExists((w1) -> ifNull(v1 = w1, 0), assigned_orderId), order_orderId)
                        ) AS linked1_assigned
                      FROM (
                        SELECT *,
                          arrayFilter((x, m) -> bitTest(m, 0), all_places, all_marks) AS assigned_places,
                          arrayFilter((x, m) -> bitTest(m, 0), all_at, all_marks) AS assigned_at,
                          arrayFilter((x, m) -> bitTest(m, 1), all_orderId, all_marks) AS order_orderId,
                          arrayFilter((x, m) -> bitTest(m, 0), all_orderId, all_marks) AS assigned_orderId,
                          arrayFilter((x, m) -> bitTest(m, 1), all_places, all_marks) AS order_places,
                          arrayFilter((x, m) -> bitTest(m, 2), all_places, all_marks) AS signed_places
                        FROM (
                          SELECT *,
                            arrayCount(a -> a <= {now:Int64}, timeline.1) AS existing,
                            arraySlice(tupleElement(timeline, 8 /* marks */), 1, existing) AS all_marks,
                            arraySlice(tupleElement(timeline, 9 /* cell_orderId */), 1, existing) AS all_orderId,
                            arraySlice(
                              tupleElement(timeline, 10 /* cell_townshipCode */),
                              1,
                              existing
                            ) AS all_townshipCode,
                            arraySlice(
                              tupleElement(timeline, 11 /* cell_villageCode */),
                              1,
                              existing
                            ) AS all_villageCode,
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
                                cell_orderId,
                                cell_townshipCode,
                                cell_villageCode
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
                                toUInt8(1 /* hotline.order-event */) AS type,
                                toUInt64(version) AS version,
                                toUInt64(streamOffset) AS streamOffset,
                                toString(hash) AS hash,
                                toUInt64(
                                  if(
                                    ifNull(action IN ({p0:String}, {p1:String}), 0)
                                      AND NOT ifNull(role = {p2:String}, 0),
                                    1 /* assigned */,
                                    0
                                  )
                                  + if(ifNull(action = {p4:String}, 0), 4 /* signed */, 0)
                                  + if(
                                    ifNull(action IN ({p5:String}, {p6:String}, {p7:String}), 0),
                                    8 /* otherwise */,
                                    0
                                  )
                                ) AS marks,
                                CAST(orderId, 'Nullable(String)') AS cell_orderId,
                                CAST(NULL, 'Nullable(String)') AS cell_townshipCode,
                                CAST(NULL, 'Nullable(String)') AS cell_villageCode
                              FROM cur_hotline_order_event FINAL
                              WHERE unitId IS NOT NULL
                                AND (
                                  (
                                    ifNull(action IN ({p0:String}, {p1:String}), 0)
                                    AND NOT ifNull(role = {p2:String}, 0)
                                  )
                                  OR (ifNull(action = {p4:String}, 0))
                                  OR (ifNull(action IN ({p5:String}, {p6:String}, {p7:String}), 0))
                                )
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
                                linked.cell_orderId AS cell_orderId,
                                linked.cell_townshipCode AS cell_townshipCode,
                                linked.cell_villageCode AS cell_villageCode
                              FROM (
                                SELECT
                                  toInt64(atMs) AS atMs,
                                  toInt64(0) AS ord,
                                  id AS id,
                                  toUInt8(0 /* hotline.order */) AS type,
                                  toUInt64(version) AS version,
                                  toUInt64(streamOffset) AS streamOffset,
                                  toString(hash) AS hash,
                                  toUInt64(2 /* order */) AS marks,
                                  CAST(orderId, 'Nullable(String)') AS cell_orderId,
                                  CAST(townshipCode, 'Nullable(String)') AS cell_townshipCode,
                                  CAST(villageCode, 'Nullable(String)') AS cell_villageCode,
                                  assumeNotNull(CAST(orderId, 'Nullable(String)')) AS k0
                                FROM cur_hotline_order FINAL
                                WHERE orderId IS NOT NULL
                              ) AS linked
                              INNER JOIN (
                                SELECT DISTINCT
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
            )
          )
        )
      )
    )
    WHERE hit OR due > 0
  )
)
