WITH
  if(hit, toInt64(all_at[chosen2]), 0) AS occurredAt,
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
  toString(arrayCount((x1) -> (x1 > 0), tupleElement(begun2, 1))) AS count_figure,
  toString(all_at[chosen0]) AS firstAtMs_figure,
  toString(all_at[chosen2]) AS lastAtMs_figure,
  toString(arrayFilter(
    (linked0_assigned_unitId_i) -> (NOT (linked0_assigned_unitId_i IS NULL)),
    linked0_assigned_unitId
  )[-1]) AS againUnit_figure,
  toString(arrayFilter(
    (linked2_assigned_townshipCode_i) -> (NOT (linked2_assigned_townshipCode_i IS NULL)),
    linked2_assigned_townshipCode
  )[-1]) AS townshipCode_subject,
  toString(arrayFilter(
    (linked2_assigned_villageCode_i) -> (NOT (linked2_assigned_villageCode_i IS NULL)),
    linked2_assigned_villageCode
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
      firstAtMs_figure,
      lastAtMs_figure,
      againUnit_figure
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
          arrayMap(p -> (toUInt32(p), toUInt8(1 /* everyAssignment */)), [toInt64(chosen0)]),
          arrayMap(p -> (toUInt32(p), toUInt8(0 /* assigned */)), [toInt64(chosen1)]),
          arrayMap(p -> (toUInt32(p), toUInt8(1 /* everyAssignment */)), [toInt64(chosen2)])
        ),
        CAST([], 'Array(Tuple(UInt32, UInt8))')
      ) AS proof
    FROM (
      SELECT *,
        (chosen2 > 0) AS hit,
        ifNull(
          arrayMin(arrayConcat(
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
                  (w0) -> bitAnd(w0, 1) != 0 /* everyAssignment */,
                  arraySlice(tupleElement(timeline, 8 /* marks */), existing + 1)
                ),
                arraySlice(tupleElement(timeline, 9 /* cell_orderId */), existing + 1)
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
                (w0) -> bitAnd(w0, 4) != 0 /* order */,
                arraySlice(tupleElement(timeline, 8 /* marks */), existing + 1)
              ),
              arraySlice(tupleElement(timeline, 9 /* cell_orderId */), existing + 1)
            )
          )),
          0
        ) AS due
      FROM (
        SELECT *,
          tupleElement(begun2[1], 1) AS chosen2,
          (-tupleElement(begun2[1], 3)) AS chosen0,
          (-tupleElement(begun2[1], 2)) AS chosen1
        FROM (
          SELECT *,
            arrayFilter((r, nth) -> nth = 1, sorted2, arrayEnumerateUniq(tupleElement(sorted2, 1))) AS begun2
          FROM (
            SELECT *,
              arraySort(arrayFlatten(arrayMap(
                (begun1_i) -> arrayMap(
                  (x2) -> (toInt64(x2), toInt64((-tupleElement(begun1_i, 1))), toInt64((-tupleElement(begun1_i, 2)))),
                  arrayFilter(
                    (linked0_assigned_j) -> (
                      (linked0_assigned_j > tupleElement(begun1_i, 1))
                      AND ifNull(
                        all_unitId_or_townshipCode[linked0_assigned_j] = all_unitId_or_townshipCode[tupleElement(
                          begun1_i,
                          2
                        )],
                        0
                      )
                    ),
                    linked0_assigned
                  )
                ),
                begun1
              ))) AS sorted2
            FROM (
              SELECT *,
                arrayFilter(
                  (r, nth) -> nth = 1,
                  sorted1,
                  arrayEnumerateUniq(tupleElement(sorted1, 1), tupleElement(sorted1, 2))
                ) AS begun1
              FROM (
                SELECT *,
                  arraySort(arrayFlatten(arrayMap(
                    (begun0_i) -> arrayMap(
                      (x2) -> (toInt64(x2), toInt64(tupleElement(begun0_i, 1))),
                      arrayFilter(
                        (assigned_places_j) -> (
                          (assigned_places_j > tupleElement(begun0_i, 1))
                          AND (NOT ifNull(
                            all_unitId_or_townshipCode[assigned_places_j] = all_unitId_or_townshipCode[tupleElement(
                              begun0_i,
                              1
                            )],
                            0
                          ))
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
                        (linked0_assigned_i) -> tuple(toInt64(linked0_assigned_i)),
                        linked0_assigned
                      )) AS sorted0,
                      arrayMap(
                        (linked0_assigned_i) -> all_unitId_or_townshipCode[linked0_assigned_i],
                        linked0_assigned
                      ) AS linked0_assigned_unitId,
                      arrayMap(
                        (linked2_assigned_i) -> all_unitId_or_townshipCode[linked2_assigned_i],
                        linked2_assigned
                      ) AS linked2_assigned_townshipCode,
                      arrayMap(
                        (linked2_assigned_i) -> all_villageCode[linked2_assigned_i],
                        linked2_assigned
                      ) AS linked2_assigned_villageCode
                    FROM (
                      SELECT *,
                        arrayFilter(
                          (everyAssignment_places_i, x2) -> x2,
                          everyAssignment_places,
                          arrayMap(
                            (v1) -> arrayExists((w1) -> ifNull(v1 = w1, 0), assigned_orderId),
                            everyAssignment_orderId
                          )
                        ) AS linked0_assigned,
                        arrayFilter(
                          (order_places_i, x2) -> x2,
                          order_places,
                          arrayMap((v1) -> arrayExists((w1) -> ifNull(v1 = w1, 0), assigned_orderId), order_orderId)
                        ) AS linked2_assigned
                      FROM (
                        SELECT *,
                          arrayFilter((x, m) -> bitTest(m, 0), all_orderId, all_marks) AS everyAssignment_orderId,
                          arrayFilter((x, m) -> bitTest(m, 1), all_orderId, all_marks) AS assigned_orderId,
                          arrayFilter((x, m) -> bitTest(m, 0), all_places, all_marks) AS everyAssignment_places,
                          arrayFilter((x, m) -> bitTest(m, 1), all_places, all_marks) AS assigned_places,
                          arrayFilter((x, m) -> bitTest(m, 2), all_orderId, all_marks) AS order_orderId,
                          arrayFilter((x, m) -> bitTest(m, 2), all_places, all_marks) AS order_places
                        FROM (
                          SELECT *,
                            arrayCount(a -> a <= {now:Int64}, timeline.1) AS existing,
                            arraySlice(tupleElement(timeline, 9 /* cell_orderId */), 1, existing) AS all_orderId,
                            arraySlice(tupleElement(timeline, 8 /* marks */), 1, existing) AS all_marks,
                            arraySlice(
                              tupleElement(timeline, 10 /* cell_unitId_or_townshipCode */),
                              1,
                              existing
                            ) AS all_unitId_or_townshipCode,
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
                                cell_unitId_or_townshipCode,
                                cell_villageCode
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
                                any(r.cell_unitId_or_townshipCode) AS cell_unitId_or_townshipCode,
                                any(r.cell_villageCode) AS cell_villageCode
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
                                  linked.cell_unitId_or_townshipCode AS cell_unitId_or_townshipCode,
                                  linked.cell_villageCode AS cell_villageCode
                                FROM (
                                  SELECT
                                    toInt64(atMs) AS atMs,
                                    toInt64(ifNull(stepNo, 0)) AS ord,
                                    id AS id,
                                    toUInt8(1 /* hotline.order-event */) AS type,
                                    toUInt64(version) AS version,
                                    toUInt64(streamOffset) AS streamOffset,
                                    toString(hash) AS hash,
                                    toUInt64(if(
                                      ifNull(action IN ({p0:String}, {p1:String}), 0)
                                        AND NOT ifNull(role = {p2:String}, 0),
                                      1 /* everyAssignment */,
                                      0
                                    )) AS marks,
                                    CAST(orderId, 'Nullable(String)') AS cell_orderId,
                                    CAST(unitId, 'Nullable(String)') AS cell_unitId_or_townshipCode,
                                    CAST(NULL, 'Nullable(String)') AS cell_villageCode,
                                    assumeNotNull(CAST(orderId, 'Nullable(String)')) AS k0
                                  FROM cur_hotline_order_event FINAL
                                  WHERE orderId IS NOT NULL
                                    AND ((
                                      ifNull(action IN ({p0:String}, {p1:String}), 0)
                                      AND NOT ifNull(role = {p2:String}, 0)
                                    ))
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
                                UNION ALL
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
                                  toUInt64(if(
                                    ifNull(action IN ({p0:String}, {p1:String}), 0)
                                      AND NOT ifNull(role = {p2:String}, 0),
                                    2 /* assigned */,
                                    0
                                  )) AS marks,
                                  CAST(orderId, 'Nullable(String)') AS cell_orderId,
                                  CAST(unitId, 'Nullable(String)') AS cell_unitId_or_townshipCode,
                                  CAST(NULL, 'Nullable(String)') AS cell_villageCode
                                FROM cur_hotline_order_event FINAL
                                WHERE unitId IS NOT NULL
                                  AND ((
                                    ifNull(action IN ({p0:String}, {p1:String}), 0)
                                    AND NOT ifNull(role = {p2:String}, 0)
                                  ))
                              ) AS r
                              GROUP BY scope, atMs, ord, id, type
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
                                linked.cell_unitId_or_townshipCode AS cell_unitId_or_townshipCode,
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
                                  toUInt64(4 /* order */) AS marks,
                                  CAST(orderId, 'Nullable(String)') AS cell_orderId,
                                  CAST(townshipCode, 'Nullable(String)') AS cell_unitId_or_townshipCode,
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
