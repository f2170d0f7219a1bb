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
  toString(length(counted0[first])) AS grantedCount_figure,
  toString(0) AS startMs_figure,
  toString(order_promisedAtMs[first]) AS promisedAt_figure,
  toString(all_promisedAtMs_or_extendedToMs[arrayMax(arrayConcat(
    CAST([], 'Array(Int64)'),
    arrayMap((counted0_i) -> tupleElement(counted0_i, 1), counted0)[first]
  ))]) AS extendedTo_figure,
  toString(all_unitId_or_townshipCode[arrayMax(arrayConcat(
    CAST([], 'Array(Int64)'),
    arrayMap((counted0_i) -> tupleElement(counted0_i, 1), counted0)[first]
  ))]) AS unitId_subject,
  toString(order_townshipCode[first]) AS townshipCode_subject,
  toString(order_villageCode[first]) AS villageCode_subject
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
      grantedCount_figure,
      startMs_figure,
      promisedAt_figure,
      extendedTo_figure
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
          arrayMap(p -> (toUInt32(p), toUInt8(1 /* order */)), tupleElement(holding, 2)),
          arrayMap(
            p -> (toUInt32(p), toUInt8(0 /* granted */)),
            arrayFlatten(arrayFilter(
              (x1, x2) -> has(tupleElement(holding, 3), x2),
              arrayMap((counted0_i) -> tupleElement(counted0_i, 1), counted0),
              arrayEnumerate(order_at)
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
                  (w0) -> bitAnd(w0, 3) != 0 /* granted, order */,
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
                  (x1, order_places_i, x3, x4) -> (toInt64(x1), toInt64(order_places_i), toInt64(x3), toInt64(x4)),
                  arrayMap(
                    (order_at_i, x2) -> greatest(order_at_i, x2),
                    order_at,
                    arrayMap(
                      (counted0_i) -> if(
                        (length(counted0_i) >= {p1:Int64}),
                        toInt64(tupleElement(counted0_i[greatest({p1:Int64}, 1)], 2)),
                        toInt64(0)
                      ),
                      counted0
                    )
                  ),
                  order_places,
                  arrayEnumerate(order_at),
                  arrayMap((order_at_i) -> 0, order_at)
                ),
                holds
              ) AS met
            FROM (
              SELECT *,
                arrayMap((counted0_i) -> (length(counted0_i) >= {p1:Int64}), counted0) AS holds
              FROM (
                SELECT *,
                  arrayMap(
                    (standing0_i, order_promisedAtMs_i) -> arrayFilter(
                      (standing0_j) -> ifNull(
                        (
                          order_promisedAtMs_i
                          + 1728000000
                        ) < all_promisedAtMs_or_extendedToMs[tupleElement(standing0_j, 1)],
                        0
                      ),
                      standing0_i
                    ),
                    standing0,
                    order_promisedAtMs
                  ) AS counted0
                FROM (
                  SELECT *,
                    arrayMap(
                      (order_places_i, order_places_i2) -> arrayFilter(
                        (x3) -> 1,
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
                      order_places,
                      order_places
                    ) AS standing0
                  FROM (
                    SELECT *,
                      arrayFilter((x, m) -> bitTest(m, 0), all_places, all_marks) AS order_places,
                      arrayFilter((x, m) -> bitTest(m, 0), all_at, all_marks) AS order_at,
                      arrayFilter((x, m) -> bitTest(m, 1), all_places, all_marks) AS granted_places,
                      arrayFilter((x, m) -> bitTest(m, 1), all_at, all_marks) AS granted_at,
                      arrayFilter(
                        (x, m) -> bitTest(m, 0),
                        all_promisedAtMs_or_extendedToMs,
                        all_marks
                      ) AS order_promisedAtMs,
                      arrayFilter((x, m) -> bitTest(m, 0), all_unitId_or_townshipCode, all_marks) AS order_townshipCode,
                      arrayFilter((x, m) -> bitTest(m, 0), all_villageCode, all_marks) AS order_villageCode
                    FROM (
                      SELECT *,
                        arrayCount(a -> a <= {now:Int64}, timeline.1) AS existing,
                        arraySlice(tupleElement(timeline, 8 /* marks */), 1, existing) AS all_marks,
                        arraySlice(
                          tupleElement(timeline, 9 /* cell_promisedAtMs_or_extendedToMs */),
                          1,
                          existing
                        ) AS all_promisedAtMs_or_extendedToMs,
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
                            cell_promisedAtMs_or_extendedToMs,
                            cell_unitId_or_townshipCode,
                            cell_villageCode
                          ))) AS timeline
                        FROM (
                          SELECT
                            assumeNotNull(CAST(orderId, 'Nullable(String)')) AS scope,
                            toInt64(atMs) AS atMs,
                            toInt64(0) AS ord,
                            id AS id,
                            toUInt8(0 /* hotline.order */) AS type,
                            toUInt64(version) AS version,
                            toUInt64(streamOffset) AS streamOffset,
                            toString(hash) AS hash,
                            toUInt64(1 /* order */) AS marks,
                            CAST(promisedAtMs, 'Nullable(Int64)') AS cell_promisedAtMs_or_extendedToMs,
                            CAST(townshipCode, 'Nullable(String)') AS cell_unitId_or_townshipCode,
                            CAST(villageCode, 'Nullable(String)') AS cell_villageCode
                          FROM cur_hotline_order FINAL
                          UNION ALL
                          SELECT
                            assumeNotNull(CAST(orderId, 'Nullable(String)')) AS scope,
                            toInt64(atMs) AS atMs,
                            toInt64(ifNull(stepNo, 0)) AS ord,
                            id AS id,
                            toUInt8(1 /* hotline.order-event */) AS type,
                            toUInt64(version) AS version,
                            toUInt64(streamOffset) AS streamOffset,
                            toString(hash) AS hash,
                            toUInt64(if(ifNull(action = {p0:String}, 0), 2 /* granted */, 0)) AS marks,
                            CAST(extendedToMs, 'Nullable(Int64)') AS cell_promisedAtMs_or_extendedToMs,
                            CAST(unitId, 'Nullable(String)') AS cell_unitId_or_townshipCode,
                            CAST(NULL, 'Nullable(String)') AS cell_villageCode
                          FROM cur_hotline_order_event FINAL
                          WHERE ((ifNull(action = {p0:String}, 0)))
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
