WITH
  if(hit, toInt64(momentAt[first]), 0) AS occurredAt,
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
  toString(parts[last]) AS part_figure,
  toString(wholes[last]) AS whole_figure,
  toString(if(
    wholes[last] > 0,
    toInt64(intDiv(toInt128(parts[last]) * 100, toInt128(greatest(wholes[last], 1)))),
    0
  )) AS percent_figure,
  toString(wholeAt[1]) AS firstAtMs_figure,
  toString(wholeAt[-1]) AS lastAtMs_figure
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
      if(
        hit,
        arrayConcat(
          CAST([], 'Array(Tuple(UInt32, UInt8))'),
          arrayMap(
            p -> (toUInt32(p), toUInt8(1 /* dissatisfied */)),
            arrayFilter(
              (unlisted0_dissatisfied_1_i, unlisted0_dissatisfied_1_at_i) -> (
                (unlisted0_dissatisfied_1_i <= lastPlace)
                AND ((lastAt - unlisted0_dissatisfied_1_at_i) < ({p0:Int64} * 86400000))
              ),
              unlisted0_dissatisfied_1,
              unlisted0_dissatisfied_1_at
            )
          )
        ),
        CAST([], 'Array(Tuple(UInt32, UInt8))')
      ) AS proof
    FROM (
      SELECT *,
        (first > 0) AS hit,
        ifNull(
          arrayMin(arrayConcat(
            arrayConcat(
              arrayConcat(
                CAST([], 'Array(Int64)'),
                arrayFilter(
                  (x1, x2) -> x2,
                  arraySlice(tupleElement(timeline, 1 /* atMs */), existing + 1),
                  arrayMap(
                    (w0) -> bitAnd(w0, 5) != 0 /* revisited, dissatisfied */,
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
                  arrayMap((w0) -> bitAnd(w0, 4) != 0 /* revisited */, tupleElement(timeline, 8 /* marks */)),
                  tupleElement(timeline, 10 /* cell_entry_or_orderId */)
                )
              ),
              arraySlice(tupleElement(timeline, 1 /* atMs */), existing + 1),
              arrayMap(
                (w0) -> bitAnd(w0, 2) != 0 /* permitted */,
                arraySlice(tupleElement(timeline, 8 /* marks */), existing + 1)
              ),
              arraySlice(tupleElement(timeline, 10 /* cell_entry_or_orderId */), existing + 1)
            )
          )),
          0
        ) AS due
      FROM (
        SELECT *,
          arrayFilter(
            (unlisted2_revisited_1_at_i, unlisted2_revisited_1_i) -> (
              (unlisted2_revisited_1_i <= lastPlace)
              AND ((lastAt - unlisted2_revisited_1_at_i) < ({p0:Int64} * 86400000))
            ),
            unlisted2_revisited_1_at,
            unlisted2_revisited_1
          ) AS wholeAt
        FROM (
          SELECT *,
            moments[last] AS lastPlace,
            momentAt[last] AS lastAt
          FROM (
            SELECT *,
              arrayFirstIndex((holdsAt_i) -> holdsAt_i, holdsAt) AS first,
              arrayMax(arrayMap(
                (holdsAt_i, x2) -> if(holdsAt_i, toInt64(x2), toInt64(0)),
                holdsAt,
                arrayEnumerate(momentAt)
              )) AS last
            FROM (
              SELECT *,
                arrayMap(
                  (parts_i, wholes_i) -> (
                    ((wholes_i >= {p3:Int64}) AND (wholes_i > 0))
                    AND (NOT ifNull(toInt128(parts_i) * 100 < toInt128(wholes_i) * {p4:Int64}, 0))
                  ),
                  parts,
                  wholes
                ) AS holdsAt
              FROM (
                SELECT *,
                  arrayMap(
                    (moments_i, momentAt_i) -> arrayCount(
                      (unlisted0_dissatisfied_1_j, unlisted0_dissatisfied_1_at_j) -> (
                        (unlisted0_dissatisfied_1_j <= moments_i)
                        AND ((momentAt_i - unlisted0_dissatisfied_1_at_j) < ({p0:Int64} * 86400000))
                      ),
                      unlisted0_dissatisfied_1,
                      unlisted0_dissatisfied_1_at
                    ),
                    moments,
                    momentAt
                  ) AS parts,
                  arrayMap(
                    (moments_i, momentAt_i) -> arrayCount(
                      (unlisted2_revisited_1_j, unlisted2_revisited_1_at_j) -> (
                        (unlisted2_revisited_1_j <= moments_i)
                        AND ((momentAt_i - unlisted2_revisited_1_at_j) < ({p0:Int64} * 86400000))
                      ),
                      unlisted2_revisited_1,
                      unlisted2_revisited_1_at
                    ),
                    moments,
                    momentAt
                  ) AS wholes
                FROM (
                  SELECT *,
                    arrayFilter(
                      (all_places_i, x2) -> x2,
                      all_places,
                      arrayMap(
                        (all_places_i, x2) -> (
                          (x2 OR has(unlisted0_dissatisfied_1, all_places_i))
                          OR has(unlisted2_revisited_1, all_places_i)
                        ),
                        all_places,
                        arrayMap(x -> 0, all_at)
                      )
                    ) AS moments,
                    arrayFilter(
                      (all_at_i, x2) -> x2,
                      all_at,
                      arrayMap(
                        (all_places_i, x2) -> (
                          (x2 OR has(unlisted0_dissatisfied_1, all_places_i))
                          OR has(unlisted2_revisited_1, all_places_i)
                        ),
                        all_places,
                        arrayMap(x -> 0, all_at)
                      )
                    ) AS momentAt,
                    arrayMap(
                      (unlisted0_dissatisfied_1_i) -> all_at[unlisted0_dissatisfied_1_i],
                      unlisted0_dissatisfied_1
                    ) AS unlisted0_dissatisfied_1_at,
                    arrayMap(
                      (unlisted2_revisited_1_i) -> all_at[unlisted2_revisited_1_i],
                      unlisted2_revisited_1
                    ) AS unlisted2_revisited_1_at
                  FROM (
                    SELECT *,
                      arrayFilter(
                        (unlisted0_dissatisfied_0_i, unlisted0_dissatisfied_0_at_i, unlisted0_dissatisfied_0_orderId_i) -> (NOT (
                          arrayExists(
                            (linked1_revisited_j, linked1_revisited_entry_j) -> ifNull(
                              linked1_revisited_entry_j = unlisted0_dissatisfied_0_orderId_i,
                              0
                            ),
                            linked1_revisited,
                            linked1_revisited_entry
                          )
                          AND ifNull(intDiv(unlisted0_dissatisfied_0_at_i + 28800000, 86400000) <= 20454, 0)
                        )),
                        unlisted0_dissatisfied_0,
                        unlisted0_dissatisfied_0_at,
                        unlisted0_dissatisfied_0_orderId
                      ) AS unlisted0_dissatisfied_1,
                      arrayFilter(
                        (unlisted2_revisited_0_i, unlisted2_revisited_0_at_i, unlisted2_revisited_0_orderId_i) -> (NOT (
                          arrayExists(
                            (linked1_revisited_j, linked1_revisited_entry_j) -> ifNull(
                              linked1_revisited_entry_j = unlisted2_revisited_0_orderId_i,
                              0
                            ),
                            linked1_revisited,
                            linked1_revisited_entry
                          )
                          AND ifNull(intDiv(unlisted2_revisited_0_at_i + 28800000, 86400000) <= 20454, 0)
                        )),
                        unlisted2_revisited_0,
                        unlisted2_revisited_0_at,
                        unlisted2_revisited_0_orderId
                      ) AS unlisted2_revisited_1
                    FROM (
                      SELECT *,
                        arrayMap(
                          (unlisted0_dissatisfied_0_i) -> all_at[unlisted0_dissatisfied_0_i],
                          unlisted0_dissatisfied_0
                        ) AS unlisted0_dissatisfied_0_at,
                        arrayMap(
                          (unlisted0_dissatisfied_0_i) -> all_entry_or_orderId[unlisted0_dissatisfied_0_i],
                          unlisted0_dissatisfied_0
                        ) AS unlisted0_dissatisfied_0_orderId,
                        arrayMap(
                          (unlisted2_revisited_0_i) -> all_at[unlisted2_revisited_0_i],
                          unlisted2_revisited_0
                        ) AS unlisted2_revisited_0_at,
                        arrayMap(
                          (unlisted2_revisited_0_i) -> all_entry_or_orderId[unlisted2_revisited_0_i],
                          unlisted2_revisited_0
                        ) AS unlisted2_revisited_0_orderId
                      FROM (
                        SELECT *,
                          arrayFilter(
                            (dissatisfied_places_i, dissatisfied_at_i, dissatisfied_orderId_i) -> (NOT arrayExists(
                              (linked1_revisited_j, linked1_revisited_entry_j, linked1_revisited_validFrom_j) -> (
                                ifNull(linked1_revisited_entry_j = dissatisfied_orderId_i, 0)
                                AND (
                                  (linked1_revisited_validFrom_j IS NULL)
                                  OR ifNull(
                                    linked1_revisited_validFrom_j <= intDiv(dissatisfied_at_i + 28800000, 86400000),
                                    0
                                  )
                                )
                              ),
                              linked1_revisited,
                              linked1_revisited_entry,
                              linked1_revisited_validFrom
                            )),
                            dissatisfied_places,
                            dissatisfied_at,
                            dissatisfied_orderId
                          ) AS unlisted0_dissatisfied_0,
                          arrayFilter(
                            (revisited_places_i, revisited_at_i, revisited_orderId_i) -> (NOT arrayExists(
                              (linked1_revisited_j, linked1_revisited_entry_j, linked1_revisited_validFrom_j) -> (
                                ifNull(linked1_revisited_entry_j = revisited_orderId_i, 0)
                                AND (
                                  (linked1_revisited_validFrom_j IS NULL)
                                  OR ifNull(
                                    linked1_revisited_validFrom_j <= intDiv(revisited_at_i + 28800000, 86400000),
                                    0
                                  )
                                )
                              ),
                              linked1_revisited,
                              linked1_revisited_entry,
                              linked1_revisited_validFrom
                            )),
                            revisited_places,
                            revisited_at,
                            revisited_orderId
                          ) AS unlisted2_revisited_0
                        FROM (
                          SELECT *,
                            arrayMap(
                              (linked1_revisited_i) -> all_entry_or_orderId[linked1_revisited_i],
                              linked1_revisited
                            ) AS linked1_revisited_entry,
                            arrayMap(
                              (linked1_revisited_i) -> all_validFrom[linked1_revisited_i],
                              linked1_revisited
                            ) AS linked1_revisited_validFrom
                          FROM (
                            SELECT *,
                              arrayFilter(
                                (permitted_places_i, x2) -> x2,
                                permitted_places,
                                arrayMap(
                                  (v1) -> arrayExists((w1) -> ifNull(v1 = w1, 0), revisited_orderId),
                                  permitted_entry
                                )
                              ) AS linked1_revisited
                            FROM (
                              SELECT *,
                                arrayFilter(
                                  (x, m) -> bitTest(m, 1),
                                  all_entry_or_orderId,
                                  all_marks
                                ) AS permitted_entry,
                                arrayFilter(
                                  (x, m) -> bitTest(m, 2),
                                  all_entry_or_orderId,
                                  all_marks
                                ) AS revisited_orderId,
                                arrayFilter((x, m) -> bitTest(m, 1), all_places, all_marks) AS permitted_places,
                                arrayFilter((x, m) -> bitTest(m, 0), all_places, all_marks) AS dissatisfied_places,
                                arrayFilter((x, m) -> bitTest(m, 0), all_at, all_marks) AS dissatisfied_at,
                                arrayFilter(
                                  (x, m) -> bitTest(m, 0),
                                  all_entry_or_orderId,
                                  all_marks
                                ) AS dissatisfied_orderId,
                                arrayFilter((x, m) -> bitTest(m, 2), all_places, all_marks) AS revisited_places,
                                arrayFilter((x, m) -> bitTest(m, 2), all_at, all_marks) AS revisited_at
                              FROM (
                                SELECT *,
                                  arrayCount(a -> a <= {now:Int64}, timeline.1) AS existing,
                                  arraySlice(
                                    tupleElement(timeline, 10 /* cell_entry_or_orderId */),
                                    1,
                                    existing
                                  ) AS all_entry_or_orderId,
                                  arraySlice(tupleElement(timeline, 8 /* marks */), 1, existing) AS all_marks,
                                  arraySlice(
                                    tupleElement(timeline, 9 /* cell_validFrom */),
                                    1,
                                    existing
                                  ) AS all_validFrom,
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
                                      cell_entry_or_orderId
                                    ))) AS timeline
                                  FROM (
                                    SELECT
                                      assumeNotNull(CAST(unitId, 'Nullable(String)')) AS scope,
                                      toInt64(atMs) AS atMs,
                                      toInt64(ifNull(stepNo, 0)) AS ord,
                                      id AS id,
                                      toUInt8(1 /* hotline.order-event */) AS type,
                                      toUInt64(version) AS version,
                                      toUInt64(streamOffset) AS streamOffset,
                                      toString(hash) AS hash,
                                      toUInt64(
                                        if(
                                          ifNull(action = {p1:String}, 0) AND ifNull(solved = {p2:Bool}, 0),
                                          1 /* dissatisfied */,
                                          0
                                        )
                                        + if(ifNull(action = {p1:String}, 0), 4 /* revisited */, 0)
                                      ) AS marks,
                                      CAST(NULL, 'Nullable(Int64)') AS cell_validFrom,
                                      CAST(orderId, 'Nullable(String)') AS cell_entry_or_orderId
                                    FROM cur_hotline_order_event_by_unitId_action FINAL
                                    WHERE unitId IS NOT NULL
                                      AND (
                                        (ifNull(action = {p1:String}, 0) AND ifNull(solved = {p2:Bool}, 0))
                                        OR (ifNull(action = {p1:String}, 0))
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
                                      linked.cell_validFrom AS cell_validFrom,
                                      linked.cell_entry_or_orderId AS cell_entry_or_orderId
                                    FROM (
                                      SELECT
                                        toInt64(atMs) AS atMs,
                                        toInt64(0) AS ord,
                                        id AS id,
                                        toUInt8(0 /* directory.list-entry */) AS type,
                                        toUInt64(version) AS version,
                                        toUInt64(streamOffset) AS streamOffset,
                                        toString(hash) AS hash,
                                        toUInt64(2 /* permitted */) AS marks,
                                        CAST(toInt32(validFrom), 'Nullable(Int64)') AS cell_validFrom,
                                        CAST(entry, 'Nullable(String)') AS cell_entry_or_orderId,
                                        assumeNotNull(CAST(entry, 'Nullable(String)')) AS k0
                                      FROM cur_directory_list_entry_by_entry FINAL
                                      WHERE entry IS NOT NULL
                                    ) AS linked
                                    INNER JOIN (
                                      SELECT DISTINCT
                                        assumeNotNull(CAST(unitId, 'Nullable(String)')) AS scope,
                                        assumeNotNull(CAST(orderId, 'Nullable(String)')) AS k0
                                      FROM cur_hotline_order_event_by_unitId_action FINAL
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
        )
      )
    )
    WHERE hit OR due > 0
  )
)
