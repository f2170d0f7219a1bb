WITH
  if(hit, toInt64(end), 0) AS occurredAt,
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
  toString(part) AS part_figure,
  toString(whole) AS whole_figure,
  toString(if(whole > 0, toInt64(intDiv(toInt128(part) * 100, toInt128(greatest(whole, 1)))), 0)) AS percent_figure,
  toString(listed_at[1]) AS firstAtMs_figure,
  toString(listed_at[-1]) AS lastAtMs_figure,
  toString(arrayFilter((alone_floorFen_i) -> (NOT (alone_floorFen_i IS NULL)), alone_floorFen)[-1]) AS floorFen_figure
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
          arrayMap(p -> (toUInt32(p), toUInt8(1 /* alone */)), alone_places)
        ),
        CAST([], 'Array(Tuple(UInt32, UInt8))')
      ) AS proof
    FROM (
      SELECT *,
        (holds AND (NOT (end > {now:Int64}))) AS hit,
        ifNull(
          arrayMin(arrayConcat(
            arrayConcat(
              CAST([], 'Array(Int64)'),
              arrayResize(
                [toInt64(undecidedUntil)],
                if((undecidedUntil > {now:Int64}), length([toInt64(undecidedUntil)]), 0)
              )
            ),
            arrayResize(changes, if((NOT (undecidedUntil > {now:Int64})), length(changes), 0))
          )),
          0
        ) AS due
      FROM (
        SELECT *,
          if((lastDated > 0), toInt64(end), toInt64(0)) AS undecidedUntil
        FROM (
          SELECT *,
            (
              ((whole >= {p3:Int64}) AND (whole > 0))
              AND ifNull(toInt128(part) * 100 > toInt128(whole) * {p4:Int64}, 0)
            ) AS holds,
            (toInt64(toInt32(addMonths(
              toDate32(toStartOfQuarter(toDate32(intDiv(lastDated + 28800000, 86400000)))),
              3
            )))) * 86400000 - 28800000 AS end
          FROM (
            SELECT *,
              length(listed_places) AS whole,
              length(alone_places) AS part,
              arrayMax(arrayFilter(
                (x1, x2) -> x2,
                tupleElement(timeline, 1 /* atMs */),
                arrayMap((w0) -> bitAnd(w0, 3) != 0 /* listed, alone */, tupleElement(timeline, 8 /* marks */))
              )) AS lastDated,
              arrayConcat(
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
              ) AS changes
            FROM (
              SELECT *,
                arrayFilter((x, m) -> bitTest(m, 0), all_places, all_marks) AS alone_places,
                arrayFilter((x, m) -> bitTest(m, 1), all_places, all_marks) AS listed_places,
                arrayFilter((x, m) -> bitTest(m, 1), all_at, all_marks) AS listed_at,
                arrayFilter((x, m) -> bitTest(m, 0), all_at, all_marks) AS alone_at,
                arrayFilter((x, m) -> bitTest(m, 0), all_floorFen, all_marks) AS alone_floorFen
              FROM (
                SELECT *,
                  arrayCount(a -> a <= {now:Int64}, timeline.1) AS existing,
                  arraySlice(tupleElement(timeline, 8 /* marks */), 1, existing) AS all_marks,
                  arraySlice(tupleElement(timeline, 9 /* cell_floorFen */), 1, existing) AS all_floorFen,
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
                      cell_floorFen
                    ))) AS timeline
                  FROM (
                    SELECT
                      concat(
                        replaceAll(replaceAll(assumeNotNull(CAST(agency, 'Nullable(String)')), '%', '%25'), '|', '%7C'),
                        '|',
                        replaceAll(
                          replaceAll(
                            assumeNotNull(CAST(
                              concat(
                                substring(toString(toDate32(intDiv(atMs + 28800000, 86400000))), 1, 4),
                                '-Q',
                                toString(intDiv(
                                  toUInt8(substring(toString(toDate32(intDiv(atMs + 28800000, 86400000))), 6, 2)) + 2,
                                  3
                                ))
                              ),
                              'Nullable(String)'
                            )),
                            '%',
                            '%25'
                          ),
                          '|',
                          '%7C'
                        )
                      ) AS scope,
                      toInt64(atMs) AS atMs,
                      toInt64(0) AS ord,
                      id AS id,
                      toUInt8(0 /* trading.listing */) AS type,
                      toUInt64(version) AS version,
                      toUInt64(streamOffset) AS streamOffset,
                      toString(hash) AS hash,
                      toUInt64(
                        if(
                          ifNull(status IN ({p0:String}, {p1:String}), 0) AND ifNull(bidders = {p2:Int64}, 0),
                          1 /* alone */,
                          0
                        )
                        + if(
                          ifNull(status IN ({p0:String}, {p1:String}), 0) AND ifNull(bidders >= {p2:Int64}, 0),
                          2 /* listed */,
                          0
                        )
                      ) AS marks,
                      CAST(floorFen, 'Nullable(Int64)') AS cell_floorFen
                    FROM cur_trading_listing FINAL
                    WHERE agency IS NOT NULL
                      AND (
                        (ifNull(status IN ({p0:String}, {p1:String}), 0) AND ifNull(bidders = {p2:Int64}, 0))
                        OR (ifNull(status IN ({p0:String}, {p1:String}), 0) AND ifNull(bidders >= {p2:Int64}, 0))
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
