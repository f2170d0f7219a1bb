WITH
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
          arrayMap(
            p -> (toUInt32(p), toUInt8(1 /* contacted */)),
            arrayResize(
              arrayFilter(
                (contacted_places_i) -> has(tupleElement(violated0, 6), contacted_places_i),
                contacted_places
              ),
              if(
                notEmpty(violated0),
                length(arrayFilter(
                  (contacted_places_i) -> has(tupleElement(violated0, 6), contacted_places_i),
                  contacted_places
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
                    (w0) -> bitAnd(w0, 5) != 0 /* signed, contacted */,
                    arraySlice(tupleElement(timeline, 8 /* marks */), existing + 1)
                  )
                )
              ),
              arrayConcat(
                CAST([], 'Array(Int64)'),
                tupleElement(arrayFilter((judged0_i) -> (tupleElement(judged0_i, 1) > {now:Int64}), judged0), 1)
              )
            ),
            arrayFilter(
              (x1, x2, x3) -> (
                x2
                AND arrayExists(
                  (x4, x5) -> (x4 AND ifNull(x3 = x5, 0)),
                  arrayMap((w0) -> bitAnd(w0, 1) != 0 /* signed */, tupleElement(timeline, 8 /* marks */)),
                  tupleElement(timeline, 11 /* cell_entry_or_unitId */)
                )
              ),
              arraySlice(tupleElement(timeline, 1 /* atMs */), existing + 1),
              arrayMap(
                (w0) -> bitAnd(w0, 2) != 0 /* permitted */,
                arraySlice(tupleElement(timeline, 8 /* marks */), existing + 1)
              ),
              arraySlice(tupleElement(timeline, 11 /* cell_entry_or_unitId */), existing + 1)
            )
          )),
          0
        ) AS due
      FROM (
        SELECT *,
          arraySort(arrayConcat(violated0)) AS violated
        FROM (
          SELECT *,
            arrayFilter((judged0_i) -> (tupleElement(judged0_i, 1) <= {now:Int64}), judged0) AS violated0
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
                  (start0_limit_i, start0_at_i) -> if(
                    (start0_limit_i < 0),
                    toInt64(9000000000000000),
                    toInt64((start0_at_i + (start0_limit_i * 3600000)))
                  ),
                  start0_limit,
                  start0_at
                ) AS start0_due
              FROM (
                SELECT *,
                  arrayMap(
                    (start0_at_i) -> toInt64(ifNull(
                      if(intDiv(start0_at_i + 28800000, 86400000) IS NULL, NULL, {p2:Int64}),
                      -1
                    )),
                    start0_at
                  ) AS start0_limit
                FROM (
                  SELECT *,
                    unlisted0_signed_0_at AS start0_at
                  FROM (
                    SELECT *,
                      arrayMap(
                        (unlisted0_signed_0_i) -> all_at[unlisted0_signed_0_i],
                        unlisted0_signed_0
                      ) AS unlisted0_signed_0_at,
                      unlisted0_signed_0 AS start0_place,
                      arrayFilter(
                        (x1, x2) -> x2,
                        arraySlice(
                          arrayPushBack(
                            arrayReverseFill(
                              x -> x > 0,
                              arrayMap(
                                (all_places_i, x2) -> if(x2, toInt64(all_places_i), toInt64(0)),
                                all_places,
                                arrayMap((w0) -> bitAnd(w0, 4) != 0 /* contacted */, all_marks)
                              )
                            ),
                            0
                          ),
                          2
                        ),
                        arrayMap(
                          (all_places_i, x2) -> (x2 OR has(unlisted0_signed_0, all_places_i)),
                          all_places,
                          arrayMap(x -> 0, all_at)
                        )
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
                                arrayMap((w0) -> bitAnd(w0, 4) != 0 /* contacted */, all_marks)
                              )
                            ),
                            0
                          ),
                          2
                        ),
                        arrayMap(
                          (all_places_i, x2) -> (x2 OR has(unlisted0_signed_0, all_places_i)),
                          all_places,
                          arrayMap(x -> 0, all_at)
                        )
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
                                arrayMap((w0) -> bitAnd(w0, 4) != 0 /* contacted */, all_marks)
                              )
                            ),
                            0
                          ),
                          2
                        ),
                        arrayMap(
                          (all_places_i, x2) -> (x2 OR has(unlisted0_signed_0, all_places_i)),
                          all_places,
                          arrayMap(x -> 0, all_at)
                        )
                      ) AS fulfilled0_at
                    FROM (
                      SELECT *,
                        arrayFilter(
                          (signed_places_i, signed_at_i, signed_unitId_i) -> (NOT arrayExists(
                            (linked1_signed_j, linked1_signed_entry_j, linked1_signed_validFrom_j, linked1_signed_validTo_j) -> (
                              (
                                ifNull(linked1_signed_entry_j = signed_unitId_i, 0)
                                AND (
                                  (linked1_signed_validFrom_j IS NULL)
                                  OR ifNull(linked1_signed_validFrom_j <= intDiv(signed_at_i + 28800000, 86400000), 0)
                                )
                              )
                              AND (
                                (linked1_signed_validTo_j IS NULL)
                                OR ifNull(intDiv(signed_at_i + 28800000, 86400000) <= linked1_signed_validTo_j, 0)
                              )
                            ),
                            linked1_signed,
                            linked1_signed_entry,
                            linked1_signed_validFrom,
                            linked1_signed_validTo
                          )),
                          signed_places,
                          signed_at,
                          signed_unitId
                        ) AS unlisted0_signed_0
                      FROM (
                        SELECT *,
                          arrayMap(
                            (linked1_signed_i) -> all_entry_or_unitId[linked1_signed_i],
                            linked1_signed
                          ) AS linked1_signed_entry,
                          arrayMap(
                            (linked1_signed_i) -> all_validFrom[linked1_signed_i],
                            linked1_signed
                          ) AS linked1_signed_validFrom,
                          arrayMap(
                            (linked1_signed_i) -> all_validTo[linked1_signed_i],
                            linked1_signed
                          ) AS linked1_signed_validTo
                        FROM (
                          SELECT *,
                            arrayFilter(
                              (permitted_places_i, x2) -> x2,
                              permitted_places,
                              arrayMap((v1) -> arrayExists((w1) -> ifNull(v1 = w1, 0), signed_unitId), permitted_entry)
                            ) AS linked1_signed
                          FROM (
                            SELECT *,
                              arrayFilter((x, m) -> bitTest(m, 1), all_entry_or_unitId, all_marks) AS permitted_entry,
                              arrayFilter((x, m) -> bitTest(m, 0), all_entry_or_unitId, all_marks) AS signed_unitId,
                              arrayFilter((x, m) -> bitTest(m, 1), all_places, all_marks) AS permitted_places,
                              arrayFilter((x, m) -> bitTest(m, 0), all_places, all_marks) AS signed_places,
                              arrayFilter((x, m) -> bitTest(m, 0), all_at, all_marks) AS signed_at,
                              arrayFilter((x, m) -> bitTest(m, 2), all_places, all_marks) AS contacted_places
                            FROM (
                              SELECT *,
                                arrayCount(a -> a <= {now:Int64}, timeline.1) AS existing,
                                arraySlice(
                                  tupleElement(timeline, 11 /* cell_entry_or_unitId */),
                                  1,
                                  existing
                                ) AS all_entry_or_unitId,
                                arraySlice(tupleElement(timeline, 8 /* marks */), 1, existing) AS all_marks,
                                arraySlice(
                                  tupleElement(timeline, 9 /* cell_validFrom */),
                                  1,
                                  existing
                                ) AS all_validFrom,
                                arraySlice(tupleElement(timeline, 10 /* cell_validTo */), 1, existing) AS all_validTo,
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
                                    cell_validFrom,
                                    cell_validTo,
                                    cell_entry_or_unitId
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
                                      if(ifNull(action = {p0:String}, 0), 1 /* signed */, 0)
                                      + if(ifNull(action = {p3:String}, 0), 4 /* contacted */, 0)
                                    ) AS marks,
                                    CAST(NULL, 'Nullable(Int64)') AS cell_validFrom,
                                    CAST(NULL, 'Nullable(Int64)') AS cell_validTo,
                                    CAST(unitId, 'Nullable(String)') AS cell_entry_or_unitId
                                  FROM cur_hotline_order_event FINAL
                                  WHERE unitId IS NOT NULL
                                    AND ((ifNull(action = {p0:String}, 0)) OR (ifNull(action = {p3:String}, 0)))
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
                                    linked.cell_validFrom AS cell_validFrom,
                                    linked.cell_validTo AS cell_validTo,
                                    linked.cell_entry_or_unitId AS cell_entry_or_unitId
                                  FROM (
                                    SELECT
                                      toInt64(atMs) AS atMs,
                                      toInt64(0) AS ord,
                                      id AS id,
                                      toUInt8(0 /* directory.list-entry */) AS type,
                                      toUInt64(version) AS version,
                                      toUInt64(streamOffset) AS streamOffset,
                                      toString(hash) AS hash,
                                      toUInt64(if(ifNull(list = {p1:String}, 0), 2 /* permitted */, 0)) AS marks,
                                      CAST(toInt32(validFrom), 'Nullable(Int64)') AS cell_validFrom,
                                      CAST(toInt32(validTo), 'Nullable(Int64)') AS cell_validTo,
                                      CAST(entry, 'Nullable(String)') AS cell_entry_or_unitId,
                                      assumeNotNull(CAST(entry, 'Nullable(String)')) AS k0
                                    FROM cur_directory_list_entry_by_entry FINAL
                                    WHERE entry IS NOT NULL
                                      AND ((ifNull(list = {p1:String}, 0)))
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
                                      assumeNotNull(CAST(unitId, 'Nullable(String)')) AS k0
                                    FROM cur_hotline_order_event FINAL
                                    WHERE unitId IS NOT NULL
                                      AND unitId IS NOT NULL
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
      )
    )
    WHERE hit OR due > 0
  )
)
