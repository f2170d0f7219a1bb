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
  toString(length(standing0[first])) AS orderCount_figure,
  toString(length(counted1[first])) AS assignedCount_figure,
  toString(0) AS startMs_figure,
  toString(all_atMs[arrayMax(arrayConcat(
    CAST([], 'Array(Int64)'),
    arrayMap((counted1_i) -> tupleElement(counted1_i, 1), counted1)[first]
  ))]) AS assignedAt_figure,
  toString(applied_atMs[first]) AS appliedAt_figure,
  toString(applied_unitId[first]) AS unitId_subject,
  toString(all_unitId_or_townshipCode[arrayMax(arrayConcat(
    CAST([], 'Array(Int64)'),
    arrayMap((standing0_i) -> tupleElement(standing0_i, 1), standing0)[first]
  ))]) AS townshipCode_subject,
  toString(all_villageCode[arrayMax(arrayConcat(
    CAST([], 'Array(Int64)'),
    arrayMap((standing0_i) -> tupleElement(standing0_i, 1), standing0)[first]
  ))]) AS villageCode_subject
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
      orderCount_figure,
      assignedCount_figure,
      startMs_figure,
      assignedAt_figure,
      appliedAt_figure
    ], 'Array(Nullable(String))'), []),
    CAST([
      unitId_subject,
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
          arrayMap(p -> (toUInt32(p), toUInt8(0 /* applied */)), tupleElement(holding, 2)),
          arrayMap(
            p -> (toUInt32(p), toUInt8(2 /* order */)),
            arrayFlatten(arrayFilter(
              (x1, x2) -> has(tupleElement(holding, 3), x2),
              arrayMap((standing0_i) -> tupleElement(standing0_i, 1), standing0),
              arrayEnumerate(applied_at)
            ))
          ),
          arrayMap(
            p -> (toUInt32(p), toUInt8(1 /* assigned */)),
            arrayFlatten(arrayFilter(
              (x1, x2) -> has(tupleElement(holding, 3), x2),
              arrayMap((counted1_i) -> tupleElement(counted1_i, 1), counted1),
              arrayEnumerate(applied_at)
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
              CAST([], 'Array(Int64)'),
              arrayFilter(
                (x1, x2) -> x2,
                arraySlice(tupleElement(timeline, 1 /* atMs */), existing + 1),
                arrayMap(
                  (w0) -> bitAnd(w0, 7) != 0 /* applied, assigned, order */,
                  arraySlice(tupleElement(timeline, 8 /* marks */), existing + 1)
                )
              )
            ),
            CAST([], 'Array(Int64)')
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
                  (x1, applied_places_i, x3, x4) -> (toInt64(x1), toInt64(applied_places_i), toInt64(x3), toInt64(x4)),
                  arrayMap(
                    (x1, x2) -> greatest(x1, x2),
                    arrayMap(
                      (applied_at_i, x2) -> greatest(applied_at_i, x2),
                      applied_at,
                      arrayMap(
                        (standing0_i) -> if(
                          (length(standing0_i) >= {p2:Int64}),
                          toInt64(tupleElement(standing0_i[greatest({p2:Int64}, 1)], 2)),
                          toInt64(0)
                        ),
                        standing0
                      )
                    ),
                    arrayMap(
                      (counted1_i) -> if(
                        (length(counted1_i) >= {p2:Int64}),
                        toInt64(tupleElement(counted1_i[greatest({p2:Int64}, 1)], 2)),
                        toInt64(0)
                      ),
                      counted1
                    )
                  ),
                  applied_places,
                  arrayEnumerate(applied_at),
                  arrayMap((applied_at_i) -> 0, applied_at)
                ),
                holds
              ) AS met
            FROM (
              SELECT *,
                arrayMap(
                  (x1, x2) -> (x1 AND x2),
                  arrayMap((standing0_i) -> (length(standing0_i) >= {p2:Int64}), standing0),
                  arrayMap(
                    (x1, applied_places_i) -> (x1 AND (applied_places_i > 0)),
                    arrayMap((counted1_i) -> (length(counted1_i) >= {p2:Int64}), counted1),
                    applied_places
                  )
                ) AS holds
              FROM (
                SELECT *,
                  arrayMap(
                    (candidates1_i, applied_unitId_i) -> arrayFilter(
                      (candidates1_j) -> ifNull(
                        all_unitId_or_townshipCode[tupleElement(candidates1_j, 1)] = applied_unitId_i,
                        0
                      ),
                      candidates1_i
                    ),
                    candidates1,
                    applied_unitId
                  ) AS counted1
                FROM (
                  SELECT *,
                    arrayMap(
                      (standing1_i, applied_at_i) -> arrayFilter(
                        (standing1_j) -> ((applied_at_i - tupleElement(standing1_j, 2)) < ({p6:Int64} * 60000)),
                        standing1_i
                      ),
                      standing1,
                      applied_at
                    ) AS candidates1
                  FROM (
                    SELECT *,
                      arrayMap(
                        (applied_places_i, applied_places_i2) -> arrayFilter(
                          (x3) -> 1,
                          arrayMap(
                            (order_places_j, order_at_j) -> (toInt64(order_places_j), toInt64(order_at_j), toInt64(0)),
                            order_places,
                            order_at
                          )
                        ),
                        applied_places,
                        applied_places
                      ) AS standing0,
                      arrayMap(
                        (applied_places_i, applied_places_i2) -> arrayFilter(
                          (x3) -> (tupleElement(x3, 1) < applied_places_i2),
                          arrayMap(
                            (assigned_places_j, assigned_at_j) -> (
                              toInt64(assigned_places_j),
                              toInt64(assigned_at_j),
                              toInt64(0)
                            ),
                            assigned_places,
                            assigned_at
                          )
                        ),
                        applied_places,
                        applied_places
                      ) AS standing1
                    FROM (
                      SELECT *,
                        arrayFilter((x, m) -> bitTest(m, 0), all_places, all_marks) AS applied_places,
                        arrayFilter((x, m) -> bitTest(m, 0), all_at, all_marks) AS applied_at,
                        arrayFilter((x, m) -> bitTest(m, 1), all_places, all_marks) AS order_places,
                        arrayFilter((x, m) -> bitTest(m, 1), all_at, all_marks) AS order_at,
                        arrayFilter((x, m) -> bitTest(m, 2), all_places, all_marks) AS assigned_places,
                        arrayFilter((x, m) -> bitTest(m, 2), all_at, all_marks) AS assigned_at,
                        arrayFilter((x, m) -> bitTest(m, 0), all_unitId_or_townshipCode, all_marks) AS applied_unitId,
                        arrayFilter((x, m) -> bitTest(m, 0), all_atMs, all_marks) AS applied_atMs
                      FROM (
                        SELECT *,
                          arrayCount(a -> a <= {now:Int64}, timeline.1) AS existing,
                          arraySlice(tupleElement(timeline, 8 /* marks */), 1, existing) AS all_marks,
                          arraySlice(
                            tupleElement(timeline, 10 /* cell_unitId_or_townshipCode */),
                            1,
                            existing
                          ) AS all_unitId_or_townshipCode,
                          arraySlice(tupleElement(timeline, 9 /* cell_atMs */), 1, existing) AS all_atMs,
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
                              cell_atMs,
                              cell_unitId_or_townshipCode,
                              cell_villageCode
                            ))) AS timeline
                          FROM (
                            SELECT
                              assumeNotNull(CAST(orderId, 'Nullable(String)')) AS scope,
                              toInt64(atMs) AS atMs,
                              toInt64(ifNull(stepNo, 0)) AS ord,
                              id AS id,
                              toUInt8(1 /* hotline.order-event */) AS type,
                              toUInt64(version) AS version,
                              toUInt64(streamOffset) AS streamOffset,
                              toString(hash) AS hash,
                              toUInt64(
                                if(ifNull(action = {p0:String}, 0), 1 /* applied */, 0)
                                + if(
                                  ifNull(action IN ({p3:String}, {p4:String}), 0) AND NOT ifNull(role = {p5:String}, 0),
                                  4 /* assigned */,
                                  0
                                )
                              ) AS marks,
                              CAST(atMs, 'Nullable(Int64)') AS cell_atMs,
                              CAST(unitId, 'Nullable(String)') AS cell_unitId_or_townshipCode,
                              CAST(NULL, 'Nullable(String)') AS cell_villageCode
                            FROM cur_hotline_order_event FINAL
                            WHERE (
                              (ifNull(action = {p0:String}, 0))
                              OR (ifNull(action IN ({p3:String}, {p4:String}), 0) AND NOT ifNull(role = {p5:String}, 0))
                            )
                            UNION ALL
                            SELECT
                              assumeNotNull(CAST(orderId, 'Nullable(String)')) AS scope,
                              toInt64(atMs) AS atMs,
                              toInt64(0) AS ord,
                              id AS id,
                              toUInt8(0 /* hotline.order */) AS type,
                              toUInt64(version) AS version,
                              toUInt64(streamOffset) AS streamOffset,
                              toString(hash) AS hash,
                              toUInt64(if(NOT ifNull(category = {p1:String}, 0), 2 /* order */, 0)) AS marks,
                              CAST(NULL, 'Nullable(Int64)') AS cell_atMs,
                              CAST(townshipCode, 'Nullable(String)') AS cell_unitId_or_townshipCode,
                              CAST(villageCode, 'Nullable(String)') AS cell_villageCode
                            FROM cur_hotline_order FINAL
                            WHERE ((NOT ifNull(category = {p1:String}, 0)))
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
