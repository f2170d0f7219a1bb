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
  if(hit, toInt64(arrayMax([toInt64(partRecords_at[-1]), toInt64(assigned_at[-1])])), 0) AS occurredAt,
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
  toString(part) AS part_figure,
  toString(whole) AS whole_figure,
  toString(if(whole > 0, toInt64(intDiv(toInt128(part) * 100, toInt128(greatest(whole, 1)))), 0)) AS percent_figure,
  toString(assigned_at[1]) AS firstAtMs_figure,
  toString(assigned_at[-1]) AS lastAtMs_figure
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
          arrayMap(p -> (toUInt32(p), toUInt8(2 /* moved */)), partRecords)
        ),
        CAST([], 'Array(Tuple(UInt32, UInt8))')
      ) AS proof
    FROM (
      SELECT *,
        holds AS hit,
        ifNull(
          arrayMin(arrayConcat(
            arrayConcat(
              arrayConcat(
                CAST([], 'Array(Int64)'),
                arrayFilter(
                  (x1, x2) -> x2,
                  arraySlice(tupleElement(timeline, 1 /* atMs */), existing + 1),
                  arrayMap(
                    (w0) -> bitAnd(w0, 6) != 0 /* assigned, returned */,
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
                  arrayMap((w0) -> bitAnd(w0, 2) != 0 /* returned */, tupleElement(timeline, 8 /* marks */)),
                  tupleElement(timeline, 11 /* cell_orderId */)
                )
              ),
              arraySlice(tupleElement(timeline, 1 /* atMs */), existing + 1),
              arrayMap(
                (w0) -> bitAnd(w0, 1) != 0 /* moved */,
                arraySlice(tupleElement(timeline, 8 /* marks */), existing + 1)
              ),
              arraySlice(tupleElement(timeline, 11 /* cell_orderId */), existing + 1)
            )
          )),
          0
        ) AS due
      FROM (
        SELECT *,
          (
            ((whole >= {p3:Int64}) AND (whole > 0))
            AND (NOT ifNull(toInt128(part) * 100 < toInt128(whole) * {p4:Int64}, 0))
          ) AS holds
        FROM (
          SELECT *,
            length(partRecords) AS part,
            arrayMap((partRecords_i) -> all_at[partRecords_i], partRecords) AS partRecords_at
          FROM (
            SELECT *,
              arrayFilter(
                (linked0_returned_i, linked0_returned_at_i, linked0_returned_extendedToMs_i) -> arrayExists(
                  (returned_places_j, returned_at_j, returned_extendedToMs_j, returned_stepNo_j) -> (
                    (returned_places_j < linked0_returned_i)
                    AND ifNull(
                      linked0_returned_extendedToMs_i <= (
                        returned_extendedToMs_j
                        + (if(
                          returned_stepNo_j BETWEEN -3660
                            AND 3660
                            AND intDiv(returned_extendedToMs_j + 28800000, 86400000) BETWEEN calendar.1
                            AND calendar.1
                            + intDiv(length(calendar.2), 2) - 1,
                          if(
                            returned_stepNo_j = 0,
                            toInt64(intDiv(returned_extendedToMs_j + 28800000, 86400000)),
                            calendar.1
                              + if(
                                (
                                  if(
                                    (
                                      intDiv(
                                        returned_extendedToMs_j + 28800000,
                                        86400000
                                      ) - (returned_stepNo_j < 0) - calendar.1
                                      + 1
                                    ) BETWEEN 1
                                      AND intDiv(length(calendar.2), 2),
                                    toInt64(reinterpretAsUInt16(substring(
                                      calendar.2,
                                      2 * (
                                        intDiv(
                                          returned_extendedToMs_j + 28800000,
                                          86400000
                                        ) - (returned_stepNo_j < 0) - calendar.1
                                        + 1
                                      ) - 1,
                                      2
                                    ))),
                                    NULL
                                  )
                                  + returned_stepNo_j
                                  + (returned_stepNo_j < 0) - calendar.3
                                  + 1
                                ) BETWEEN 1
                                  AND intDiv(length(calendar.4), 2),
                                toInt64(reinterpretAsUInt16(substring(
                                  calendar.4,
                                  2 * (
                                    if(
                                      (
                                        intDiv(
                                          returned_extendedToMs_j + 28800000,
                                          86400000
                                        ) - (returned_stepNo_j < 0) - calendar.1
                                        + 1
                                      ) BETWEEN 1
                                        AND intDiv(length(calendar.2), 2),
                                      toInt64(reinterpretAsUInt16(substring(
                                        calendar.2,
                                        2 * (
                                          intDiv(
                                            returned_extendedToMs_j + 28800000,
                                            86400000
                                          ) - (returned_stepNo_j < 0) - calendar.1
                                          + 1
                                        ) - 1,
                                        2
                                      ))),
                                      NULL
                                    )
                                    + returned_stepNo_j
                                    + (returned_stepNo_j < 0) - calendar.3
                                    + 1
                                  ) - 1,
                                  2
                                ))),
                                NULL
                              )
                          ),
                          NULL
                        ) - intDiv(returned_extendedToMs_j + 28800000, 86400000)) * 86400000
                      ),
                      0
                    )
                  ),
                  returned_places,
                  returned_at,
                  returned_extendedToMs,
                  returned_stepNo
                ),
                linked0_returned,
                linked0_returned_at,
                linked0_returned_extendedToMs
              ) AS partRecords
            FROM (
              SELECT *,
                arrayMap((linked0_returned_i) -> all_at[linked0_returned_i], linked0_returned) AS linked0_returned_at,
                arrayMap(
                  (linked0_returned_i) -> all_extendedToMs[linked0_returned_i],
                  linked0_returned
                ) AS linked0_returned_extendedToMs
              FROM (
                SELECT *,
                  length(assigned_places) AS whole,
                  arrayFilter(
                    (moved_places_i, x2) -> x2,
                    moved_places,
                    arrayMap((v1) -> arrayExists((w1) -> ifNull(v1 = w1, 0), returned_orderId), moved_orderId)
                  ) AS linked0_returned
                FROM (
                  SELECT *,
                    arrayFilter((x, m) -> bitTest(m, 0), all_orderId, all_marks) AS moved_orderId,
                    arrayFilter((x, m) -> bitTest(m, 1), all_orderId, all_marks) AS returned_orderId,
                    arrayFilter((x, m) -> bitTest(m, 0), all_places, all_marks) AS moved_places,
                    arrayFilter((x, m) -> bitTest(m, 1), all_places, all_marks) AS returned_places,
                    arrayFilter((x, m) -> bitTest(m, 1), all_at, all_marks) AS returned_at,
                    arrayFilter((x, m) -> bitTest(m, 1), all_extendedToMs, all_marks) AS returned_extendedToMs,
                    arrayFilter((x, m) -> bitTest(m, 1), all_stepNo, all_marks) AS returned_stepNo,
                    arrayFilter((x, m) -> bitTest(m, 2), all_places, all_marks) AS assigned_places,
                    arrayFilter((x, m) -> bitTest(m, 2), all_at, all_marks) AS assigned_at
                  FROM (
                    SELECT *,
                      arrayCount(a -> a <= {now:Int64}, timeline.1) AS existing,
                      arraySlice(tupleElement(timeline, 11 /* cell_orderId */), 1, existing) AS all_orderId,
                      arraySlice(tupleElement(timeline, 8 /* marks */), 1, existing) AS all_marks,
                      arraySlice(tupleElement(timeline, 9 /* cell_extendedToMs */), 1, existing) AS all_extendedToMs,
                      arraySlice(tupleElement(timeline, 10 /* cell_stepNo */), 1, existing) AS all_stepNo,
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
                          cell_extendedToMs,
                          cell_stepNo,
                          cell_orderId
                        ))) AS timeline
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
                          groupBitOr(r.marks) AS marks,
                          any(r.cell_extendedToMs) AS cell_extendedToMs,
                          any(r.cell_stepNo) AS cell_stepNo,
                          any(r.cell_orderId) AS cell_orderId
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
                            linked.marks AS marks,
                            linked.cell_extendedToMs AS cell_extendedToMs,
                            linked.cell_stepNo AS cell_stepNo,
                            linked.cell_orderId AS cell_orderId
                          FROM (
                            SELECT
                              toInt64(atMs) AS atMs,
                              toInt64(ifNull(stepNo, 0)) AS ord,
                              id AS id,
                              toUInt8(0 /* hotline.order-event */) AS type,
                              toUInt64(version) AS version,
                              toUInt64(streamOffset) AS streamOffset,
                              toString(hash) AS hash,
                              toUInt64(if(ifNull(action = {p0:String}, 0), 1 /* moved */, 0)) AS marks,
                              CAST(extendedToMs, 'Nullable(Int64)') AS cell_extendedToMs,
                              CAST(stepNo, 'Nullable(Int64)') AS cell_stepNo,
                              CAST(orderId, 'Nullable(String)') AS cell_orderId,
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
                            toUInt8(0 /* hotline.order-event */) AS type,
                            toUInt64(version) AS version,
                            toUInt64(streamOffset) AS streamOffset,
                            toString(hash) AS hash,
                            toUInt64(
                              if(ifNull(action = {p1:String}, 0), 2 /* returned */, 0)
                              + if(ifNull(action = {p2:String}, 0), 4 /* assigned */, 0)
                            ) AS marks,
                            CAST(extendedToMs, 'Nullable(Int64)') AS cell_extendedToMs,
                            CAST(stepNo, 'Nullable(Int64)') AS cell_stepNo,
                            CAST(orderId, 'Nullable(String)') AS cell_orderId
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
    )
    WHERE hit OR due > 0
  )
)
