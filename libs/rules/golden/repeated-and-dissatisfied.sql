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
  toString(length(candidates0[first])) AS earlierCount_figure,
  toString(length(standing1[first])) AS dissatisfiedCount_figure,
  toString(0) AS startMs_figure,
  toString(order_orderId[first]) AS orderId_subject,
  toString(order_leadUnitId[first]) AS unitId_subject,
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
      earlierCount_figure,
      dissatisfiedCount_figure,
      startMs_figure
    ], 'Array(Nullable(String))'), []),
    CAST([
      orderId_subject,
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
            p -> (toUInt32(p), toUInt8(1 /* earlier */)),
            arrayFlatten(arrayFilter(
              (x1, x2) -> has(tupleElement(holding, 3), x2),
              arrayMap((candidates0_i) -> tupleElement(candidates0_i, 1), candidates0),
              arrayEnumerate(order_at)
            ))
          ),
          arrayMap(
            p -> (toUInt32(p), toUInt8(2 /* dissatisfied */)),
            arrayFlatten(arrayFilter(
              (x1, x2) -> has(tupleElement(holding, 3), x2),
              arrayMap((standing1_i) -> tupleElement(standing1_i, 1), standing1),
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
                    (w0) -> bitAnd(w0, 1) != 0 /* order, order */,
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
                  tupleElement(timeline, 9 /* cell_orderId */)
                )
              ),
              arraySlice(tupleElement(timeline, 1 /* atMs */), existing + 1),
              arrayMap(
                (w0) -> bitAnd(w0, 2) != 0 /* dissatisfied */,
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
                      (standing1_i) -> if(
                        (length(standing1_i) >= {p2:Int64}),
                        toInt64(tupleElement(standing1_i[greatest({p2:Int64}, 1)], 2)),
                        toInt64(0)
                      ),
                      standing1
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
                  arrayMap(
                    (x1, order_places_i) -> (x1 AND (order_places_i > 0)),
                    arrayMap((candidates0_i) -> (length(candidates0_i) >= {p2:Int64}), candidates0),
                    order_places
                  ),
                  arrayMap((standing1_i) -> (length(standing1_i) >= {p2:Int64}), standing1)
                ) AS holds
              FROM (
                SELECT *,
                  arrayMap(
                    (standing0_i, order_at_i) -> arrayFilter(
                      (standing0_j) -> ((order_at_i - tupleElement(standing0_j, 2)) < ({p1:Int64} * 86400000)),
                      standing0_i
                    ),
                    standing0,
                    order_at
                  ) AS candidates0
                FROM (
                  SELECT *,
                    arrayMap(
                      (order_places_i, order_places_i2) -> arrayFilter(
                        (x3) -> (tupleElement(x3, 1) < order_places_i2),
                        arrayMap(
                          (order_places_j, order_at_j) -> (toInt64(order_places_j), toInt64(order_at_j), toInt64(0)),
                          order_places,
                          order_at
                        )
                      ),
                      order_places,
                      order_places
                    ) AS standing0,
                    arrayMap(
                      (order_places_i, order_places_i2, order_orderId_i) -> arrayFilter(
                        (x4, dissatisfied_orderId_j) -> ifNull(dissatisfied_orderId_j = order_orderId_i, 0),
                        arrayMap(
                          (dissatisfied_places_j, dissatisfied_at_j) -> (
                            toInt64(dissatisfied_places_j),
                            toInt64(dissatisfied_at_j),
                            toInt64(0)
                          ),
                          dissatisfied_places,
                          dissatisfied_at
                        ),
                        dissatisfied_orderId
                      ),
                      order_places,
                      order_places,
                      order_orderId
                    ) AS standing1
                  FROM (
                    SELECT *,
                      arrayFilter((x, m) -> bitTest(m, 0), all_places, all_marks) AS order_places,
                      arrayFilter((x, m) -> bitTest(m, 0), all_at, all_marks) AS order_at,
                      arrayFilter((x, m) -> bitTest(m, 1), all_places, all_marks) AS dissatisfied_places,
                      arrayFilter((x, m) -> bitTest(m, 1), all_at, all_marks) AS dissatisfied_at,
                      arrayFilter((x, m) -> bitTest(m, 0), all_orderId, all_marks) AS order_orderId,
                      arrayFilter((x, m) -> bitTest(m, 1), all_orderId, all_marks) AS dissatisfied_orderId,
                      arrayFilter((x, m) -> bitTest(m, 0), all_leadUnitId, all_marks) AS order_leadUnitId,
                      arrayFilter((x, m) -> bitTest(m, 0), all_townshipCode, all_marks) AS order_townshipCode,
                      arrayFilter((x, m) -> bitTest(m, 0), all_villageCode, all_marks) AS order_villageCode
                    FROM (
                      SELECT *,
                        arrayCount(a -> a <= {now:Int64}, timeline.1) AS existing,
                        arraySlice(tupleElement(timeline, 8 /* marks */), 1, existing) AS all_marks,
                        arraySlice(tupleElement(timeline, 9 /* cell_orderId */), 1, existing) AS all_orderId,
                        arraySlice(tupleElement(timeline, 10 /* cell_leadUnitId */), 1, existing) AS all_leadUnitId,
                        arraySlice(tupleElement(timeline, 11 /* cell_townshipCode */), 1, existing) AS all_townshipCode,
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
                            cell_orderId,
                            cell_leadUnitId,
                            cell_townshipCode,
                            cell_villageCode
                          ))) AS timeline
                        FROM (
                          SELECT
                            assumeNotNull(CAST(matterKey, 'Nullable(String)')) AS scope,
                            toInt64(atMs) AS atMs,
                            toInt64(0) AS ord,
                            id AS id,
                            toUInt8(0 /* hotline.order */) AS type,
                            toUInt64(version) AS version,
                            toUInt64(streamOffset) AS streamOffset,
                            toString(hash) AS hash,
                            toUInt64(if(NOT ifNull(category = {p0:String}, 0), 1 /* order */, 0)) AS marks,
                            CAST(orderId, 'Nullable(String)') AS cell_orderId,
                            CAST(leadUnitId, 'Nullable(String)') AS cell_leadUnitId,
                            CAST(townshipCode, 'Nullable(String)') AS cell_townshipCode,
                            CAST(villageCode, 'Nullable(String)') AS cell_villageCode
                          FROM cur_hotline_order_by_matterKey FINAL
                          WHERE matterKey IS NOT NULL
                            AND ((NOT ifNull(category = {p0:String}, 0)))
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
                            linked.cell_leadUnitId AS cell_leadUnitId,
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
                              toUInt64(if(
                                ifNull(action = {p3:String}, 0) AND ifNull(satisfaction <= {p4:Int64}, 0),
                                2 /* dissatisfied */,
                                0
                              )) AS marks,
                              CAST(orderId, 'Nullable(String)') AS cell_orderId,
                              CAST(NULL, 'Nullable(String)') AS cell_leadUnitId,
                              CAST(NULL, 'Nullable(String)') AS cell_townshipCode,
                              CAST(NULL, 'Nullable(String)') AS cell_villageCode,
                              assumeNotNull(CAST(orderId, 'Nullable(String)')) AS k0
                            FROM cur_hotline_order_event FINAL
                            WHERE orderId IS NOT NULL
                              AND ((ifNull(action = {p3:String}, 0) AND ifNull(satisfaction <= {p4:Int64}, 0)))
                          ) AS linked
                          INNER JOIN (
                            SELECT DISTINCT
                              assumeNotNull(CAST(matterKey, 'Nullable(String)')) AS scope,
                              assumeNotNull(CAST(orderId, 'Nullable(String)')) AS k0
                            FROM cur_hotline_order_by_matterKey FINAL
                            WHERE matterKey IS NOT NULL
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
    WHERE hit OR due > 0
  )
)
