WITH
  if(hit, toInt64(end), 0) AS occurredAt,
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
        (holds AND (NOT (end > {now:Int64}))) AS hit,
        ifNull(
          arrayMin(arrayConcat(
            arrayConcat(
              CAST([], 'Array(Int64)'),
              arrayResize(
                [toInt64(undecidedUntil)],
                if((undecidedUntil > {now:Int64}), length([toInt64(undecidedUntil)]), 0)
              )
            ),
            arrayResize(changes, if((NOT (undecidedUntil > {now:Int64})), length(changes), 0))
          )),
          0
        ) AS due
      FROM (
        SELECT *,
          (
            ((whole >= {p5:Int64}) AND (whole > 0))
            AND ifNull(toInt128(part) * 100 > toInt128(whole) * {p6:Int64}, 0)
          ) AS holds
        FROM (
          SELECT *,
            length(arrayDistinct(arrayFilter(x -> x IS NOT NULL, partRecords_orderId))) AS part
          FROM (
            SELECT *,
              arrayMap((partRecords_i) -> all_orderId[partRecords_i], partRecords) AS partRecords_orderId
            FROM (
              SELECT *,
                arraySort(arrayFlatten(arrayMap(
                  (x1, x2, x3, x4, x5, x6) -> arrayFilter(
                    (x7, x8, x9, x10) -> (
                      x9
                      AND arrayExists(
                        (x11, x12, x13, x14) -> (
                          ((x13 AND (x11 < x7)) AND ((x8 - x12) < ({p4:Int64} * 86400000)))
                          AND (NOT ifNull(x10 = x14, 0))
                        ),
                        x1,
                        x2,
                        x4,
                        x6
                      )
                    ),
                    x1,
                    x2,
                    x3,
                    x5
                  ),
                  arraySplit((v, begins) -> begins, partByKey, partBegins),
                  arraySplit(
                    (v, begins) -> begins,
                    arrayMap((partByKey_i) -> all_at[partByKey_i], partByKey),
                    partBegins
                  ),
                  arraySplit(
                    (v, begins) -> begins,
                    arrayMap((partByKey_i) -> has(linked0_assigned, partByKey_i), partByKey),
                    partBegins
                  ),
                  arraySplit(
                    (v, begins) -> begins,
                    arrayMap((partByKey_i) -> has(linked2_assigned, partByKey_i), partByKey),
                    partBegins
                  ),
                  arraySplit(
                    (v, begins) -> begins,
                    arrayMap((partByKey_i) -> all_unitId[partByKey_i], partByKey),
                    partBegins
                  ),
                  arraySplit(
                    (v, begins) -> begins,
                    arrayMap((partByKey_i) -> all_unitId[partByKey_i], partByKey),
                    partBegins
                  )
                ))) AS partRecords,
                if((lastDated > 0), toInt64(end), toInt64(0)) AS undecidedUntil
              FROM (
                SELECT *,
                  arrayMap(
                    (v, before) -> ifNull(v != before, 0),
                    arrayMap((partByKey_i) -> all_orderId[partByKey_i], partByKey),
                    arrayConcat(
                      arraySlice(arrayMap((partByKey_i) -> all_orderId[partByKey_i], partByKey), 1, 1),
                      arrayPopBack(arrayMap((partByKey_i) -> all_orderId[partByKey_i], partByKey))
                    )
                  ) AS partBegins,
                  (
                    intDiv(lastDated + 28800000, 86400000) - (intDiv(lastDated + 28800000, 86400000) + 3) % 7
                    + 7
                  ) * 86400000 - 28800000 AS end
                FROM (
                  SELECT *,
                    length(arrayDistinct(arrayFilter(x -> x IS NOT NULL, assigned_orderId))) AS whole,
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
                      arrayMap((v1) -> arrayExists((w1) -> ifNull(v1 = w1, 0), assigned_orderId), moved_orderId)
                    ) AS linked0_assigned,
                    arrayFilter(
                      (returned_places_i, x2) -> x2,
                      returned_places,
                      arrayMap(
                        (v1, v2) -> arrayExists(
                          (w1, w2) -> ifNull(v1 = w1, 0) AND ifNull(v2 = w2, 0),
                          assigned_orderId,
                          assigned_unitId
                        ),
                        returned_orderId,
                        returned_unitId
                      )
                    ) AS linked2_assigned,
                    arrayMax(arrayFilter(
                      (x1, x2) -> x2,
                      tupleElement(timeline, 1 /* atMs */),
                      arrayMap((w0) -> bitAnd(w0, 2) != 0 /* assigned */, tupleElement(timeline, 8 /* marks */))
                    )) AS lastDated,
                    arrayConcat(
                      arrayConcat(
                        arrayConcat(
                          arrayConcat(
                            CAST([], 'Array(Int64)'),
                            arrayFilter(
                              (x1, x2) -> x2,
                              arraySlice(tupleElement(timeline, 1 /* atMs */), existing + 1),
                              arrayMap(
                                (w0) -> bitAnd(w0, 2) != 0 /* assigned */,
                                arraySlice(tupleElement(timeline, 8 /* marks */), existing + 1)
                              )
                            )
                          ),
                          CAST([], 'Array(Int64)')
                        ),
                        arrayFilter(
                          (x1, x2, x3, x4) -> (
                            x2
                            AND arrayExists(
                              (x5, x6, x7) -> (x5 AND (ifNull(x3 = x6, 0) AND ifNull(x4 = x7, 0))),
                              arrayMap(
                                (w0) -> bitAnd(w0, 2) != 0 /* assigned */,
                                tupleElement(timeline, 8 /* marks */)
                              ),
                              tupleElement(timeline, 9 /* cell_orderId */),
                              tupleElement(timeline, 10 /* cell_unitId */)
                            )
                          ),
                          arraySlice(tupleElement(timeline, 1 /* atMs */), existing + 1),
                          arrayMap(
                            (w0) -> bitAnd(w0, 4) != 0 /* returned */,
                            arraySlice(tupleElement(timeline, 8 /* marks */), existing + 1)
                          ),
                          arraySlice(tupleElement(timeline, 9 /* cell_orderId */), existing + 1),
                          arraySlice(tupleElement(timeline, 10 /* cell_unitId */), existing + 1)
                        )
                      ),
                      arrayFilter(
                        (x1, x2, x3) -> (
                          x2
                          AND arrayExists(
                            (x4, x5) -> (x4 AND ifNull(x3 = x5, 0)),
                            arrayMap((w0) -> bitAnd(w0, 2) != 0 /* assigned */, tupleElement(timeline, 8 /* marks */)),
                            tupleElement(timeline, 9 /* cell_orderId */)
                          )
                        ),
                        arraySlice(tupleElement(timeline, 1 /* atMs */), existing + 1),
                        arrayMap(
                          (w0) -> bitAnd(w0, 1) != 0 /* moved */,
                          arraySlice(tupleElement(timeline, 8 /* marks */), existing + 1)
                        ),
                        arraySlice(tupleElement(timeline, 9 /* cell_orderId */), existing + 1)
                      )
                    ) AS changes
                  FROM (
                    SELECT *,
                      arrayFilter((x, m) -> bitTest(m, 0), all_orderId, all_marks) AS moved_orderId,
                      arrayFilter((x, m) -> bitTest(m, 1), all_orderId, all_marks) AS assigned_orderId,
                      arrayFilter((x, m) -> bitTest(m, 0), all_places, all_marks) AS moved_places,
                      arrayFilter((x, m) -> bitTest(m, 2), all_orderId, all_marks) AS returned_orderId,
                      arrayFilter((x, m) -> bitTest(m, 2), all_unitId, all_marks) AS returned_unitId,
                      arrayFilter((x, m) -> bitTest(m, 1), all_unitId, all_marks) AS assigned_unitId,
                      arrayFilter((x, m) -> bitTest(m, 2), all_places, all_marks) AS returned_places,
                      arrayFilter((x, m) -> bitTest(m, 1), all_at, all_marks) AS assigned_at
                    FROM (
                      SELECT *,
                        arrayCount(a -> a <= {now:Int64}, timeline.1) AS existing,
                        arraySlice(tupleElement(timeline, 9 /* cell_orderId */), 1, existing) AS all_orderId,
                        arraySlice(tupleElement(timeline, 8 /* marks */), 1, existing) AS all_marks,
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
                            cell_orderId,
                            cell_unitId
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
                            any(r.cell_orderId) AS cell_orderId,
                            any(r.cell_unitId) AS cell_unitId
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
                              linked.cell_orderId AS cell_orderId,
                              linked.cell_unitId AS cell_unitId
                            FROM (
                              SELECT
                                toInt64(atMs) AS atMs,
                                toInt64(ifNull(stepNo, 0)) AS ord,
                                id AS id,
                                toUInt8(0 /* hotline.order-event */) AS type,
                                toUInt64(version) AS version,
                                toUInt64(streamOffset) AS streamOffset,
                                toString(hash) AS hash,
                                toUInt64(if(
                                  ifNull(action IN ({p0:String}, {p1:String}), 0)
                                    AND NOT ifNull(role = {p2:String}, 0)
                                    AND unitId IS NOT NULL,
                                  1 /* moved */,
                                  0
                                )) AS marks,
                                CAST(orderId, 'Nullable(String)') AS cell_orderId,
                                CAST(unitId, 'Nullable(String)') AS cell_unitId,
                                assumeNotNull(CAST(orderId, 'Nullable(String)')) AS k0
                              FROM cur_hotline_order_event FINAL
                              WHERE orderId IS NOT NULL
                                AND ((
                                  ifNull(action IN ({p0:String}, {p1:String}), 0)
                                  AND NOT ifNull(role = {p2:String}, 0)
                                  AND unitId IS NOT NULL
                                ))
                            ) AS linked
                            INNER JOIN (
                              SELECT DISTINCT
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
                                        toString(toDate32(intDiv(atMs + 28800000, 86400000) - (
                                          intDiv(atMs + 28800000, 86400000)
                                          + 3
                                        ) % 7)),
                                        'Nullable(String)'
                                      )),
                                      '%',
                                      '%25'
                                    ),
                                    '|',
                                    '%7C'
                                  )
                                ) AS scope,
                                assumeNotNull(CAST(orderId, 'Nullable(String)')) AS k0
                              FROM cur_hotline_order_event_by_unitId_action FINAL
                              WHERE unitId IS NOT NULL
                                AND orderId IS NOT NULL
                            ) AS subjects ON linked.k0 = subjects.k0
                            UNION ALL
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
                                      toString(toDate32(intDiv(atMs + 28800000, 86400000) - (
                                        intDiv(atMs + 28800000, 86400000)
                                        + 3
                                      ) % 7)),
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
                              toUInt64(if(
                                ifNull(action = {p0:String}, 0) AND NOT ifNull(role = {p2:String}, 0),
                                2 /* assigned */,
                                0
                              )) AS marks,
                              CAST(orderId, 'Nullable(String)') AS cell_orderId,
                              CAST(unitId, 'Nullable(String)') AS cell_unitId
                            FROM cur_hotline_order_event_by_unitId_action FINAL
                            WHERE unitId IS NOT NULL
                              AND ((ifNull(action = {p0:String}, 0) AND NOT ifNull(role = {p2:String}, 0)))
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
                              linked.cell_unitId AS cell_unitId
                            FROM (
                              SELECT
                                toInt64(atMs) AS atMs,
                                toInt64(ifNull(stepNo, 0)) AS ord,
                                id AS id,
                                toUInt8(0 /* hotline.order-event */) AS type,
                                toUInt64(version) AS version,
                                toUInt64(streamOffset) AS streamOffset,
                                toString(hash) AS hash,
                                toUInt64(if(ifNull(action = {p3:String}, 0), 4 /* returned */, 0)) AS marks,
                                CAST(orderId, 'Nullable(String)') AS cell_orderId,
                                CAST(unitId, 'Nullable(String)') AS cell_unitId,
                                assumeNotNull(CAST(orderId, 'Nullable(String)')) AS k0,
                                assumeNotNull(CAST(unitId, 'Nullable(String)')) AS k1
                              FROM cur_hotline_order_event FINAL
                              WHERE orderId IS NOT NULL
                                AND unitId IS NOT NULL
                                AND ((ifNull(action = {p3:String}, 0)))
                            ) AS linked
                            INNER JOIN (
                              SELECT DISTINCT
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
                                        toString(toDate32(intDiv(atMs + 28800000, 86400000) - (
                                          intDiv(atMs + 28800000, 86400000)
                                          + 3
                                        ) % 7)),
                                        'Nullable(String)'
                                      )),
                                      '%',
                                      '%25'
                                    ),
                                    '|',
                                    '%7C'
                                  )
                                ) AS scope,
                                assumeNotNull(CAST(orderId, 'Nullable(String)')) AS k0,
                                assumeNotNull(CAST(unitId, 'Nullable(String)')) AS k1
                              FROM cur_hotline_order_event_by_unitId_action FINAL
                              WHERE unitId IS NOT NULL
                                AND orderId IS NOT NULL
                                AND unitId IS NOT NULL
                            ) AS subjects ON linked.k0 = subjects.k0 AND linked.k1 = subjects.k1
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
    )
    WHERE hit OR due > 0
  )
)
