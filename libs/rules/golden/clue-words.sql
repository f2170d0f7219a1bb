WITH
  if(hit, toInt64(order_at[1]), 0) AS occurredAt,
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
  toString(length(order_at)) AS count_figure,
  toString(order_at[1]) AS firstAtMs_figure,
  toString(order_at[-1]) AS lastAtMs_figure,
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
      firstAtMs_figure,
      lastAtMs_figure
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
          arrayMap(p -> (toUInt32(p), toUInt8(0 /* order */)), order_places)
        ),
        CAST([], 'Array(Tuple(UInt32, UInt8))')
      ) AS proof
    FROM (
      SELECT *,
        notEmpty(order_at) AS hit,
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
          arrayFilter((x, m) -> bitTest(m, 0), all_at, all_marks) AS order_at,
          arrayFilter((x, m) -> bitTest(m, 0), all_places, all_marks) AS order_places,
          arrayFilter((x, m) -> bitTest(m, 0), all_leadUnitId, all_marks) AS order_leadUnitId,
          arrayFilter((x, m) -> bitTest(m, 0), all_townshipCode, all_marks) AS order_townshipCode,
          arrayFilter((x, m) -> bitTest(m, 0), all_villageCode, all_marks) AS order_villageCode
        FROM (
          SELECT *,
            arrayCount(a -> a <= {now:Int64}, timeline.1) AS existing,
            arraySlice(tupleElement(timeline, 8 /* marks */), 1, existing) AS all_marks,
            arraySlice(tupleElement(timeline, 9 /* cell_leadUnitId */), 1, existing) AS all_leadUnitId,
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
                cell_leadUnitId,
                cell_townshipCode,
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
                toUInt64(if(
                  ifNull(category IN ({p0:String}, {p1:String}, {p2:String}), 0)
                    AND (
                      ifNull(position(content, {p3:String}) > 0, 0)
                      OR ifNull(position(content, {p4:String}) > 0, 0)
                      OR ifNull(position(content, {p5:String}) > 0, 0)
                      OR ifNull(position(content, {p6:String}) > 0, 0)
                      OR ifNull(position(content, {p7:String}) > 0, 0)
                      OR ifNull(position(content, {p8:String}) > 0, 0)
                      OR ifNull(position(content, {p9:String}) > 0, 0)
                      OR ifNull(position(content, {p10:String}) > 0, 0)
                    ),
                  1 /* order */,
                  0
                )) AS marks,
                CAST(leadUnitId, 'Nullable(String)') AS cell_leadUnitId,
                CAST(townshipCode, 'Nullable(String)') AS cell_townshipCode,
                CAST(villageCode, 'Nullable(String)') AS cell_villageCode
              FROM cur_hotline_order FINAL
              WHERE ((
                ifNull(category IN ({p0:String}, {p1:String}, {p2:String}), 0)
                AND (
                  ifNull(position(content, {p3:String}) > 0, 0)
                  OR ifNull(position(content, {p4:String}) > 0, 0)
                  OR ifNull(position(content, {p5:String}) > 0, 0)
                  OR ifNull(position(content, {p6:String}) > 0, 0)
                  OR ifNull(position(content, {p7:String}) > 0, 0)
                  OR ifNull(position(content, {p8:String}) > 0, 0)
                  OR ifNull(position(content, {p9:String}) > 0, 0)
                  OR ifNull(position(content, {p10:String}) > 0, 0)
                )
              ))
            )
            GROUP BY scope
          )
        )
      )
    )
    WHERE hit OR due > 0
  )
)
