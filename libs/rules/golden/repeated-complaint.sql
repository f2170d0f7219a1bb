WITH
  if(
    hit,
    toInt64(ifNull(
      arrayMin(arrayFilter((x1) -> (x1 > 0), [toInt64(if((first0 > 0), toInt64(order_at[first0]), toInt64(0)))])),
      0
    )),
    0
  ) AS occurredAt,
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
  toString(if(
    (first0 > 0),
    toInt64(length(arrayFilter((order_places_i, proof0_i) -> proof0_i, order_places, proof0))),
    toInt64(0)
  )) AS count_figure,
  toString(if((first0 > 0), toInt64(0), toInt64(0))) AS distinct_figure,
  toString(if((first0 > 0), toInt64(0), toInt64(0))) AS sum_figure,
  toString(if((first0 > 0), toInt64({p1:Int64}), toInt64(0))) AS threshold_figure,
  toString(if(
    (first0 > 0),
    toInt64(arrayFilter((order_at_i, proof0_i) -> proof0_i, order_at, proof0)[1]),
    toInt64(0)
  )) AS firstAtMs_figure,
  toString(if(
    (first0 > 0),
    toInt64(arrayFilter((order_at_i, proof0_i) -> proof0_i, order_at, proof0)[-1]),
    toInt64(0)
  )) AS lastAtMs_figure,
  toString(arrayFilter((order_orderId_i) -> (NOT (order_orderId_i IS NULL)), order_orderId)[-1]) AS orderId_subject,
  toString(arrayFilter(
    (order_leadUnitId_i) -> (NOT (order_leadUnitId_i IS NULL)),
    order_leadUnitId
  )[-1]) AS unitId_subject,
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
      count_figure,
      distinct_figure,
      sum_figure,
      threshold_figure,
      firstAtMs_figure,
      lastAtMs_figure
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
          arrayMap(
            p -> (toUInt32(p), toUInt8(0 /* order */)),
            arrayFilter((order_places_i, proof0_i) -> proof0_i, order_places, proof0)
          )
        ),
        CAST([], 'Array(Tuple(UInt32, UInt8))')
      ) AS proof
    FROM (
      SELECT *,
        (first0 > 0) AS hit,
        ifNull(
          arrayMin(arrayConcat(
            arrayConcat(
              CAST([], 'Array(Int64)'),
              arrayFilter(
                (x1, x2) -> x2,
                arraySlice(tupleElement(timeline, 1 /* atMs */), existing + 1),
                arrayMap(
                  (w0) -> bitAnd(w0, 1) != 0 /* order */,
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
          arrayFirstIndex((reached0_i) -> reached0_i, reached0) AS first0,
          arrayMap(
            (x1, order_at_i) -> ((x1 > 0) AND ((x1 - order_at_i) < ({p2:Int64} * 86400000))),
            arrayReverseFill(
              x -> x > 0,
              arrayMap((reached0_i, order_at_i) -> if(reached0_i, toInt64(order_at_i), toInt64(0)), reached0, order_at)
            ),
            order_at
          ) AS proof0
        FROM (
          SELECT *,
            arrayMap(
              (a, b, i) -> i >= {p1:Int64} AND a - b < ({p2:Int64} * 86400000),
              order_at,
              arrayConcat(
                arrayResize(CAST([], 'Array(Int64)'), least(({p1:Int64} - 1), length(order_at))),
                arraySlice(order_at, 1, greatest(toInt64(length(order_at)) - ({p1:Int64} - 1), 0))
              ),
              arrayEnumerate(order_at)
            ) AS reached0
          FROM (
            SELECT *,
              arrayFilter((x, m) -> bitTest(m, 0), all_at, all_marks) AS order_at,
              arrayFilter((x, m) -> bitTest(m, 0), all_places, all_marks) AS order_places,
              arrayFilter((x, m) -> bitTest(m, 0), all_orderId, all_marks) AS order_orderId,
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
                )
                GROUP BY scope
              )
            )
          )
        )
      )
    )
    WHERE hit OR due > 0
  )
)
