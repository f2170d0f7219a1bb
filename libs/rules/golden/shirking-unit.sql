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
  toString(length(standing0[first])) AS everyReturnCount_figure,
  toString(0) AS startMs_figure,
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
      everyReturnCount_figure,
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
          arrayMap(p -> (toUInt32(p), toUInt8(0 /* returned */)), tupleElement(holding, 2)),
          arrayMap(
            p -> (toUInt32(p), toUInt8(1 /* everyReturn */)),
            arrayFlatten(arrayFilter(
              (x1, x2) -> has(tupleElement(holding, 3), x2),
              arrayMap((standing0_i) -> tupleElement(standing0_i, 1), standing0),
              arrayEnumerate(returned_at)
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
                  CAST([], 'Array(Int64)'),
                  arrayFilter(
                    (x1, x2) -> x2,
                    arraySlice(tupleElement(timeline, 1 /* atMs */), existing + 1),
                    arrayMap(
                      (w0) -> bitAnd(w0, 1) != 0 /* returned */,
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
                    arrayMap((w0) -> bitAnd(w0, 1) != 0 /* returned */, tupleElement(timeline, 8 /* marks */)),
                    tupleElement(timeline, 9 /* cell_orderId */)
                  )
                ),
                arraySlice(tupleElement(timeline, 1 /* atMs */), existing + 1),
                arrayMap(
                  (w0) -> bitAnd(w0, 2) != 0 /* everyReturn */,
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
                  arrayMap((w0) -> bitAnd(w0, 1) != 0 /* returned */, tupleElement(timeline, 8 /* marks */)),
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
          greatest(tupleElement(holding[1], 3), 1) AS first
        FROM (
          SELECT *,
            arraySort(arrayFilter((met_i) -> (NOT ((tupleElement(met_i, 4) + 1) > {now:Int64})), met)) AS holding
          FROM (
            SELECT *,
              arrayFilter(
                (x1, holds_i) -> holds_i,
                arrayMap(
                  (x1, returned_places_i, x3, x4) -> (
                    toInt64(x1),
                    toInt64(returned_places_i),
                    toInt64(x3),
                    toInt64(x4)
                  ),
                  arrayMap(
                    (returned_at_i, x2) -> greatest(returned_at_i, x2),
                    returned_at,
                    arrayMap(
                      (standing0_i) -> if(
                        (length(standing0_i) >= {p1:Int64}),
                        toInt64(tupleElement(standing0_i[greatest({p1:Int64}, 1)], 2)),
                        toInt64(0)
                      ),
                      standing0
                    )
                  ),
                  returned_places,
                  arrayEnumerate(returned_at),
                  arrayMap((returned_at_i) -> 0, returned_at)
                ),
                holds
              ) AS met
            FROM (
              SELECT *,
                arrayMap((standing0_i) -> (length(standing0_i) >= {p1:Int64}), standing0) AS holds
              FROM (
                SELECT *,
                  arrayMap(
                    (returned_places_i, returned_places_i2, returned_orderId_i) -> arrayFilter(
                      (x4, everyReturn_orderId_j) -> ifNull(everyReturn_orderId_j = returned_orderId_i, 0),
                      arrayMap(
                        (everyReturn_places_j, everyReturn_at_j) -> (
                          toInt64(everyReturn_places_j),
                          toInt64(everyReturn_at_j),
                          toInt64(0)
                        ),
                        everyReturn_places,
                        everyReturn_at
                      ),
                      everyReturn_orderId
                    ),
                    returned_places,
                    returned_places,
                    returned_orderId
                  ) AS standing0
                FROM (
                  SELECT *,
                    arrayFilter((x, m) -> bitTest(m, 0), all_places, all_marks) AS returned_places,
                    arrayFilter((x, m) -> bitTest(m, 0), all_at, all_marks) AS returned_at,
                    arrayFilter((x, m) -> bitTest(m, 1), all_places, all_marks) AS everyReturn_places,
                    arrayFilter((x, m) -> bitTest(m, 1), all_at, all_marks) AS everyReturn_at,
                    arrayFilter((x, m) -> bitTest(m, 0), all_orderId, all_marks) AS returned_orderId,
                    arrayFilter((x, m) -> bitTest(m, 1), all_orderId, all_marks) AS everyReturn_orderId,
                    arrayFilter((x, m) -> bitTest(m, 2), all_townshipCode, all_marks) AS order_townshipCode,
                    arrayFilter((x, m) -> bitTest(m, 2), all_villageCode, all_marks) AS order_villageCode
                  FROM (
                    SELECT *,
                      arrayCount(a -> a <= {now:Int64}, timeline.1) AS existing,
                      arraySlice(tupleElement(timeline, 8 /* marks */), 1, existing) AS all_marks,
                      arraySlice(tupleElement(timeline, 9 /* cell_orderId */), 1, existing) AS all_orderId,
                      arraySlice(tupleElement(timeline, 10 /* cell_townshipCode */), 1, existing) AS all_townshipCode,
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
                          cell_townshipCode,
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
                          any(r.cell_townshipCode) AS cell_townshipCode,
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
                            toUInt64(if(ifNull(action = {p0:String}, 0), 1 /* returned */, 0)) AS marks,
                            CAST(orderId, 'Nullable(String)') AS cell_orderId,
                            CAST(NULL, 'Nullable(String)') AS cell_townshipCode,
                            CAST(NULL, 'Nullable(String)') AS cell_villageCode
                          FROM cur_hotline_order_event FINAL
                          WHERE unitId IS NOT NULL
                            AND ((ifNull(action = {p0:String}, 0)))
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
                              toInt64(ifNull(stepNo, 0)) AS ord,
                              id AS id,
                              toUInt8(1 /* hotline.order-event */) AS type,
                              toUInt64(version) AS version,
                              toUInt64(streamOffset) AS streamOffset,
                              toString(hash) AS hash,
                              toUInt64(if(ifNull(action = {p0:String}, 0), 2 /* everyReturn */, 0)) AS marks,
                              CAST(orderId, 'Nullable(String)') AS cell_orderId,
                              CAST(NULL, 'Nullable(String)') AS cell_townshipCode,
                              CAST(NULL, 'Nullable(String)') AS cell_villageCode,
                              assumeNotNull(CAST(orderId, 'Nullable(String)')) AS k0
                            FROM cur_hotline_order_event FINAL
                            WHERE orderId IS NOT NULL
                              AND ((ifNull(action = {p0:String}, 0)))
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
                            toUInt64(4 /* order */) AS marks,
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
    WHERE hit OR due > 0
  )
)
