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
  toString(length(standing1[first])) AS signedCount_figure,
  toString(length(standing2[first])) AS contactedCount_figure,
  toString(0) AS startMs_figure,
  toString(completed_atMs[first]) AS completedAt_figure,
  toString(completed_unitId[first]) AS unitId_subject,
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
      signedCount_figure,
      contactedCount_figure,
      startMs_figure,
      completedAt_figure
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
          arrayMap(p -> (toUInt32(p), toUInt8(0 /* completed */)), tupleElement(holding, 2)),
          arrayMap(
            p -> (toUInt32(p), toUInt8(3 /* order */)),
            arrayFlatten(arrayFilter(
              (x1, x2) -> has(tupleElement(holding, 3), x2),
              arrayMap((standing0_i) -> tupleElement(standing0_i, 1), standing0),
              arrayEnumerate(completed_at)
            ))
          ),
          arrayMap(
            p -> (toUInt32(p), toUInt8(2 /* signed */)),
            arrayFlatten(arrayFilter(
              (x1, x2) -> has(tupleElement(holding, 3), x2),
              arrayMap((standing1_i) -> tupleElement(standing1_i, 1), standing1),
              arrayEnumerate(completed_at)
            ))
          ),
          arrayMap(
            p -> (toUInt32(p), toUInt8(1 /* contacted */)),
            arrayFlatten(arrayFilter(
              (x1, x2) -> has(tupleElement(holding, 3), x2),
              arrayMap((standing2_i) -> tupleElement(standing2_i, 1), standing2),
              arrayEnumerate(completed_at)
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
                  (w0) -> bitAnd(w0, 15) != 0 /* completed, contacted, signed, order */,
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
                  (x1, completed_places_i, x3, x4) -> (
                    toInt64(x1),
                    toInt64(completed_places_i),
                    toInt64(x3),
                    toInt64(x4)
                  ),
                  arrayMap(
                    (x1, x2) -> greatest(x1, x2),
                    arrayMap(
                      (completed_at_i, x2) -> greatest(completed_at_i, x2),
                      completed_at,
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
                      (standing1_i) -> if(
                        (length(standing1_i) >= {p2:Int64}),
                        toInt64(tupleElement(standing1_i[greatest({p2:Int64}, 1)], 2)),
                        toInt64(0)
                      ),
                      standing1
                    )
                  ),
                  completed_places,
                  arrayEnumerate(completed_at),
                  arrayMap((completed_at_i) -> 0, completed_at)
                ),
                holds
              ) AS met
            FROM (
              SELECT *,
                arrayMap(
                  (x1, x2) -> (x1 AND x2),
                  arrayMap(
                    (x1, x2) -> (x1 AND x2),
                    arrayMap((standing0_i) -> (length(standing0_i) >= {p2:Int64}), standing0),
                    arrayMap(
                      (x1, completed_places_i) -> (x1 AND (completed_places_i > 0)),
                      arrayMap((standing1_i) -> (length(standing1_i) >= {p2:Int64}), standing1),
                      completed_places
                    )
                  ),
                  arrayMap(
                    (x1, completed_places_i) -> (x1 AND (completed_places_i > 0)),
                    arrayMap((standing2_i) -> (NOT notEmpty(standing2_i)), standing2),
                    completed_places
                  )
                ) AS holds
              FROM (
                SELECT *,
                  arrayMap(
                    (completed_places_i, completed_places_i2) -> arrayFilter(
                      (x3) -> 1,
                      arrayMap(
                        (order_places_j, order_at_j) -> (toInt64(order_places_j), toInt64(order_at_j), toInt64(0)),
                        order_places,
                        order_at
                      )
                    ),
                    completed_places,
                    completed_places
                  ) AS standing0,
                  arrayMap(
                    (completed_places_i, completed_places_i2) -> arrayFilter(
                      (x3) -> (tupleElement(x3, 1) < completed_places_i2),
                      arrayMap(
                        (signed_places_j, signed_at_j) -> (toInt64(signed_places_j), toInt64(signed_at_j), toInt64(0)),
                        signed_places,
                        signed_at
                      )
                    ),
                    completed_places,
                    completed_places
                  ) AS standing1,
                  arrayMap(
                    (completed_places_i, completed_places_i2) -> arrayFilter(
                      (x3) -> (tupleElement(x3, 1) < completed_places_i2),
                      arrayMap(
                        (contacted_places_j, contacted_at_j) -> (
                          toInt64(contacted_places_j),
                          toInt64(contacted_at_j),
                          toInt64(0)
                        ),
                        contacted_places,
                        contacted_at
                      )
                    ),
                    completed_places,
                    completed_places
                  ) AS standing2
                FROM (
                  SELECT *,
                    arrayFilter((x, m) -> bitTest(m, 0), all_places, all_marks) AS completed_places,
                    arrayFilter((x, m) -> bitTest(m, 0), all_at, all_marks) AS completed_at,
                    arrayFilter((x, m) -> bitTest(m, 1), all_places, all_marks) AS order_places,
                    arrayFilter((x, m) -> bitTest(m, 1), all_at, all_marks) AS order_at,
                    arrayFilter((x, m) -> bitTest(m, 2), all_places, all_marks) AS signed_places,
                    arrayFilter((x, m) -> bitTest(m, 2), all_at, all_marks) AS signed_at,
                    arrayFilter((x, m) -> bitTest(m, 3), all_places, all_marks) AS contacted_places,
                    arrayFilter((x, m) -> bitTest(m, 3), all_at, all_marks) AS contacted_at,
                    arrayFilter((x, m) -> bitTest(m, 0), all_atMs, all_marks) AS completed_atMs,
                    arrayFilter((x, m) -> bitTest(m, 0), all_unitId_or_townshipCode, all_marks) AS completed_unitId
                  FROM (
                    SELECT *,
                      arrayCount(a -> a <= {now:Int64}, timeline.1) AS existing,
                      arraySlice(tupleElement(timeline, 8 /* marks */), 1, existing) AS all_marks,
                      arraySlice(tupleElement(timeline, 9 /* cell_atMs */), 1, existing) AS all_atMs,
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
                            if(ifNull(action = {p0:String}, 0) AND unitId IS NOT NULL, 1 /* completed */, 0)
                            + if(ifNull(action = {p3:String}, 0), 4 /* signed */, 0)
                            + if(ifNull(action = {p4:String}, 0), 8 /* contacted */, 0)
                          ) AS marks,
                          CAST(atMs, 'Nullable(Int64)') AS cell_atMs,
                          CAST(unitId, 'Nullable(String)') AS cell_unitId_or_townshipCode,
                          CAST(NULL, 'Nullable(String)') AS cell_villageCode
                        FROM cur_hotline_order_event FINAL
                        WHERE (
                          (ifNull(action = {p0:String}, 0) AND unitId IS NOT NULL)
                          OR (ifNull(action = {p3:String}, 0))
                          OR (ifNull(action = {p4:String}, 0))
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
    WHERE hit OR due > 0
  )
)
