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
  toString(wholeAt[-1]) AS lastAtMs_figure,
  toString(arrayFilter((alone_floorFen_i) -> (NOT (alone_floorFen_i IS NULL)), alone_floorFen)[-1]) AS floorFen_figure,
  toString(arrayFilter(
    (listed_townshipCode_i) -> (NOT (listed_townshipCode_i IS NULL)),
    listed_townshipCode
  )[-1]) AS townshipCode_subject
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
      lastAtMs_figure,
      floorFen_figure
    ], 'Array(Nullable(String))'), []),
    CAST([
      townshipCode_subject
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
            p -> (toUInt32(p), toUInt8(1 /* alone */)),
            arrayFilter(
              (alone_places_i, alone_at_i) -> (
                (alone_places_i <= lastPlace)
                AND ((lastAt - alone_at_i) < ({p0:Int64} * 86400000))
              ),
              alone_places,
              alone_at
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
                  (w0) -> bitAnd(w0, 3) != 0 /* listed, alone */,
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
            (listed_at_i, listed_places_i) -> (
              (listed_places_i <= lastPlace)
              AND ((lastAt - listed_at_i) < ({p0:Int64} * 86400000))
            ),
            listed_at,
            listed_places
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
                    ((wholes_i >= {p5:Int64}) AND (wholes_i > 0))
                    AND ifNull(toInt128(parts_i) * 100 > toInt128(wholes_i) * {p6:Int64}, 0)
                  ),
                  parts,
                  wholes
                ) AS holdsAt
              FROM (
                SELECT *,
                  arrayMap(
                    (moments_i, momentAt_i) -> arrayCount(
                      (alone_places_j, alone_at_j) -> (
                        (alone_places_j <= moments_i)
                        AND ((momentAt_i - alone_at_j) < ({p0:Int64} * 86400000))
                      ),
                      alone_places,
                      alone_at
                    ),
                    moments,
                    momentAt
                  ) AS parts,
                  arrayMap(
                    (moments_i, momentAt_i) -> arrayCount(
                      (listed_places_j, listed_at_j) -> (
                        (listed_places_j <= moments_i)
                        AND ((momentAt_i - listed_at_j) < ({p0:Int64} * 86400000))
                      ),
                      listed_places,
                      listed_at
                    ),
                    moments,
                    momentAt
                  ) AS wholes
                FROM (
                  SELECT *,
                    arrayFilter(
                      (all_places_i, x2) -> x2,
                      all_places,
                      arrayMap((w0) -> bitAnd(w0, 3) != 0 /* alone, listed */, all_marks)
                    ) AS moments,
                    arrayFilter(
                      (all_at_i, x2) -> x2,
                      all_at,
                      arrayMap((w0) -> bitAnd(w0, 3) != 0 /* alone, listed */, all_marks)
                    ) AS momentAt
                  FROM (
                    SELECT *,
                      arrayFilter((x, m) -> bitTest(m, 0), all_places, all_marks) AS alone_places,
                      arrayFilter((x, m) -> bitTest(m, 0), all_at, all_marks) AS alone_at,
                      arrayFilter((x, m) -> bitTest(m, 1), all_places, all_marks) AS listed_places,
                      arrayFilter((x, m) -> bitTest(m, 1), all_at, all_marks) AS listed_at,
                      arrayFilter((x, m) -> bitTest(m, 0), all_floorFen, all_marks) AS alone_floorFen,
                      arrayFilter((x, m) -> bitTest(m, 1), all_townshipCode, all_marks) AS listed_townshipCode
                    FROM (
                      SELECT *,
                        arrayCount(a -> a <= {now:Int64}, timeline.1) AS existing,
                        arraySlice(tupleElement(timeline, 8 /* marks */), 1, existing) AS all_marks,
                        arraySlice(tupleElement(timeline, 9 /* cell_floorFen */), 1, existing) AS all_floorFen,
                        arraySlice(tupleElement(timeline, 10 /* cell_townshipCode */), 1, existing) AS all_townshipCode,
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
                            cell_floorFen,
                            cell_townshipCode
                          ))) AS timeline
                        FROM (
                          SELECT
                            assumeNotNull(CAST(villageCode, 'Nullable(String)')) AS scope,
                            toInt64(atMs) AS atMs,
                            toInt64(0) AS ord,
                            id AS id,
                            toUInt8(0 /* trading.listing */) AS type,
                            toUInt64(version) AS version,
                            toUInt64(streamOffset) AS streamOffset,
                            toString(hash) AS hash,
                            toUInt64(
                              if(
                                ifNull(status IN ({p1:String}, {p2:String}), 0)
                                  AND ifNull(bidders = {p3:Int64}, 0)
                                  AND NOT ifNull(mode = {p4:String}, 0),
                                1 /* alone */,
                                0
                              )
                              + if(
                                ifNull(status IN ({p1:String}, {p2:String}), 0)
                                  AND ifNull(bidders >= {p3:Int64}, 0)
                                  AND NOT ifNull(mode = {p4:String}, 0),
                                2 /* listed */,
                                0
                              )
                            ) AS marks,
                            CAST(floorFen, 'Nullable(Int64)') AS cell_floorFen,
                            CAST(townshipCode, 'Nullable(String)') AS cell_townshipCode
                          FROM cur_trading_listing FINAL
                          WHERE (
                            (
                              ifNull(status IN ({p1:String}, {p2:String}), 0)
                              AND ifNull(bidders = {p3:Int64}, 0)
                              AND NOT ifNull(mode = {p4:String}, 0)
                            )
                            OR (
                              ifNull(status IN ({p1:String}, {p2:String}), 0)
                              AND ifNull(bidders >= {p3:Int64}, 0)
                              AND NOT ifNull(mode = {p4:String}, 0)
                            )
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
