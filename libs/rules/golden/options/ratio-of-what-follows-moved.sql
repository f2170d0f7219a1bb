WITH
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
          arrayMap(
            p -> (toUInt32(p), toUInt8(0 /* assigned */)),
            arrayFilter((assigned_places_i) -> (NOT has(partRecords, assigned_places_i)), assigned_places)
          )
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
                  tupleElement(timeline, 12 /* cell_orderId */)
                )
              ),
              arraySlice(tupleElement(timeline, 1 /* atMs */), existing + 1),
              arrayMap(
                (w0) -> bitAnd(w0, 1) != 0 /* moved */,
                arraySlice(tupleElement(timeline, 8 /* marks */), existing + 1)
              ),
              arraySlice(tupleElement(timeline, 12 /* cell_orderId */), existing + 1)
            )
          )),
          0
        ) AS due
      FROM (
        SELECT *,
          (
            ((whole >= {p5:Int64}) AND (whole > 0))
            AND (NOT ifNull(toInt128(part) * 100 > toInt128(whole) * {p3:Int64}, 0))
          ) AS holds
        FROM (
          SELECT *,
            length(partRecords) AS part,
            arrayMap((partRecords_i) -> all_at[partRecords_i], partRecords) AS partRecords_at
          FROM (
            SELECT *,
              arraySort(arrayFlatten(arrayMap(
                (x1, x2, x3, x4, x5, x6, x7, x8, x9, x10, x11, x12, x13) -> arrayFilter(
                  (x14, x15, x16, x17, x18, x19, x20) -> (
                    x16
                    AND arrayExists(
                      (x21, x22, x23, x24, x25, x26, x27, x28) -> (
                        (
                          (
                            (
                              ((x23 AND (x21 < x14)) AND ((x15 - x22) < ({p2:Int64} * 60000)))
                              AND ifNull((x24 + if(x28 BETWEEN -87840 AND 87840, x28, NULL) * 3600000) <= x17, 0)
                            )
                            AND ifNull((x25 + 86400000) < x18, 0)
                          )
                          AND (
                            ((NOT (x19 IS NULL)) AND (NOT (x26 IS NULL)))
                            AND (NOT ifNull(toInt128(x19) * 100 > toInt128(x26) * {p3:Int64}, 0))
                          )
                        )
                        AND ifNull(x20 < x27, 0)
                      ),
                      x1,
                      x2,
                      x4,
                      x9,
                      x10,
                      x11,
                      x12,
                      x13
                    )
                  ),
                  x1,
                  x2,
                  x3,
                  x5,
                  x6,
                  x7,
                  x8
                ),
                arraySplit((v, begins) -> begins, partByKey, partBegins),
                arraySplit(
                  (v, begins) -> begins,
                  arrayMap((partByKey_i) -> all_at[partByKey_i], partByKey),
                  partBegins
                ),
                arraySplit(
                  (v, begins) -> begins,
                  arrayMap((partByKey_i) -> has(linked0_returned, partByKey_i), partByKey),
                  partBegins
                ),
                arraySplit(
                  (v, begins) -> begins,
                  arrayMap((partByKey_i) -> has(returned_places, partByKey_i), partByKey),
                  partBegins
                ),
                arraySplit(
                  (v, begins) -> begins,
                  arrayMap((partByKey_i) -> all_atMs[partByKey_i], partByKey),
                  partBegins
                ),
                arraySplit(
                  (v, begins) -> begins,
                  arrayMap((partByKey_i) -> all_atMs[partByKey_i], partByKey),
                  partBegins
                ),
                arraySplit(
                  (v, begins) -> begins,
                  arrayMap((partByKey_i) -> all_stepNo[partByKey_i], partByKey),
                  partBegins
                ),
                arraySplit(
                  (v, begins) -> begins,
                  arrayMap((partByKey_i) -> all_stepNo[partByKey_i], partByKey),
                  partBegins
                ),
                arraySplit(
                  (v, begins) -> begins,
                  arrayMap((partByKey_i) -> all_extendedToMs[partByKey_i], partByKey),
                  partBegins
                ),
                arraySplit(
                  (v, begins) -> begins,
                  arrayMap((partByKey_i) -> all_atMs[partByKey_i], partByKey),
                  partBegins
                ),
                arraySplit(
                  (v, begins) -> begins,
                  arrayMap((partByKey_i) -> all_stepNo[partByKey_i], partByKey),
                  partBegins
                ),
                arraySplit(
                  (v, begins) -> begins,
                  arrayMap((partByKey_i) -> all_stepNo[partByKey_i], partByKey),
                  partBegins
                ),
                arraySplit(
                  (v, begins) -> begins,
                  arrayMap((partByKey_i) -> all_stepNo[partByKey_i], partByKey),
                  partBegins
                )
              ))) AS partRecords
            FROM (
              SELECT *,
                arrayMap(
                  (v, before) -> ifNull(v != before, 0),
                  arrayMap((partByKey_i) -> all_orderId[partByKey_i], partByKey),
                  arrayConcat(
                    arraySlice(arrayMap((partByKey_i) -> all_orderId[partByKey_i], partByKey), 1, 1),
                    arrayPopBack(arrayMap((partByKey_i) -> all_orderId[partByKey_i], partByKey))
                  )
                ) AS partBegins
              FROM (
                SELECT *,
                  length(assigned_places) AS whole,
                  arrayMap(
                    r -> r.2,
                    arraySort(
                      r -> (assumeNotNull(r.1), r.2),
                      arrayFilter(r -> r.1 IS NOT NULL, arrayZip(all_orderId, arrayEnumerate(all_orderId)))
                    )
                  ) AS partByKey,
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
                    arrayFilter((x, m) -> bitTest(m, 2), all_places, all_marks) AS assigned_places,
                    arrayFilter((x, m) -> bitTest(m, 2), all_at, all_marks) AS assigned_at
                  FROM (
                    SELECT *,
                      arrayCount(a -> a <= {now:Int64}, timeline.1) AS existing,
                      arraySlice(tupleElement(timeline, 12 /* cell_orderId */), 1, existing) AS all_orderId,
                      arraySlice(tupleElement(timeline, 8 /* marks */), 1, existing) AS all_marks,
                      arraySlice(tupleElement(timeline, 9 /* cell_atMs */), 1, existing) AS all_atMs,
                      arraySlice(tupleElement(timeline, 10 /* cell_stepNo */), 1, existing) AS all_stepNo,
                      arraySlice(tupleElement(timeline, 11 /* cell_extendedToMs */), 1, existing) AS all_extendedToMs,
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
                          cell_stepNo,
                          cell_extendedToMs,
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
                          any(r.cell_atMs) AS cell_atMs,
                          any(r.cell_stepNo) AS cell_stepNo,
                          any(r.cell_extendedToMs) AS cell_extendedToMs,
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
                            linked.cell_atMs AS cell_atMs,
                            linked.cell_stepNo AS cell_stepNo,
                            linked.cell_extendedToMs AS cell_extendedToMs,
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
                              CAST(atMs, 'Nullable(Int64)') AS cell_atMs,
                              CAST(stepNo, 'Nullable(Int64)') AS cell_stepNo,
                              CAST(extendedToMs, 'Nullable(Int64)') AS cell_extendedToMs,
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
                              + if(ifNull(action = {p4:String}, 0), 4 /* assigned */, 0)
                            ) AS marks,
                            CAST(atMs, 'Nullable(Int64)') AS cell_atMs,
                            CAST(stepNo, 'Nullable(Int64)') AS cell_stepNo,
                            CAST(extendedToMs, 'Nullable(Int64)') AS cell_extendedToMs,
                            CAST(orderId, 'Nullable(String)') AS cell_orderId
                          FROM cur_hotline_order_event_by_unitId_action FINAL
                          WHERE unitId IS NOT NULL
                            AND ((ifNull(action = {p1:String}, 0)) OR (ifNull(action = {p4:String}, 0)))
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
