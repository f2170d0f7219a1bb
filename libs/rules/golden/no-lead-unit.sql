WITH
  if(hit, toInt64(tupleElement(holding[1], 1)), 0) AS occurredAt,
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
  toString(length(holding)) AS subjects_figure,
  toString(tupleElement(holding[1], 4)) AS deadlineMs_figure,
  toString(length(counted0[first])) AS anotherCount_figure,
  toString(length(standing1[first])) AS assignedCount_figure,
  toString(assisting_at[first]) AS startMs_figure,
  toString(arrayFilter(
    (order_townshipCode_i) -> (NOT (order_townshipCode_i IS NULL)),
    order_townshipCode
  )[-1]) AS townshipCode_subject,
  toString(arrayFilter(
    (order_villageCode_i) -> (NOT (order_villageCode_i IS NULL)),
    order_villageCode
  )[-1]) AS villageCode_subject
SELECT
  scope,
  tuple(
    hit,
    occurredAt,
    due,
    evidence,
    if(hit, CAST([
      subjects_figure,
      deadlineMs_figure,
      anotherCount_figure,
      assignedCount_figure,
      startMs_figure
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
          arrayMap(p -> (toUInt32(p), toUInt8(0 /* assisting */)), tupleElement(holding, 2)),
          arrayMap(
            p -> (toUInt32(p), toUInt8(1 /* another */)),
            arrayFlatten(arrayFilter(
              (x1, x2) -> has(tupleElement(holding, 3), x2),
              arrayMap((counted0_i) -> tupleElement(counted0_i, 1), counted0),
              arrayEnumerate(assisting_at)
            ))
          ),
          arrayMap(
            p -> (toUInt32(p), toUInt8(2 /* assigned */)),
            arrayFlatten(arrayFilter(
              (x1, x2) -> has(tupleElement(holding, 3), x2),
              arrayMap((standing1_i) -> tupleElement(standing1_i, 1), standing1),
              arrayEnumerate(assisting_at)
            ))
          )
        ),
        CAST([], 'Array(Tuple(UInt32, UInt8))')
      ) AS proof
    FROM (
      SELECT *,
        notEmpty(holding) AS hit,
        ifNull(
          arrayMin(arrayConcat(
            arrayConcat(
              arrayConcat(
                arrayConcat(
                  arrayConcat(
                    CAST([], 'Array(Int64)'),
                    arrayFilter(
                      (x1, x2) -> x2,
                      arraySlice(tupleElement(timeline, 1 /* atMs */), existing + 1),
                      arrayMap(
                        (w0) -> bitAnd(w0, 1) != 0 /* assisting */,
                        arraySlice(tupleElement(timeline, 8 /* marks */), existing + 1)
                      )
                    )
                  ),
                  arrayMap(
                    (x1) -> (tupleElement(x1, 4) + 1),
                    arrayFilter(
                      (met_i) -> (
                        ((tupleElement(met_i, 4) + 1) > {now:Int64})
                        AND (tupleElement(met_i, 4) < 9000000000000000)
                      ),
                      met
                    )
                  )
                ),
                arrayFilter(
                  (x1, x2, x3) -> (
                    x2
                    AND arrayExists(
                      (x4, x5) -> (x4 AND ifNull(x3 = x5, 0)),
                      arrayMap((w0) -> bitAnd(w0, 1) != 0 /* assisting */, tupleElement(timeline, 8 /* marks */)),
                      tupleElement(timeline, 9 /* cell_orderId */)
                    )
                  ),
                  arraySlice(tupleElement(timeline, 1 /* atMs */), existing + 1),
                  arrayMap(
                    (w0) -> bitAnd(w0, 2) != 0 /* another */,
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
                    arrayMap((w0) -> bitAnd(w0, 1) != 0 /* assisting */, tupleElement(timeline, 8 /* marks */)),
                    tupleElement(timeline, 9 /* cell_orderId */)
                  )
                ),
                arraySlice(tupleElement(timeline, 1 /* atMs */), existing + 1),
                arrayMap(
                  (w0) -> bitAnd(w0, 4) != 0 /* assigned */,
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
                  arrayMap((w0) -> bitAnd(w0, 1) != 0 /* assisting */, tupleElement(timeline, 8 /* marks */)),
                  tupleElement(timeline, 9 /* cell_orderId */)
                )
              ),
              arraySlice(tupleElement(timeline, 1 /* atMs */), existing + 1),
              arrayMap(
                (w0) -> bitAnd(w0, 8) != 0 /* order */,
                arraySlice(tupleElement(timeline, 8 /* marks */), existing + 1)
              ),
              arraySlice(tupleElement(timeline, 9 /* cell_orderId */), existing + 1)
            )
          )),
          0
        ) AS due
      FROM (
        SELECT *,
          greatest(tupleElement(holding[1], 3), 1) AS first
        FROM (
          SELECT *,
            arraySort(arrayFilter((met_i) -> (NOT ((tupleElement(met_i, 4) + 1) > {now:Int64})), met)) AS holding
          FROM (
            SELECT *,
              arrayFilter(
                (x1, holds_i) -> holds_i,
                arrayMap(
                  (x1, assisting_places_i, x3, subject_due_i) -> (
                    toInt64(x1),
                    toInt64(assisting_places_i),
                    toInt64(x3),
                    toInt64(subject_due_i)
                  ),
                  arrayMap(
                    (x1, x2) -> greatest(x1, x2),
                    arrayMap(
                      (assisting_at_i, subject_due_i) -> greatest(assisting_at_i, (subject_due_i + 1)),
                      assisting_at,
                      subject_due
                    ),
                    arrayMap(
                      (counted0_i) -> if(
                        (length(counted0_i) >= {p3:Int64}),
                        toInt64(tupleElement(counted0_i[greatest({p3:Int64}, 1)], 2)),
                        toInt64(0)
                      ),
                      counted0
                    )
                  ),
                  assisting_places,
                  arrayEnumerate(assisting_at),
                  subject_due
                ),
                holds
              ) AS met
            FROM (
              SELECT *,
                arrayMap(
                  (subject_limit_i, assisting_at_i) -> if(
                    (subject_limit_i < 0),
                    toInt64(9000000000000000),
                    toInt64((assisting_at_i + (subject_limit_i * 3600000)))
                  ),
                  subject_limit,
                  assisting_at
                ) AS subject_due,
                arrayMap(
                  (x1, x2) -> (x1 AND x2),
                  arrayMap((counted0_i) -> (length(counted0_i) >= {p3:Int64}), counted0),
                  arrayMap((standing1_i) -> (NOT notEmpty(standing1_i)), standing1)
                ) AS holds
              FROM (
                SELECT *,
                  arrayMap(
                    (assisting_at_i) -> toInt64(ifNull(
                      if(intDiv(assisting_at_i + 28800000, 86400000) IS NULL, NULL, {p4:Int64}),
                      -1
                    )),
                    assisting_at
                  ) AS subject_limit,
                  arrayMap(
                    (assisting_places_i, assisting_places_i2, assisting_orderId_i, assisting_unitId_i) -> arrayFilter(
                      (x5, another_orderId_j, another_unitId_j) -> (
                        ifNull(another_orderId_j = assisting_orderId_i, 0)
                        AND (NOT ifNull(another_unitId_j = assisting_unitId_i, 0))
                      ),
                      arrayMap(
                        (another_places_j, another_at_j) -> (
                          toInt64(another_places_j),
                          toInt64(another_at_j),
                          toInt64(0)
                        ),
                        another_places,
                        another_at
                      ),
                      another_orderId,
                      another_unitId
                    ),
                    assisting_places,
                    assisting_places,
                    assisting_orderId,
                    assisting_unitId
                  ) AS counted0,
                  arrayMap(
                    (assisting_places_i, assisting_places_i2, assisting_orderId_i) -> arrayFilter(
                      (x4, assigned_orderId_j) -> ifNull(assigned_orderId_j = assisting_orderId_i, 0),
                      arrayMap(
                        (assigned_places_j, assigned_at_j) -> (
                          toInt64(assigned_places_j),
                          toInt64(assigned_at_j),
                          toInt64(0)
                        ),
                        assigned_places,
                        assigned_at
                      ),
                      assigned_orderId
                    ),
                    assisting_places,
                    assisting_places,
                    assisting_orderId
                  ) AS standing1
                FROM (
                  SELECT *,
                    arrayFilter((x, m) -> bitTest(m, 0), all_places, all_marks) AS assisting_places,
                    arrayFilter((x, m) -> bitTest(m, 0), all_at, all_marks) AS assisting_at,
                    arrayFilter((x, m) -> bitTest(m, 1), all_places, all_marks) AS another_places,
                    arrayFilter((x, m) -> bitTest(m, 1), all_at, all_marks) AS another_at,
                    arrayFilter((x, m) -> bitTest(m, 0), all_orderId, all_marks) AS assisting_orderId,
                    arrayFilter((x, m) -> bitTest(m, 1), all_orderId, all_marks) AS another_orderId,
                    arrayFilter((x, m) -> bitTest(m, 0), all_unitId_or_townshipCode, all_marks) AS assisting_unitId,
                    arrayFilter((x, m) -> bitTest(m, 1), all_unitId_or_townshipCode, all_marks) AS another_unitId,
                    arrayFilter((x, m) -> bitTest(m, 2), all_places, all_marks) AS assigned_places,
                    arrayFilter((x, m) -> bitTest(m, 2), all_at, all_marks) AS assigned_at,
                    arrayFilter((x, m) -> bitTest(m, 2), all_orderId, all_marks) AS assigned_orderId,
                    arrayFilter((x, m) -> bitTest(m, 3), all_unitId_or_townshipCode, all_marks) AS order_townshipCode,
                    arrayFilter((x, m) -> bitTest(m, 3), all_villageCode, all_marks) AS order_villageCode
                  FROM (
                    SELECT *,
                      arrayCount(a -> a <= {now:Int64}, timeline.1) AS existing,
                      arraySlice(tupleElement(timeline, 8 /* marks */), 1, existing) AS all_marks,
                      arraySlice(tupleElement(timeline, 9 /* cell_orderId */), 1, existing) AS all_orderId,
                      arraySlice(
                        tupleElement(timeline, 10 /* cell_unitId_or_townshipCode */),
                        1,
                        existing
                      ) AS all_unitId_or_townshipCode,
                      arraySlice(tupleElement(timeline, 11 /* cell_villageCode */), 1, existing) AS all_villageCode,
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
                              ifNull(action IN ({p0:String}, {p1:String}), 0) AND ifNull(role = {p2:String}, 0),
                              1 /* assisting */,
                              0
                            )) AS marks,
                            CAST(orderId, 'Nullable(String)') AS cell_orderId,
                            CAST(unitId, 'Nullable(String)') AS cell_unitId_or_townshipCode,
                            CAST(NULL, 'Nullable(String)') AS cell_villageCode
                          FROM cur_hotline_order_event FINAL
                          WHERE unitId IS NOT NULL
                            AND ((ifNull(action IN ({p0:String}, {p1:String}), 0) AND ifNull(role = {p2:String}, 0)))
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
                              toInt64(ifNull(stepNo, 0)) AS ord,
                              id AS id,
                              toUInt8(1 /* hotline.order-event */) AS type,
                              toUInt64(version) AS version,
                              toUInt64(streamOffset) AS streamOffset,
                              toString(hash) AS hash,
                              toUInt64(
                                if(
                                  ifNull(action IN ({p0:String}, {p1:String}), 0)
                                    AND ifNull(role = {p2:String}, 0)
                                    AND unitId IS NOT NULL,
                                  2 /* another */,
                                  0
                                )
                                + if(
                                  ifNull(action IN ({p0:String}, {p1:String}), 0) AND NOT ifNull(role = {p2:String}, 0),
                                  4 /* assigned */,
                                  0
                                )
                              ) AS marks,
                              CAST(orderId, 'Nullable(String)') AS cell_orderId,
                              CAST(unitId, 'Nullable(String)') AS cell_unitId_or_townshipCode,
                              CAST(NULL, 'Nullable(String)') AS cell_villageCode,
                              assumeNotNull(CAST(orderId, 'Nullable(String)')) AS k0
                            FROM cur_hotline_order_event FINAL
                            WHERE orderId IS NOT NULL
                              AND (
                                (
                                  ifNull(action IN ({p0:String}, {p1:String}), 0)
                                  AND ifNull(role = {p2:String}, 0)
                                  AND unitId IS NOT NULL
                                )
                                OR (
                                  ifNull(action IN ({p0:String}, {p1:String}), 0)
                                  AND NOT ifNull(role = {p2:String}, 0)
                                )
                              )
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
                            toUInt64(8 /* order */) AS marks,
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
    WHERE hit OR due > 0
  )
)
