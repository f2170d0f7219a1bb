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
  toString(length(counted0[first])) AS orderCount_figure,
  toString(length(counted1[first])) AS earlierCount_figure,
  toString(0) AS startMs_figure,
  toString(all_atMs_or_promisedAtMs[arrayMax(arrayConcat(
    CAST([], 'Array(Int64)'),
    arrayMap((counted0_i) -> tupleElement(counted0_i, 1), counted0)[first]
  ))]) AS promisedAt_figure,
  toString(granted_atMs[first]) AS grantedAt_figure,
  toString(granted_unitId[first]) AS unitId_subject,
  toString(all_unitId_or_townshipCode[arrayMax(arrayConcat(
    CAST([], 'Array(Int64)'),
    arrayMap((counted0_i) -> tupleElement(counted0_i, 1), counted0)[first]
  ))]) AS townshipCode_subject,
  toString(all_villageCode[arrayMax(arrayConcat(
    CAST([], 'Array(Int64)'),
    arrayMap((counted0_i) -> tupleElement(counted0_i, 1), counted0)[first]
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
      earlierCount_figure,
      startMs_figure,
      promisedAt_figure,
      grantedAt_figure
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
          arrayMap(p -> (toUInt32(p), toUInt8(0 /* granted */)), tupleElement(holding, 2)),
          arrayMap(
            p -> (toUInt32(p), toUInt8(2 /* order */)),
            arrayFlatten(arrayFilter(
              (x1, x2) -> has(tupleElement(holding, 3), x2),
              arrayMap((counted0_i) -> tupleElement(counted0_i, 1), counted0),
              arrayEnumerate(granted_at)
            ))
          ),
          arrayMap(
            p -> (toUInt32(p), toUInt8(1 /* earlier */)),
            arrayFlatten(arrayFilter(
              (x1, x2) -> has(tupleElement(holding, 3), x2),
              arrayMap((standing1_i) -> tupleElement(standing1_i, 1), standing1),
              arrayEnumerate(granted_at)
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
                  (w0) -> bitAnd(w0, 3) != 0 /* granted, granted, order */,
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
                  (x1, granted_places_i, x3, x4) -> (toInt64(x1), toInt64(granted_places_i), toInt64(x3), toInt64(x4)),
                  arrayMap(
                    (granted_at_i, x2) -> greatest(granted_at_i, x2),
                    granted_at,
                    arrayMap(
                      (counted0_i) -> if(
                        (length(counted0_i) >= {p1:Int64}),
                        toInt64(tupleElement(counted0_i[greatest({p1:Int64}, 1)], 2)),
                        toInt64(0)
                      ),
                      counted0
                    )
                  ),
                  granted_places,
                  arrayEnumerate(granted_at),
                  arrayMap((granted_at_i) -> 0, granted_at)
                ),
                holds
              ) AS met
            FROM (
              SELECT *,
                arrayMap(
                  (x1, x2) -> (x1 AND x2),
                  arrayMap((counted0_i) -> (length(counted0_i) >= {p1:Int64}), counted0),
                  arrayMap(
                    (x1, granted_places_i) -> (x1 AND (granted_places_i > 0)),
                    arrayMap((counted1_i) -> (NOT notEmpty(counted1_i)), counted1),
                    granted_places
                  )
                ) AS holds
              FROM (
                SELECT *,
                  arrayMap(
                    (standing0_i, granted_atMs_i) -> arrayFilter(
                      (standing0_j) -> ifNull(
                        all_atMs_or_promisedAtMs[tupleElement(standing0_j, 1)] < granted_atMs_i,
                        0
                      ),
                      standing0_i
                    ),
                    standing0,
                    granted_atMs
                  ) AS counted0,
                  arrayMap(
                    (standing1_i, granted_atMs_i) -> arrayFilter(
                      (standing1_j) -> ifNull(granted_atMs_i <= all_extendedToMs[tupleElement(standing1_j, 1)], 0),
                      standing1_i
                    ),
                    standing1,
                    granted_atMs
                  ) AS counted1
                FROM (
                  SELECT *,
                    arrayMap(
                      (granted_places_i, granted_places_i2) -> arrayFilter(
                        (x3) -> 1,
                        arrayMap(
                          (order_places_j, order_at_j) -> (toInt64(order_places_j), toInt64(order_at_j), toInt64(0)),
                          order_places,
                          order_at
                        )
                      ),
                      granted_places,
                      granted_places
                    ) AS standing0,
                    arrayMap(
                      (granted_places_i, granted_places_i2) -> arrayFilter(
                        (x3) -> (tupleElement(x3, 1) < granted_places_i2),
                        arrayMap(
                          (granted_places_j, granted_at_j) -> (
                            toInt64(granted_places_j),
                            toInt64(granted_at_j),
                            toInt64(0)
                          ),
                          granted_places,
                          granted_at
                        )
                      ),
                      granted_places,
                      granted_places
                    ) AS standing1
                  FROM (
                    SELECT *,
                      arrayFilter((x, m) -> bitTest(m, 0), all_places, all_marks) AS granted_places,
                      arrayFilter((x, m) -> bitTest(m, 0), all_at, all_marks) AS granted_at,
                      arrayFilter((x, m) -> bitTest(m, 1), all_places, all_marks) AS order_places,
                      arrayFilter((x, m) -> bitTest(m, 1), all_at, all_marks) AS order_at,
                      arrayFilter((x, m) -> bitTest(m, 0), all_atMs_or_promisedAtMs, all_marks) AS granted_atMs,
                      arrayFilter((x, m) -> bitTest(m, 0), all_unitId_or_townshipCode, all_marks) AS granted_unitId
                    FROM (
                      SELECT *,
                        arrayCount(a -> a <= {now:Int64}, timeline.1) AS existing,
                        arraySlice(tupleElement(timeline, 8 /* marks */), 1, existing) AS all_marks,
                        arraySlice(
                          tupleElement(timeline, 9 /* cell_atMs_or_promisedAtMs */),
                          1,
                          existing
                        ) AS all_atMs_or_promisedAtMs,
                        arraySlice(tupleElement(timeline, 10 /* cell_extendedToMs */), 1, existing) AS all_extendedToMs,
                        arraySlice(
                          tupleElement(timeline, 11 /* cell_unitId_or_townshipCode */),
                          1,
                          existing
                        ) AS all_unitId_or_townshipCode,
                        arraySlice(tupleElement(timeline, 12 /* cell_villageCode */), 1, existing) AS all_villageCode,
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
                            cell_atMs_or_promisedAtMs,
                            cell_extendedToMs,
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
                            toUInt64(if(ifNull(action = {p0:String}, 0), 1 /* granted */, 0)) AS marks,
                            CAST(atMs, 'Nullable(Int64)') AS cell_atMs_or_promisedAtMs,
                            CAST(extendedToMs, 'Nullable(Int64)') AS cell_extendedToMs,
                            CAST(unitId, 'Nullable(String)') AS cell_unitId_or_townshipCode,
                            CAST(NULL, 'Nullable(String)') AS cell_villageCode
                          FROM cur_hotline_order_event FINAL
                          WHERE ((ifNull(action = {p0:String}, 0)))
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
                            toUInt64(2 /* order */) AS marks,
                            CAST(promisedAtMs, 'Nullable(Int64)') AS cell_atMs_or_promisedAtMs,
                            CAST(NULL, 'Nullable(Int64)') AS cell_extendedToMs,
                            CAST(townshipCode, 'Nullable(String)') AS cell_unitId_or_townshipCode,
                            CAST(villageCode, 'Nullable(String)') AS cell_villageCode
                          FROM cur_hotline_order FINAL
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
