WITH
  if(hit, toInt64(all_at[chosen1]), 0) AS occurredAt,
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
  toString(arrayCount((step1_i) -> (step1_i > 0), step1)) AS count_figure,
  toString(all_at[chosen0]) AS firstAtMs_figure,
  toString(all_at[chosen1]) AS lastAtMs_figure,
  toString(arrayFilter(
    (linked2_returned_townshipCode_i) -> (NOT (linked2_returned_townshipCode_i IS NULL)),
    linked2_returned_townshipCode
  )[-1]) AS townshipCode_subject,
  toString(arrayFilter(
    (linked2_returned_villageCode_i) -> (NOT (linked2_returned_villageCode_i IS NULL)),
    linked2_returned_villageCode
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
          arrayMap(p -> (toUInt32(p), toUInt8(0 /* contacted */)), [toInt64(chosen0)]),
          arrayMap(p -> (toUInt32(p), toUInt8(1 /* returned */)), [toInt64(chosen1)])
        ),
        CAST([], 'Array(Tuple(UInt32, UInt8))')
      ) AS proof
    FROM (
      SELECT *,
        (chosen1 > 0) AS hit,
        ifNull(
          arrayMin(arrayConcat(
            arrayConcat(
              arrayConcat(
                CAST([], 'Array(Int64)'),
                arrayFilter(
                  (x1, x2) -> x2,
                  arraySlice(tupleElement(timeline, 1 /* atMs */), existing + 1),
                  arrayMap(
                    (w0) -> bitAnd(w0, 3) != 0 /* contacted, returned */,
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
                  arrayMap((w0) -> bitAnd(w0, 2) != 0 /* returned */, tupleElement(timeline, 8 /* marks */)),
                  tupleElement(timeline, 9 /* cell_orderId */)
                )
              ),
              arraySlice(tupleElement(timeline, 1 /* atMs */), existing + 1),
              arrayMap(
                (w0) -> bitAnd(w0, 4) != 0 /* order */,
                arraySlice(tupleElement(timeline, 8 /* marks */), existing + 1)
              ),
              arraySlice(tupleElement(timeline, 9 /* cell_orderId */), existing + 1)
            )
          )),
          0
        ) AS due
      FROM (
        SELECT *,
          before1[chosen1] AS chosen0
        FROM (
          SELECT *,
            arrayFirstIndex((step1_i) -> (step1_i > 0), step1) AS chosen1
          FROM (
            SELECT *,
              arrayMap(
                (x1, all_at_i, before1_i, beforeAt1_i, x5) -> if(
                  (((x1 > 0) AND (before1_i > 0)) AND (x5 <= before1_i)),
                  toInt64(x1),
                  toInt64(0)
                ),
                arrayMap(
                  (all_places_i, x2) -> if(x2, toInt64(all_places_i), toInt64(0)),
                  all_places,
                  arrayMap((w0) -> bitAnd(w0, 2) != 0 /* returned */, all_marks)
                ),
                all_at,
                before1,
                beforeAt1,
                arrayMap((before1_i) -> 0, before1)
              ) AS step1
            FROM (
              SELECT *,
                arraySlice(arrayPushFront(arrayFill(x -> x > 0, step0), 0), 1, length(step0)) AS before1,
                arraySlice(
                  arrayPushFront(
                    arrayFill(
                      x -> x > 0,
                      arrayMap((step0_i, all_at_i) -> if((step0_i > 0), toInt64(all_at_i), toInt64(0)), step0, all_at)
                    ),
                    0
                  ),
                  1,
                  length(arrayMap(
                    (step0_i, all_at_i) -> if((step0_i > 0), toInt64(all_at_i), toInt64(0)),
                    step0,
                    all_at
                  ))
                ) AS beforeAt1,
                arrayMap(
                  (linked2_returned_i) -> all_townshipCode[linked2_returned_i],
                  linked2_returned
                ) AS linked2_returned_townshipCode,
                arrayMap(
                  (linked2_returned_i) -> all_villageCode[linked2_returned_i],
                  linked2_returned
                ) AS linked2_returned_villageCode
              FROM (
                SELECT *,
                  arrayMap(
                    (all_places_i, x2) -> if(x2, toInt64(all_places_i), toInt64(0)),
                    all_places,
                    arrayMap((w0) -> bitAnd(w0, 1) != 0 /* contacted */, all_marks)
                  ) AS step0,
                  arrayFilter(
                    (order_places_i, x2) -> x2,
                    order_places,
                    arrayMap((v1) -> arrayExists((w1) -> ifNull(v1 = w1, 0), returned_orderId), order_orderId)
                  ) AS linked2_returned
                FROM (
                  SELECT *,
                    arrayFilter((x, m) -> bitTest(m, 2), all_orderId, all_marks) AS order_orderId,
                    arrayFilter((x, m) -> bitTest(m, 1), all_orderId, all_marks) AS returned_orderId,
                    arrayFilter((x, m) -> bitTest(m, 2), all_places, all_marks) AS order_places
                  FROM (
                    SELECT *,
                      arrayCount(a -> a <= {now:Int64}, timeline.1) AS existing,
                      arraySlice(tupleElement(timeline, 8 /* marks */), 1, existing) AS all_marks,
                      arraySlice(tupleElement(timeline, 9 /* cell_orderId */), 1, existing) AS all_orderId,
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
                          cell_orderId,
                          cell_townshipCode,
                          cell_villageCode
                        ))) AS timeline
                      FROM (
                        SELECT
                          concat(
                            replaceAll(
                              replaceAll(assumeNotNull(CAST(orderId, 'Nullable(String)')), '%', '%25'),
                              '|',
                              '%7C'
                            ),
                            '|',
                            replaceAll(
                              replaceAll(assumeNotNull(CAST(unitId, 'Nullable(String)')), '%', '%25'),
                              '|',
                              '%7C'
                            )
                          ) AS scope,
                          toInt64(atMs) AS atMs,
                          toInt64(ifNull(stepNo, 0)) AS ord,
                          id AS id,
                          toUInt8(1 /* hotline.order-event */) AS type,
                          toUInt64(version) AS version,
                          toUInt64(streamOffset) AS streamOffset,
                          toString(hash) AS hash,
                          toUInt64(
                            if(ifNull(action = {p0:String}, 0), 1 /* contacted */, 0)
                            + if(ifNull(action = {p1:String}, 0), 2 /* returned */, 0)
                          ) AS marks,
                          CAST(orderId, 'Nullable(String)') AS cell_orderId,
                          CAST(NULL, 'Nullable(String)') AS cell_townshipCode,
                          CAST(NULL, 'Nullable(String)') AS cell_villageCode
                        FROM cur_hotline_order_event FINAL
                        WHERE unitId IS NOT NULL
                          AND ((ifNull(action = {p0:String}, 0)) OR (ifNull(action = {p1:String}, 0)))
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
                            toUInt64(4 /* order */) AS marks,
                            CAST(orderId, 'Nullable(String)') AS cell_orderId,
                            CAST(townshipCode, 'Nullable(String)') AS cell_townshipCode,
                            CAST(villageCode, 'Nullable(String)') AS cell_villageCode,
                            assumeNotNull(CAST(orderId, 'Nullable(String)')) AS k0
                          FROM cur_hotline_order FINAL
                          WHERE orderId IS NOT NULL
                        ) AS linked
                        INNER JOIN (
                          SELECT DISTINCT
                            concat(
                              replaceAll(
                                replaceAll(assumeNotNull(CAST(orderId, 'Nullable(String)')), '%', '%25'),
                                '|',
                                '%7C'
                              ),
                              '|',
                              replaceAll(
                                replaceAll(assumeNotNull(CAST(unitId, 'Nullable(String)')), '%', '%25'),
                                '|',
                                '%7C'
                              )
                            ) AS scope,
                            assumeNotNull(CAST(orderId, 'Nullable(String)')) AS k0
                          FROM cur_hotline_order_event FINAL
                          WHERE unitId IS NOT NULL
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
    WHERE hit OR due > 0
  )
)
