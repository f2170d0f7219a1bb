WITH
  if(
    hit,
    toInt64(ifNull(
      arrayMin(arrayFilter((x1) -> (x1 > 0), [toInt64(if((first0 > 0), toInt64(returned_at[first0]), toInt64(0)))])),
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
    toInt64(0)
  )) AS count_figure,
  toString(if((first0 > 0), toInt64(0), toInt64(0))) AS distinct_figure,
  toString(if((first0 > 0), toInt64(0), toInt64(0))) AS sum_figure,
  toString(if((first0 > 0), toInt64(thresholds0[first0]), toInt64(0))) AS threshold_figure,
  toString(if(
    (first0 > 0),
    toInt64(arrayFilter((returned_at_i, proof0_i) -> proof0_i, returned_at, proof0)[1]),
    toInt64(0)
  )) AS firstAtMs_figure,
  toString(if(
    (first0 > 0),
    toInt64(arrayFilter((returned_at_i, proof0_i) -> proof0_i, returned_at, proof0)[-1]),
    toInt64(0)
  )) AS lastAtMs_figure
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
    []
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
                  (w0) -> bitAnd(w0, 3) != 0 /* returned, order */,
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
            (ai, i) -> arrayExists(
              (aj, mj, sj, j) -> mj AND j >= i AND aj - ai < sj,
              returned_at,
              reached0,
              spans0,
              arrayEnumerate(returned_at)
            ),
            returned_at,
            arrayEnumerate(returned_at)
          ) AS proof0
        FROM (
          SELECT *,
            arrayMap(
              (x1, thresholds0_i, x3) -> (x3 AND (x1 >= thresholds0_i)),
              arrayMap(
                (aj, sj, j) -> toInt64(length(arrayFilter(
                  (v, a, i) -> i <= j AND aj - a < sj AND v IS NOT NULL,
                  returned_at,
                  returned_at,
                  arrayEnumerate(returned_at)
                ))),
                returned_at,
                spans0,
                arrayEnumerate(returned_at)
              ),
              thresholds0,
              arrayMap(
                (x1, lengths0_i) -> (x1 AND (NOT (lengths0_i IS NULL))),
                arrayMap((limits0_i) -> (NOT (limits0_i IS NULL)), limits0),
                lengths0
              )
            ) AS reached0
          FROM (
            SELECT *,
              arrayMap((lengths0_i) -> ((ifNull(lengths0_i, 0) * 3600000) + 1), lengths0) AS spans0,
              arrayMap((limits0_i) -> ifNull(limits0_i, 0), limits0) AS thresholds0
            FROM (
              SELECT *,
                arrayMap(
                  (returned_places_i) -> multiIf(
                    ifNull(details_order_category IN ({p1:String}), 0),
                    toNullable({p2:Int64}),
                    1,
                    toNullable({p3:Int64}),
                    NULL
                  ),
                  returned_places
                ) AS lengths0,
                arrayMap(
                  (returned_places_i) -> multiIf(
                    ifNull(startsWith(details_order_townshipCode, {p4:String}), 0)
                      AND ifNull(intDiv(details_order_atMs + 28800000, 86400000) >= 20513, 0),
                    toNullable({p5:Int64}),
                    NULL
                  ),
                  returned_places
                ) AS limits0
              FROM (
                SELECT *,
                  order_category[-1] AS details_order_category,
                  order_townshipCode[-1] AS details_order_townshipCode,
                  order_atMs[-1] AS details_order_atMs
                FROM (
                  SELECT *,
                    arrayFilter((x, m) -> bitTest(m, 0), all_at, all_marks) AS returned_at,
                    arrayFilter((x, m) -> bitTest(m, 0), all_places, all_marks) AS returned_places,
                    arrayFilter((x, m) -> bitTest(m, 1), all_townshipCode, all_marks) AS order_townshipCode,
                    arrayFilter((x, m) -> bitTest(m, 1), all_atMs, all_marks) AS order_atMs,
                    arrayFilter((x, m) -> bitTest(m, 1), all_category, all_marks) AS order_category
                  FROM (
                    SELECT *,
                      arrayCount(a -> a <= {now:Int64}, timeline.1) AS existing,
                      arraySlice(tupleElement(timeline, 8 /* marks */), 1, existing) AS all_marks,
                      arraySlice(tupleElement(timeline, 10 /* cell_townshipCode */), 1, existing) AS all_townshipCode,
                      arraySlice(tupleElement(timeline, 9 /* cell_atMs */), 1, existing) AS all_atMs,
                      arraySlice(tupleElement(timeline, 11 /* cell_category */), 1, existing) AS all_category,
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
                          cell_townshipCode,
                          cell_category
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
                          toUInt64(if(ifNull(action = {p0:String}, 0), 1 /* returned */, 0)) AS marks,
                          CAST(NULL, 'Nullable(Int64)') AS cell_atMs,
                          CAST(NULL, 'Nullable(String)') AS cell_townshipCode,
                          CAST(NULL, 'Nullable(String)') AS cell_category
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
                          CAST(atMs, 'Nullable(Int64)') AS cell_atMs,
                          CAST(townshipCode, 'Nullable(String)') AS cell_townshipCode,
                          CAST(category, 'Nullable(String)') AS cell_category
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
    WHERE hit OR due > 0
  )
)
