WITH
  if(hit, toInt64(tupleElement(violated[1], 1)), 0) AS occurredAt,
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
  toString(length(violated)) AS count_figure,
  toString(tupleElement(violated[1], 4)) AS startMs_figure,
  toString(tupleElement(violated[1], 5)) AS deadlineMs_figure,
  toString(tupleElement(violated[1], 8)) AS limit_figure,
  toString(tupleElement(violated[1], 7)) AS doneAtMs_figure,
  toString(if(
    (tupleElement(violated[1], 7) > 0),
    toInt64(greatest(intDiv(((tupleElement(violated[1], 7) - tupleElement(violated[1], 5)) + 86399999), 86400000), 1)),
    toInt64(0)
  )) AS lateDays_figure,
  toString(arrayFilter(
    (linked5_applied_townshipCode_i) -> (NOT (linked5_applied_townshipCode_i IS NULL)),
    linked5_applied_townshipCode
  )[-1]) AS townshipCode_subject,
  toString(arrayFilter(
    (linked5_applied_villageCode_i) -> (NOT (linked5_applied_villageCode_i IS NULL)),
    linked5_applied_villageCode
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
      startMs_figure,
      deadlineMs_figure,
      limit_figure,
      doneAtMs_figure,
      lateDays_figure
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
          arrayMap(p -> (toUInt32(p), toUInt8(0 /* claimsContact */)), tupleElement(violated0, 3)),
          arrayMap(p -> (toUInt32(p), toUInt8(1 /* claimsVisit */)), tupleElement(violated1, 3))
        ),
        CAST([], 'Array(Tuple(UInt32, UInt8))')
      ) AS proof
    FROM (
      SELECT *,
        notEmpty(violated) AS hit,
        ifNull(
          arrayMin(arrayConcat(
            arrayConcat(
              arrayConcat(
                CAST([], 'Array(Int64)'),
                arrayFilter(
                  (x1, x2) -> x2,
                  arraySlice(tupleElement(timeline, 1 /* atMs */), existing + 1),
                  arrayMap(
                    (w0) -> bitAnd(w0, 31) != 0 /* claimsContact, claimsVisit, contacted, visited, applied */,
                    arraySlice(tupleElement(timeline, 8 /* marks */), existing + 1)
                  )
                )
              ),
              arrayConcat(arrayConcat(CAST([], 'Array(Int64)'), CAST([], 'Array(Int64)')), CAST([], 'Array(Int64)'))
            ),
            arrayFilter(
              (x1, x2, x3) -> (
                x2
                AND arrayExists(
                  (x4, x5) -> (x4 AND ifNull(x3 = x5, 0)),
                  arrayMap((w0) -> bitAnd(w0, 16) != 0 /* applied */, tupleElement(timeline, 8 /* marks */)),
                  tupleElement(timeline, 9 /* cell_orderId */)
                )
              ),
              arraySlice(tupleElement(timeline, 1 /* atMs */), existing + 1),
              arrayMap(
                (w0) -> bitAnd(w0, 32) != 0 /* order */,
                arraySlice(tupleElement(timeline, 8 /* marks */), existing + 1)
              ),
              arraySlice(tupleElement(timeline, 9 /* cell_orderId */), existing + 1)
            )
          )),
          0
        ) AS due
      FROM (
        SELECT *,
          arraySort(arrayConcat(violated0, violated1)) AS violated
        FROM (
          SELECT *,
            arrayFilter(
              (x1, x2) -> x2,
              arrayMap(
                (start0_place_i, start0_at_i) -> (
                  toInt64(start0_at_i),
                  toInt64(0),
                  toInt64(start0_place_i),
                  toInt64(start0_at_i),
                  toInt64(0),
                  toInt64(0),
                  toInt64(0),
                  toInt64(0)
                ),
                start0_place,
                start0_at
              ),
              arrayMap((start0_at_i, before0_i) -> (NOT (before0_i > 0)), start0_at, before0)
            ) AS violated0,
            arrayFilter(
              (x1, x2) -> x2,
              arrayMap(
                (start1_place_i, start1_at_i) -> (
                  toInt64(start1_at_i),
                  toInt64(1),
                  toInt64(start1_place_i),
                  toInt64(start1_at_i),
                  toInt64(0),
                  toInt64(0),
                  toInt64(0),
                  toInt64(0)
                ),
                start1_place,
                start1_at
              ),
              arrayMap((start1_at_i, before1_i) -> (NOT (before1_i > 0)), start1_at, before1)
            ) AS violated1,
            arrayMap(
              (linked5_applied_i) -> all_townshipCode[linked5_applied_i],
              linked5_applied
            ) AS linked5_applied_townshipCode,
            arrayMap(
              (linked5_applied_i) -> all_villageCode[linked5_applied_i],
              linked5_applied
            ) AS linked5_applied_villageCode
          FROM (
            SELECT *,
              claimsContact_places AS start0_place,
              claimsContact_at AS start0_at,
              arrayFilter(
                (x1, x2) -> x2,
                arraySlice(
                  arrayPushFront(
                    arrayFill(
                      x -> x > 0,
                      arrayMap(
                        (all_at_i, x2) -> if(x2, toInt64(all_at_i), toInt64(0)),
                        all_at,
                        arrayMap((w0) -> bitAnd(w0, 2) != 0 /* contacted */, all_marks)
                      )
                    ),
                    0
                  ),
                  1,
                  length(arrayMap(
                    (all_at_i, x2) -> if(x2, toInt64(all_at_i), toInt64(0)),
                    all_at,
                    arrayMap((w0) -> bitAnd(w0, 2) != 0 /* contacted */, all_marks)
                  ))
                ),
                arrayMap((w0) -> bitAnd(w0, 1) != 0 /* claimsContact */, all_marks)
              ) AS before0,
              claimsVisit_places AS start1_place,
              claimsVisit_at AS start1_at,
              arrayFilter(
                (x1, x2) -> x2,
                arraySlice(
                  arrayPushFront(
                    arrayFill(
                      x -> x > 0,
                      arrayMap(
                        (all_at_i, x2) -> if(x2, toInt64(all_at_i), toInt64(0)),
                        all_at,
                        arrayMap((w0) -> bitAnd(w0, 8) != 0 /* visited */, all_marks)
                      )
                    ),
                    0
                  ),
                  1,
                  length(arrayMap(
                    (all_at_i, x2) -> if(x2, toInt64(all_at_i), toInt64(0)),
                    all_at,
                    arrayMap((w0) -> bitAnd(w0, 8) != 0 /* visited */, all_marks)
                  ))
                ),
                arrayMap((w0) -> bitAnd(w0, 4) != 0 /* claimsVisit */, all_marks)
              ) AS before1,
              arrayFilter(
                (order_places_i, x2) -> x2,
                order_places,
                arrayMap((v1) -> arrayExists((w1) -> ifNull(v1 = w1, 0), applied_orderId), order_orderId)
              ) AS linked5_applied
            FROM (
              SELECT *,
                arrayFilter((x, m) -> bitTest(m, 0), all_places, all_marks) AS claimsContact_places,
                arrayFilter((x, m) -> bitTest(m, 0), all_at, all_marks) AS claimsContact_at,
                arrayFilter((x, m) -> bitTest(m, 2), all_places, all_marks) AS claimsVisit_places,
                arrayFilter((x, m) -> bitTest(m, 2), all_at, all_marks) AS claimsVisit_at,
                arrayFilter((x, m) -> bitTest(m, 5), all_orderId, all_marks) AS order_orderId,
                arrayFilter((x, m) -> bitTest(m, 4), all_orderId, all_marks) AS applied_orderId,
                arrayFilter((x, m) -> bitTest(m, 5), all_places, all_marks) AS order_places
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
                        replaceAll(replaceAll(assumeNotNull(CAST(unitId, 'Nullable(String)')), '%', '%25'), '|', '%7C')
                      ) AS scope,
                      toInt64(atMs) AS atMs,
                      toInt64(ifNull(stepNo, 0)) AS ord,
                      id AS id,
                      toUInt8(1 /* hotline.order-event */) AS type,
                      toUInt64(version) AS version,
                      toUInt64(streamOffset) AS streamOffset,
                      toString(hash) AS hash,
                      toUInt64(
                        if(
                          ifNull(action = {p0:String}, 0) AND ifNull(claimsContact = {p1:Bool}, 0),
                          1 /* claimsContact */,
                          0
                        )
                        + if(ifNull(action = {p2:String}, 0), 2 /* contacted */, 0)
                        + if(
                          ifNull(action = {p0:String}, 0) AND ifNull(claimsVisit = {p1:Bool}, 0),
                          4 /* claimsVisit */,
                          0
                        )
                        + if(ifNull(action = {p3:String}, 0), 8 /* visited */, 0)
                        + if(ifNull(action = {p0:String}, 0), 16 /* applied */, 0)
                      ) AS marks,
                      CAST(orderId, 'Nullable(String)') AS cell_orderId,
                      CAST(NULL, 'Nullable(String)') AS cell_townshipCode,
                      CAST(NULL, 'Nullable(String)') AS cell_villageCode
                    FROM cur_hotline_order_event FINAL
                    WHERE unitId IS NOT NULL
                      AND (
                        (ifNull(action = {p0:String}, 0) AND ifNull(claimsContact = {p1:Bool}, 0))
                        OR (ifNull(action = {p2:String}, 0))
                        OR (ifNull(action = {p0:String}, 0) AND ifNull(claimsVisit = {p1:Bool}, 0))
                        OR (ifNull(action = {p3:String}, 0))
                        OR (ifNull(action = {p0:String}, 0))
                      )
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
                        toUInt64(32 /* order */) AS marks,
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
    WHERE hit OR due > 0
  )
)
