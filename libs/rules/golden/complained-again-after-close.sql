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
  toString(length(candidates0[first])) AS claimedCount_figure,
  toString(length(counted1[first])) AS againCount_figure,
  toString(0) AS startMs_figure,
  toString(all_atMs[arrayMax(arrayConcat(
    CAST([], 'Array(Int64)'),
    arrayMap((candidates0_i) -> tupleElement(candidates0_i, 1), candidates0)[first]
  ))]) AS claimedMs_figure,
  toString(all_orderId[arrayMax(arrayConcat(
    CAST([], 'Array(Int64)'),
    arrayMap((counted1_i) -> tupleElement(counted1_i, 1), counted1)[first]
  ))]) AS againOrderId_figure,
  toString(all_matterKey_or_unitId[arrayMax(arrayConcat(
    CAST([], 'Array(Int64)'),
    arrayMap((candidates0_i) -> tupleElement(candidates0_i, 1), candidates0)[first]
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
      claimedCount_figure,
      againCount_figure,
      startMs_figure,
      claimedMs_figure,
      againOrderId_figure
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
          arrayMap(p -> (toUInt32(p), toUInt8(0 /* order */)), tupleElement(holding, 2)),
          arrayMap(
            p -> (toUInt32(p), toUInt8(1 /* claimed */)),
            arrayFlatten(arrayFilter(
              (x1, x2) -> has(tupleElement(holding, 3), x2),
              arrayMap((candidates0_i) -> tupleElement(candidates0_i, 1), candidates0),
              arrayEnumerate(order_at)
            ))
          ),
          arrayMap(
            p -> (toUInt32(p), toUInt8(2 /* again */)),
            arrayFlatten(arrayFilter(
              (x1, x2) -> has(tupleElement(holding, 3), x2),
              arrayMap((counted1_i) -> tupleElement(counted1_i, 1), counted1),
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
              arrayConcat(
                CAST([], 'Array(Int64)'),
                arrayFilter(
                  (x1, x2) -> x2,
                  arraySlice(tupleElement(timeline, 1 /* atMs */), existing + 1),
                  arrayMap(
                    (w0) -> bitAnd(w0, 3) != 0 /* order, claimed */,
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
                  arrayMap((w0) -> bitAnd(w0, 1) != 0 /* order */, tupleElement(timeline, 8 /* marks */)),
                  tupleElement(timeline, 10 /* cell_matterKey_or_unitId */)
                )
              ),
              arraySlice(tupleElement(timeline, 1 /* atMs */), existing + 1),
              arrayMap(
                (w0) -> bitAnd(w0, 4) != 0 /* again */,
                arraySlice(tupleElement(timeline, 8 /* marks */), existing + 1)
              ),
              arraySlice(tupleElement(timeline, 10 /* cell_matterKey_or_unitId */), existing + 1)
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
                  (x1, order_places_i, x3, x4) -> (toInt64(x1), toInt64(order_places_i), toInt64(x3), toInt64(x4)),
                  arrayMap(
                    (x1, x2) -> greatest(x1, x2),
                    arrayMap(
                      (order_at_i, x2) -> greatest(order_at_i, x2),
                      order_at,
                      arrayMap(
                        (candidates0_i) -> if(
                          (length(candidates0_i) >= {p2:Int64}),
                          toInt64(tupleElement(candidates0_i[greatest({p2:Int64}, 1)], 2)),
                          toInt64(0)
                        ),
                        candidates0
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
                  order_places,
                  arrayEnumerate(order_at),
                  arrayMap((order_at_i) -> 0, order_at)
                ),
                holds
              ) AS met
            FROM (
              SELECT *,
                arrayMap(
                  (x1, x2) -> (x1 AND x2),
                  arrayMap((candidates0_i) -> (length(candidates0_i) >= {p2:Int64}), candidates0),
                  arrayMap(
                    (x1, claimedAt_place_i) -> (x1 AND (claimedAt_place_i > 0)),
                    arrayMap((counted1_i) -> (length(counted1_i) >= {p2:Int64}), counted1),
                    claimedAt_place
                  )
                ) AS holds
              FROM (
                SELECT *,
                  arrayMap(
                    (candidates1_i, order_orderId_i) -> arrayFilter(
                      (candidates1_j) -> (NOT ifNull(all_orderId[tupleElement(candidates1_j, 1)] = order_orderId_i, 0)),
                      candidates1_i
                    ),
                    candidates1,
                    order_orderId
                  ) AS counted1
                FROM (
                  SELECT *,
                    arrayMap(
                      (standing1_i, claimedAt_at_i) -> arrayFilter(
                        (standing1_j) -> ((tupleElement(standing1_j, 2) - claimedAt_at_i) < ({p4:Int64} * 86400000)),
                        standing1_i
                      ),
                      standing1,
                      claimedAt_at
                    ) AS candidates1
                  FROM (
                    SELECT *,
                      arrayMap(
                        (claimedAt_place_i, claimedAt_place_i2, order_matterKey_i) -> arrayFilter(
                          (x4, again_matterKey_j) -> (
                            ifNull(again_matterKey_j = order_matterKey_i, 0)
                            AND ((claimedAt_place_i > 0) AND (tupleElement(x4, 1) > claimedAt_place_i))
                          ),
                          arrayMap(
                            (again_places_j, again_at_j) -> (toInt64(again_places_j), toInt64(again_at_j), toInt64(0)),
                            again_places,
                            again_at
                          ),
                          again_matterKey
                        ),
                        claimedAt_place,
                        claimedAt_place,
                        order_matterKey
                      ) AS standing1
                    FROM (
                      SELECT *,
                        arrayMap((candidates0_i) -> tupleElement(candidates0_i[1], 1), candidates0) AS claimedAt_place,
                        arrayMap((candidates0_i) -> tupleElement(candidates0_i[1], 2), candidates0) AS claimedAt_at
                      FROM (
                        SELECT *,
                          arrayMap((standing0_i) -> arraySlice(standing0_i, 1, 1), standing0) AS candidates0
                        FROM (
                          SELECT *,
                            arrayMap(
                              (order_places_i, order_places_i2) -> arrayFilter(
                                (x3) -> 1,
                                arrayMap(
                                  (claimed_places_j, claimed_at_j) -> (
                                    toInt64(claimed_places_j),
                                    toInt64(claimed_at_j),
                                    toInt64(0)
                                  ),
                                  claimed_places,
                                  claimed_at
                                )
                              ),
                              order_places,
                              order_places
                            ) AS standing0
                          FROM (
                            SELECT *,
                              arrayFilter((x, m) -> bitTest(m, 0), all_places, all_marks) AS order_places,
                              arrayFilter((x, m) -> bitTest(m, 0), all_at, all_marks) AS order_at,
                              arrayFilter((x, m) -> bitTest(m, 1), all_places, all_marks) AS claimed_places,
                              arrayFilter((x, m) -> bitTest(m, 1), all_at, all_marks) AS claimed_at,
                              arrayFilter((x, m) -> bitTest(m, 2), all_places, all_marks) AS again_places,
                              arrayFilter((x, m) -> bitTest(m, 2), all_at, all_marks) AS again_at,
                              arrayFilter(
                                (x, m) -> bitTest(m, 0),
                                all_matterKey_or_unitId,
                                all_marks
                              ) AS order_matterKey,
                              arrayFilter(
                                (x, m) -> bitTest(m, 2),
                                all_matterKey_or_unitId,
                                all_marks
                              ) AS again_matterKey,
                              arrayFilter((x, m) -> bitTest(m, 0), all_orderId, all_marks) AS order_orderId,
                              arrayFilter((x, m) -> bitTest(m, 0), all_townshipCode, all_marks) AS order_townshipCode,
                              arrayFilter((x, m) -> bitTest(m, 0), all_villageCode, all_marks) AS order_villageCode
                            FROM (
                              SELECT *,
                                arrayCount(a -> a <= {now:Int64}, timeline.1) AS existing,
                                arraySlice(tupleElement(timeline, 8 /* marks */), 1, existing) AS all_marks,
                                arraySlice(
                                  tupleElement(timeline, 10 /* cell_matterKey_or_unitId */),
                                  1,
                                  existing
                                ) AS all_matterKey_or_unitId,
                                arraySlice(tupleElement(timeline, 11 /* cell_orderId */), 1, existing) AS all_orderId,
                                arraySlice(tupleElement(timeline, 9 /* cell_atMs */), 1, existing) AS all_atMs,
                                arraySlice(
                                  tupleElement(timeline, 12 /* cell_townshipCode */),
                                  1,
                                  existing
                                ) AS all_townshipCode,
                                arraySlice(
                                  tupleElement(timeline, 13 /* cell_villageCode */),
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
                                    cell_atMs,
                                    cell_matterKey_or_unitId,
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
                                    any(r.cell_atMs) AS cell_atMs,
                                    any(r.cell_matterKey_or_unitId) AS cell_matterKey_or_unitId,
                                    any(r.cell_orderId) AS cell_orderId,
                                    any(r.cell_townshipCode) AS cell_townshipCode,
                                    any(r.cell_villageCode) AS cell_villageCode
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
                                      CAST(NULL, 'Nullable(Int64)') AS cell_atMs,
                                      CAST(matterKey, 'Nullable(String)') AS cell_matterKey_or_unitId,
                                      CAST(orderId, 'Nullable(String)') AS cell_orderId,
                                      CAST(townshipCode, 'Nullable(String)') AS cell_townshipCode,
                                      CAST(villageCode, 'Nullable(String)') AS cell_villageCode
                                    FROM cur_hotline_order FINAL
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
                                      linked.cell_atMs AS cell_atMs,
                                      linked.cell_matterKey_or_unitId AS cell_matterKey_or_unitId,
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
                                        toUInt64(if(NOT ifNull(category = {p3:String}, 0), 4 /* again */, 0)) AS marks,
                                        CAST(NULL, 'Nullable(Int64)') AS cell_atMs,
                                        CAST(matterKey, 'Nullable(String)') AS cell_matterKey_or_unitId,
                                        CAST(orderId, 'Nullable(String)') AS cell_orderId,
                                        CAST(townshipCode, 'Nullable(String)') AS cell_townshipCode,
                                        CAST(villageCode, 'Nullable(String)') AS cell_villageCode,
                                        assumeNotNull(CAST(matterKey, 'Nullable(String)')) AS k0
                                      FROM cur_hotline_order_by_matterKey FINAL
                                      WHERE matterKey IS NOT NULL
                                        AND ((NOT ifNull(category = {p3:String}, 0)))
                                    ) AS linked
                                    INNER JOIN (
                                      SELECT DISTINCT
                                        assumeNotNull(CAST(orderId, 'Nullable(String)')) AS scope,
                                        assumeNotNull(CAST(matterKey, 'Nullable(String)')) AS k0
                                      FROM cur_hotline_order FINAL
                                      WHERE matterKey IS NOT NULL
                                    ) AS subjects ON linked.k0 = subjects.k0
                                  ) AS r
                                  GROUP BY scope, atMs, ord, id, type
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
                                    toUInt64(if(
                                      ifNull(action = {p0:String}, 0) AND ifNull(claimsSolved = {p1:Bool}, 0),
                                      2 /* claimed */,
                                      0
                                    )) AS marks,
                                    CAST(atMs, 'Nullable(Int64)') AS cell_atMs,
                                    CAST(unitId, 'Nullable(String)') AS cell_matterKey_or_unitId,
                                    CAST(NULL, 'Nullable(String)') AS cell_orderId,
                                    CAST(NULL, 'Nullable(String)') AS cell_townshipCode,
                                    CAST(NULL, 'Nullable(String)') AS cell_villageCode
                                  FROM cur_hotline_order_event FINAL
                                  WHERE ((ifNull(action = {p0:String}, 0) AND ifNull(claimsSolved = {p1:Bool}, 0)))
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
      )
    )
    WHERE hit OR due > 0
  )
)
