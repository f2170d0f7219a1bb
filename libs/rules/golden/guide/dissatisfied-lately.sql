WITH
  if(hit, toInt64(momentAt[first]), 0) AS occurredAt,
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
  toString(parts[last]) AS part_figure,
  toString(wholes[last]) AS whole_figure,
  toString(if(
    wholes[last] > 0,
    toInt64(intDiv(toInt128(parts[last]) * 100, toInt128(greatest(wholes[last], 1)))),
    0
  )) AS percent_figure,
  toString(wholeAt[1]) AS firstAtMs_figure,
  toString(wholeAt[-1]) AS lastAtMs_figure
SELECT
  scope,
  tuple(
    hit,
    occurredAt,
    due,
    evidence,
    if(hit, CAST([
      part_figure,
      whole_figure,
      percent_figure,
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
            p -> (toUInt32(p), toUInt8(1 /* dissatisfied */)),
            arrayFilter(
              (dissatisfied_places_i, dissatisfied_at_i) -> (
                (dissatisfied_places_i <= lastPlace)
                AND ((lastAt - dissatisfied_at_i) < ({p0:Int64} * 86400000))
              ),
              dissatisfied_places,
              dissatisfied_at
            )
          )
        ),
        CAST([], 'Array(Tuple(UInt32, UInt8))')
      ) AS proof
    FROM (
      SELECT *,
        (first > 0) AS hit,
        ifNull(
          arrayMin(arrayConcat(
            arrayConcat(
              CAST([], 'Array(Int64)'),
              arrayFilter(
                (x1, x2) -> x2,
                arraySlice(tupleElement(timeline, 1 /* atMs */), existing + 1),
                arrayMap(
                  (w0) -> bitAnd(w0, 3) != 0 /* revisited, dissatisfied */,
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
          arrayFilter(
            (revisited_at_i, revisited_places_i) -> (
              (revisited_places_i <= lastPlace)
              AND ((lastAt - revisited_at_i) < ({p0:Int64} * 86400000))
            ),
            revisited_at,
            revisited_places
          ) AS wholeAt
        FROM (
          SELECT *,
            moments[last] AS lastPlace,
            momentAt[last] AS lastAt
          FROM (
            SELECT *,
              arrayFirstIndex((holdsAt_i) -> holdsAt_i, holdsAt) AS first,
              arrayMax(arrayMap(
                (holdsAt_i, x2) -> if(holdsAt_i, toInt64(x2), toInt64(0)),
                holdsAt,
                arrayEnumerate(momentAt)
              )) AS last
            FROM (
              SELECT *,
                arrayMap(
                  (parts_i, wholes_i) -> (
                    ((wholes_i >= {p3:Int64}) AND (wholes_i > 0))
                    AND (NOT ifNull(toInt128(parts_i) * 100 < toInt128(wholes_i) * {p4:Int64}, 0))
                  ),
                  parts,
                  wholes
                ) AS holdsAt
              FROM (
                SELECT *,
                  arrayMap(
                    (moments_i, momentAt_i) -> arrayCount(
                      (dissatisfied_places_j, dissatisfied_at_j) -> (
                        (dissatisfied_places_j <= moments_i)
                        AND ((momentAt_i - dissatisfied_at_j) < ({p0:Int64} * 86400000))
                      ),
                      dissatisfied_places,
                      dissatisfied_at
                    ),
                    moments,
                    momentAt
                  ) AS parts,
                  arrayMap(
                    (moments_i, momentAt_i) -> arrayCount(
                      (revisited_places_j, revisited_at_j) -> (
                        (revisited_places_j <= moments_i)
                        AND ((momentAt_i - revisited_at_j) < ({p0:Int64} * 86400000))
                      ),
                      revisited_places,
                      revisited_at
                    ),
                    moments,
                    momentAt
                  ) AS wholes
                FROM (
                  SELECT *,
                    arrayFilter(
                      (all_places_i, x2) -> x2,
                      all_places,
                      arrayMap((w0) -> bitAnd(w0, 3) != 0 /* dissatisfied, revisited */, all_marks)
                    ) AS moments,
                    arrayFilter(
                      (all_at_i, x2) -> x2,
                      all_at,
                      arrayMap((w0) -> bitAnd(w0, 3) != 0 /* dissatisfied, revisited */, all_marks)
                    ) AS momentAt
                  FROM (
                    SELECT *,
                      arrayFilter((x, m) -> bitTest(m, 0), all_places, all_marks) AS dissatisfied_places,
                      arrayFilter((x, m) -> bitTest(m, 0), all_at, all_marks) AS dissatisfied_at,
                      arrayFilter((x, m) -> bitTest(m, 1), all_places, all_marks) AS revisited_places,
                      arrayFilter((x, m) -> bitTest(m, 1), all_at, all_marks) AS revisited_at
                    FROM (
                      SELECT *,
                        arrayCount(a -> a <= {now:Int64}, timeline.1) AS existing,
                        arraySlice(tupleElement(timeline, 8 /* marks */), 1, existing) AS all_marks,
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
                            marks
                          ))) AS timeline
                        FROM (
                          SELECT
                            assumeNotNull(CAST(unitId, 'Nullable(String)')) AS scope,
                            toInt64(atMs) AS atMs,
                            toInt64(ifNull(stepNo, 0)) AS ord,
                            id AS id,
                            toUInt8(0 /* hotline.order-event */) AS type,
                            toUInt64(version) AS version,
                            toUInt64(streamOffset) AS streamOffset,
                            toString(hash) AS hash,
                            toUInt64(
                              if(
                                ifNull(action = {p1:String}, 0) AND ifNull(solved = {p2:Bool}, 0),
                                1 /* dissatisfied */,
                                0
                              )
                              + if(ifNull(action = {p1:String}, 0), 2 /* revisited */, 0)
                            ) AS marks
                          FROM cur_hotline_order_event_by_unitId_action FINAL
                          WHERE unitId IS NOT NULL
                            AND (
                              (ifNull(action = {p1:String}, 0) AND ifNull(solved = {p2:Bool}, 0))
                              OR (ifNull(action = {p1:String}, 0))
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
        )
      )
    )
    WHERE hit OR due > 0
  )
)
