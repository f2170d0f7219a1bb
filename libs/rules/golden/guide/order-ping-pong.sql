WITH
  if(
    hit,
    toInt64(ifNull(
      arrayMin(arrayFilter(
        (x1) -> (x1 > 0),
        [
          toInt64(if((first0 > 0), toInt64(returned_at[first0]), toInt64(0))),
          toInt64(if((first1 > 0), toInt64(assigned_at[first1]), toInt64(0)))
        ]
      )),
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
    toInt64(length(arrayFilter((returned_places_i, proof0_i) -> proof0_i, returned_places, proof0))),
    toInt64(if(
      (first1 > 0),
      toInt64(length(arrayFilter((assigned_places_i, proof1_i) -> proof1_i, assigned_places, proof1))),
      toInt64(0)
    ))
  )) AS count_figure,
  toString(if(
    (first0 > 0),
    toInt64(0),
    toInt64(if(
      (first1 > 0),
      toInt64(length(arrayDistinct(arrayFilter(
        x -> x IS NOT NULL,
        arrayFilter((assigned_unitId_i, proof1_i) -> proof1_i, assigned_unitId, proof1)
      )))),
      toInt64(0)
    ))
  )) AS distinct_figure,
  toString(if((first0 > 0), toInt64(0), toInt64(if((first1 > 0), toInt64(0), toInt64(0))))) AS sum_figure,
  toString(if(
    (first0 > 0),
    toInt64({p1:Int64}),
    toInt64(if((first1 > 0), toInt64({p1:Int64}), toInt64(0)))
  )) AS threshold_figure,
  toString(if(
    (first0 > 0),
    toInt64(arrayFilter((returned_at_i, proof0_i) -> proof0_i, returned_at, proof0)[1]),
    toInt64(if(
      (first1 > 0),
      toInt64(arrayFilter((assigned_at_i, proof1_i) -> proof1_i, assigned_at, proof1)[1]),
      toInt64(0)
    ))
  )) AS firstAtMs_figure,
  toString(if(
    (first0 > 0),
    toInt64(arrayFilter((returned_at_i, proof0_i) -> proof0_i, returned_at, proof0)[-1]),
    toInt64(if(
      (first1 > 0),
      toInt64(arrayFilter((assigned_at_i, proof1_i) -> proof1_i, assigned_at, proof1)[-1]),
      toInt64(0)
    ))
  )) AS lastAtMs_figure,
  toString(arrayFilter((assigned_unitId_i) -> (NOT (assigned_unitId_i IS NULL)), assigned_unitId)[-1]) AS unitId_subject
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
      unitId_subject
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
            p -> (toUInt32(p), toUInt8(0 /* returned */)),
            arrayFilter((returned_places_i, proof0_i) -> proof0_i, returned_places, proof0)
          ),
          arrayMap(
            p -> (toUInt32(p), toUInt8(1 /* assigned */)),
            arrayFilter((assigned_places_i, proof1_i) -> proof1_i, assigned_places, proof1)
          )
        ),
        CAST([], 'Array(Tuple(UInt32, UInt8))')
      ) AS proof
    FROM (
      SELECT *,
        ((first0 > 0) OR (first1 > 0)) AS hit,
        ifNull(
          arrayMin(arrayConcat(
            arrayConcat(
              CAST([], 'Array(Int64)'),
              arrayFilter(
                (x1, x2) -> x2,
                arraySlice(tupleElement(timeline, 1 /* atMs */), existing + 1),
                arrayMap(
                  (w0) -> bitAnd(w0, 3) != 0 /* returned, assigned */,
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
          arrayMap((returned_at_i) -> (first0 > 0), returned_at) AS proof0,
          arrayMap((assigned_at_i) -> (first1 > 0), assigned_at) AS proof1
        FROM (
          SELECT *,
            arrayFirstIndex((reached0_i) -> reached0_i, reached0) AS first0,
            arrayFirstIndex((reached1_i) -> reached1_i, reached1) AS first1
          FROM (
            SELECT *,
              arrayMap((x1) -> (x1 >= {p1:Int64}), arrayEnumerate(returned_at)) AS reached0,
              arrayMap(
                (x1) -> (x1 >= {p1:Int64}),
                arrayCumSum(arrayMap(
                  (x, k) -> x IS NOT NULL AND k = 1,
                  assigned_unitId,
                  arrayEnumerateUniq(assigned_unitId)
                ))
              ) AS reached1
            FROM (
              SELECT *,
                arrayFilter((x, m) -> bitTest(m, 0), all_at, all_marks) AS returned_at,
                arrayFilter((x, m) -> bitTest(m, 0), all_places, all_marks) AS returned_places,
                arrayFilter((x, m) -> bitTest(m, 1), all_unitId, all_marks) AS assigned_unitId,
                arrayFilter((x, m) -> bitTest(m, 1), all_at, all_marks) AS assigned_at,
                arrayFilter((x, m) -> bitTest(m, 1), all_places, all_marks) AS assigned_places
              FROM (
                SELECT *,
                  arrayCount(a -> a <= {now:Int64}, timeline.1) AS existing,
                  arraySlice(tupleElement(timeline, 8 /* marks */), 1, existing) AS all_marks,
                  arraySlice(tupleElement(timeline, 9 /* cell_unitId */), 1, existing) AS all_unitId,
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
                      cell_unitId
                    ))) AS timeline
                  FROM (
                    SELECT
                      assumeNotNull(CAST(orderId, 'Nullable(String)')) AS scope,
                      toInt64(atMs) AS atMs,
                      toInt64(ifNull(stepNo, 0)) AS ord,
                      id AS id,
                      toUInt8(0 /* hotline.order-event */) AS type,
                      toUInt64(version) AS version,
                      toUInt64(streamOffset) AS streamOffset,
                      toString(hash) AS hash,
                      toUInt64(
                        if(ifNull(action = {p0:String}, 0), 1 /* returned */, 0)
                        + if(
                          ifNull(action IN ({p2:String}, {p3:String}), 0) AND NOT ifNull(role = {p4:String}, 0),
                          2 /* assigned */,
                          0
                        )
                      ) AS marks,
                      CAST(unitId, 'Nullable(String)') AS cell_unitId
                    FROM cur_hotline_order_event FINAL
                    WHERE (
                      (ifNull(action = {p0:String}, 0))
                      OR (ifNull(action IN ({p2:String}, {p3:String}), 0) AND NOT ifNull(role = {p4:String}, 0))
                    )
                  )
                  GROUP BY scope
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
